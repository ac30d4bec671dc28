import JSON
import JobQueue
import MemoirClient
import Reactor
import RedisClient
import Settings

/// The commands that steer the fleet through Redis.
extension Composition {
    var laneLimits: LaneLimits {
        var limits = LaneLimits()
        limits.search = settings.queue.maximumLength.search
        limits.save = settings.queue.maximumLength.save
        limits.embed = settings.queue.maximumLength.embed
        limits.bulk = settings.queue.maximumLength.bulk
        return limits
    }

    func pause(_ command: PauseCommand) async throws(CommandFailure) {
        try await control(command.output) { control throws(RedisError) in
            try await control.pause(LaneArgument.lanes(command.lanes))
        }
    }

    func resume(_ command: ResumeCommand) async throws(CommandFailure) {
        try await control(command.output) { control throws(RedisError) in
            try await control.resume(LaneArgument.lanes(command.lanes))
        }
    }

    private func control(
        _ output: OutputOptions,
        _ body: (LaneControl) async throws(RedisError) -> [Lane: Int]
    ) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        do throws(RedisError) {
            let paused = try await body(LaneControl(connection: connection, keys: keys))
            let json = { String(decoding: LaneControl.json(paused), as: UTF8.self) }
            Output.line(output.isJSON ? json() : LaneStateText.text(paused))
        } catch {
            throw CommandFailure(error)
        }
    }

    func cancel(_ command: CancelCommand) async throws(CommandFailure) {
        let client = try await client()
        let connection = redisConnection()
        defer { connection.close() }
        var report = CancellationReport(command.ids)
        do throws(RedisError) {
            let cancellation = JobCancellation(connection: connection, keys: keys)
            for id in report.ids {
                if let result = try await cancellation.mark(id) {
                    report.answered(id, JobAnswer(parsing: result))
                } else {
                    _ = try await cancellation.releaseDelayed(id)
                }
            }
            try await awaitAnswers(&report, client, until: .now + command.timeout)
        } catch {
            throw CommandFailure(error)
        }
        await client.close()
        for line in command.output.isJSON ? report.jsonLines : report.lines { Output.line(line) }
        guard report.marked.isEmpty else {
            throw CommandFailure(
                .tryAgain,
                "not answered within \(command.timeout.text): is a worker running? They are cancelled when their turn comes"
            )
        }
    }

    /// Looks for the results again and again: the jobs' own reply streams belong to their producers.
    private func awaitAnswers(
        _ report: inout CancellationReport,
        _ client: MemoryClient,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) {
        let backoff = Backoff(initial: .milliseconds(20), maximum: .milliseconds(500))
        var looks = 0
        while !report.marked.isEmpty {
            for id in report.marked {
                if let answer = try await client.answer(of: id) { report.answered(id, answer) }
            }
            looks += 1
            guard !report.marked.isEmpty, .now < deadline else { return }
            let pause = backoff.wait(afterFailures: looks)
            try? await Task.sleep(until: min(deadline, .now + pause))
        }
    }
}
