internal import Embeddings
internal import Reactor
internal import RedisClient
internal import VectorStore

/// Runs checks: bounded in time, several at once, their order kept.
@Reactor
struct CheckRunner {
    /// Checks under way at once.
    private static let concurrency = 8

    let timeout: Duration
    /// The command that asks again.
    let again: String

    nonisolated init(timeout: Duration, again: String) {
        self.timeout = timeout
        self.again = again
    }

    func run(_ examination: Examination) async -> [Diagnosis] {
        let gate = await run(examination.gate, isGate: true)
        if gate.hasFailed { return [gate] }
        return [gate] + (await run(examination.others))
    }

    func run(_ checks: [any Check]) async -> [Diagnosis] {
        await withTaskGroup(of: (index: Int, diagnosis: Diagnosis).self) { group in
            var diagnoses = [Diagnosis?](repeating: nil, count: checks.count)
            for (index, check) in checks.enumerated() {
                if index >= Self.concurrency, let done = await group.next() { diagnoses[done.index] = done.diagnosis }
                group.addTask(executorPreference: Reactor.loop) { (index, await self.run(check, isGate: false)) }
            }
            for await done in group { diagnoses[done.index] = done.diagnosis }
            return diagnoses.compactMap { $0 }
        }
    }

    private func run(_ check: any Check, isGate: Bool) async -> Diagnosis {
        let found = await withTaskGroup(of: [Finding]?.self) { group in
            group.addTask(executorPreference: Reactor.loop) { await self.findings(of: check) }
            group.addTask {
                try? await Task.sleep(for: self.timeout)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        if let found { return Diagnosis(name: check.name, findings: found) }
        let text = "no answer within \(Age.text(timeout))"
        return Diagnosis(
            name: check.name,
            findings: [isGate ? .failure(text, mend: again) : .warning(text, mend: again)]
        )
    }

    private func findings(of check: any Check) async -> [Finding] {
        do {
            return try await check.findings()
        } catch let error as RedisError where error.code == .server && Self.isRefused(error) {
            return [.note("unknown: this Redis user may not ask (\(error))")]
        } catch {
            return [.warning("could not be checked: \(error)", mend: again)]
        }
    }

    /// By an access list, or because the command has been renamed, as is usual on managed servers.
    private static func isRefused(_ error: RedisError) -> Bool {
        error.serverCode == "NOPERM" || error.message.contains("unknown command")
    }
}
