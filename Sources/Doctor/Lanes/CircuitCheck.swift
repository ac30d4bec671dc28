internal import JobQueue
internal import Memory
internal import Reactor
internal import RedisClient

/// Whether workers wait for a service: what their signs of life say of its circuit.
struct CircuitCheck: Check {
    /// Told one by one.
    private static let maximumListed = 5

    private struct Trouble: Hashable {
        let service: String
        let state: String
        let problem: String
    }

    let name = "circuits"
    let redis: RedisConnection
    let keys: JobKeys

    func findings() async throws -> [Finding] {
        Self.judge(try await MemoryStatistics.read(from: redis, keys: keys).workers)
    }

    static func judge(_ workers: [MemoryStatistics.Worker]) -> [Finding] {
        var troubles: [Trouble: Int] = [:]
        for worker in workers {
            let figures = Dictionary(worker.figures.map { ($0.name, $0.value) }) { $1 }
            for (service, field) in [("the embedding service", "embedding"), ("Qdrant", "store")] {
                guard let problem = figures["\(field)_problem"], !problem.isEmpty else { continue }
                let state = figures["\(field)_circuit"] ?? "unknown"
                troubles[Trouble(service: service, state: state, problem: problem), default: 0] += 1
            }
        }
        guard !troubles.isEmpty else {
            return [.ok(workers.isEmpty ? "no worker tells of any" : "all closed, at \(workers.count) workers")]
        }
        let listed = troubles.sorted { ($1.value, $0.key.problem) < ($0.value, $1.key.problem) }.prefix(maximumListed)
        return listed.map { trouble, count in
            .warning(
                "\(count) worker\(count == 1 ? " waits" : "s wait") for \(trouble.service), "
                    + "circuit \(trouble.state): \(trouble.problem)",
                mend: "memoir stats   # shows each; what this service lacks stands in its own checks"
            )
        }
    }
}
