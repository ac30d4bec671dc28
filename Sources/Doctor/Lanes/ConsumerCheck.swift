internal import JobQueue
internal import Reactor
internal import RedisClient

/// Whether somebody works, and whether workers died that held jobs.
struct ConsumerCheck: Check {
    /// Told one by one.
    private static let maximumListed = 5
    /// Running workers take over what a dead one held well within this.
    private static let takeover = Duration.seconds(60)

    let name = "workers"
    let redis: RedisConnection
    let keys: JobKeys

    func findings() async throws -> [Finding] {
        Self.judge(try await ConsumerCensus.take(redis, keys))
    }

    static func judge(_ census: ConsumerCensus) -> [Finding] {
        let living = census.members.count { $0.isAlive }
        let orphaned = census.members.filter { !$0.isAlive && $0.held > 0 }
        let gone = census.members.count { !$0.isAlive && $0.held == 0 }
        var findings = orphaned.prefix(maximumListed).map { judge($0, living: living) }
        if orphaned.count > maximumListed {
            let rest = orphaned.dropFirst(maximumListed)
            let entries = rest.reduce(0) { $0 + $1.held }
            findings.append(
                .warning("\(rest.count) more workers are gone and hold \(entries) entries", mend: "memoir worker")
            )
        }
        if living == 0, census.undelivered > 0 {
            findings.append(.warning("none runs, and \(census.undelivered) entries wait", mend: "memoir worker"))
        }
        if gone > 0 { findings.append(.note("\(gone) that are gone, and hold nothing, are still listed")) }
        guard !findings.contains(where: { $0.severity == .warning }) else { return findings }
        return [.ok(living == 0 ? "none found" : "\(living) run")] + findings
    }

    private static func judge(_ member: ConsumerCensus.Member, living: Int) -> Finding {
        let places = member.pending.filter { $0.count > 0 }.map { "\($0.lane.rawValue) \($0.count)" }
        let text =
            "\(member.name) is gone, last seen \(Age.text(member.idle)) ago, and holds \(member.held) "
            + "entr\(member.held == 1 ? "y" : "ies") (\(places.joined(separator: ", ")))"
        guard living > 0 else {
            return .warning("\(text): the next worker takes them over", mend: "memoir worker")
        }
        guard member.idle >= takeover else {
            return .note("\(text): a running worker takes them over within seconds")
        }
        return .warning(
            "\(text), although \(living) run: are these on the same lanes, and not stuck?",
            mend: "memoir worker   # one on all lanes"
        )
    }
}
