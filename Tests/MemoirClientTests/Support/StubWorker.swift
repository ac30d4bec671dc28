import JobQueue
import Reactor
import RedisClient
import RedisServerFixture

/// Takes jobs off all lanes and answers them as workers do: the result under its key, an entry on the reply stream, the
/// job gone, in one step.
@Reactor
final class StubWorker {
    /// Fields of a job by name.
    typealias Job = [String: String]
    /// What follows the job's id in its result; nil leaves the job unanswered.
    typealias Answer = @Sendable (Job) -> String?

    private let keys = JobKeys()
    private let connections: [Lane: RedisConnection]
    private let answer: Answer
    private var tasks: [Task<Void, Never>] = []
    /// In the order in which they came, of each lane.
    private(set) var jobs: [Job] = []

    init(on server: RedisServer, answer: @escaping Answer) {
        self.answer = answer
        connections = Dictionary(uniqueKeysWithValues: Lane.allCases.map { ($0, server.connection()) })
        tasks = connections.map { lane, connection in
            Task { [weak self] in
                var last = "0-0"
                while !Task.isCancelled {
                    guard let self else { return }
                    await self.work(lane, connection, &last)
                }
            }
        }
    }

    isolated deinit { stop() }

    func stop() {
        for task in tasks { task.cancel() }
        for connection in connections.values { connection.close() }
    }

    nonisolated static func ok(_ result: String) -> String { #""status":"ok","result":\#(result),"error":null"# }

    nonisolated static func error(_ code: String, _ message: String, retryable: Bool = false) -> String {
        #""status":"error","result":null,"error":{"code":"\#(code)","message":"\#(message)","retryable":\#(retryable)}"#
    }

    private func work(_ lane: Lane, _ connection: RedisConnection, _ last: inout String) async {
        do {
            let read = RedisCommand("XREAD", "COUNT", "1000", "BLOCK", "200", "STREAMS", keys.jobs(lane), last)
            var entries = try StreamEntries(readGroup: try await connection.execute(read))
            guard entries.count > 0 else { return }
            var command = RedisCommand(capacity: 1_000)
            var hasAnswers = false
            while let entry = try entries.next() {
                last = String(decoding: entry.id, as: UTF8.self)
                var job: Job = [:]
                for _ in 0..<entry.fieldCount {
                    let (name, value) = try entries.nextField()
                    job[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
                }
                jobs.append(job)
                guard let body = answer(job) else { continue }
                append(job, body, lane, last, to: &command)
                hasAnswers = true
            }
            if hasAnswers { _ = try await connection.pipeline(command) }
        } catch {
            // The server may be another one next time.
            last = "0-0"
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    private func append(_ job: Job, _ body: String, _ lane: Lane, _ entry: String, to command: inout RedisCommand) {
        let id = job["id"] ?? ""
        command.begin("MULTI", arguments: 0)
        command.begin("SET", arguments: 4)
        command.append(keys.result(ArraySlice(id.utf8)))
        command.append(#"{"id":"\#(id)",\#(body)}"#)
        command.append("EX")
        command.append("100")
        if let replies = job["reply_to"] {
            command.begin("XADD", arguments: 6)
            for argument in [replies, "*", "id", id, "status", "ok"] { command.append(argument) }
        }
        command.begin("XDEL", arguments: 2)
        command.append(keys.jobs(lane))
        command.append(entry)
        command.begin("EXEC", arguments: 0)
    }
}
