import Foundation
import JSON
import JobQueue
import Memory
import Reactor
import RedisClient
import Settings
import VectorStore

/// The commands that put one job onto its lane and wait for the result.
extension Composition {
    func save(_ command: SaveCommand) async throws(CommandFailure) {
        var request = JobRequest(.save, id: command.id ?? Self.newID())
        request.lane = command.lane
        request.collection = command.collection
        request.text = try text(command.content)
        request.metadata = command.metadata?.text
        request.key = command.key
        request.tenant = command.tenant
        request.ttl = command.resultTTL.map { Int($0 / .seconds(1)) }
        guard command.waits else {
            try await send(request)
            Output.line(command.output.isJSON ? #"{"id":"\#(request.id)"}"# : request.id)
            return
        }
        let answer = try await ask(request, command.wait.timeout)
        Output.answer(answer, asJSON: command.output.isJSON, text: JobText.saved)
        try Self.checkStatus(answer)
    }

    func search(_ command: SearchCommand) async throws(CommandFailure) {
        var request = JobRequest(.search, id: Self.newID())
        request.collection = command.collection
        request.text = try text(command.query)
        request.topK = command.topK
        request.filters = command.filters?.text
        request.scoreThreshold = command.scoreThreshold
        request.tenant = command.tenant
        let answer = try await ask(request, command.wait.timeout)
        Output.answer(answer, asJSON: command.output.isJSON, text: JobText.found)
        try Self.checkStatus(answer)
    }

    func embed(_ command: EmbedCommand) async throws(CommandFailure) {
        var request = JobRequest(.embed, id: Self.newID())
        request.text = try text(command.text)
        request.encodingFormat = command.encodingFormat.rawValue
        let answer = try await ask(request, command.wait.timeout)
        Output.answer(answer, asJSON: command.output.isJSON, text: JobText.embedded)
        try Self.checkStatus(answer)
    }

    func forget(_ command: ForgetCommand) async throws(CommandFailure) {
        var request = JobRequest(.forget, id: Self.newID())
        request.collection = command.collection
        request.tenant = command.tenant
        switch command.target {
        case .key(let key): request.key = key
        case .pointID(let id):
            guard let id = PointID(text: ArraySlice(id.utf8)) else {
                throw CommandFailure(.usage, "--point-id takes the id that save answered, a UUID")
            }
            request.filters = #"{"must":[{"has_id":["\#(id.text)"]}]}"#
        case .filters(let filters): request.filters = filters.text
        case nil: throw CommandFailure(.usage, "give one of --key, --point-id and --filters")
        }
        let answer = try await ask(request, command.wait.timeout)
        Output.answer(answer, asJSON: command.output.isJSON, text: JobText.forgotten)
        try Self.checkStatus(answer)
    }

    /// `-` stands for standard input.
    private func text(_ argument: String) throws(CommandFailure) -> String {
        guard argument == "-" else { return argument }
        return try StandardInput.readAll(maximumBytes: settings.worker.maximumContentBytes)
    }

    private static func newID() -> String { UUID().uuidString.lowercased() }

    private func send(_ request: JobRequest) async throws(CommandFailure) {
        let connection = redisConnection()
        defer { connection.close() }
        do throws(RedisError) {
            try await client(connection).enqueue(request, announcesResult: false)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func ask(_ request: JobRequest, _ timeout: Duration) async throws(CommandFailure) -> JobAnswer {
        let connection = redisConnection()
        defer { connection.close() }
        let client = client(connection)
        let deadline = ContinuousClock.now + timeout
        do throws(RedisError) {
            try await client.enqueue(request, announcesResult: true)
            let answer = try await client.waitForResult(of: request.id, until: deadline)
            await client.close()
            if let answer { return answer }
        } catch {
            throw CommandFailure(error)
        }
        throw CommandFailure(
            .timedOut,
            "no result within \(timeout.text): is a worker running? The job stays in the queue as \(request.id)."
        )
    }

    private func client(_ connection: RedisConnection) -> MemoryClient {
        MemoryClient(
            connection: connection,
            keys: keys,
            name: Self.newID(),
            commandTimeout: settings.redis.commandTimeout,
            makeBlocking: { redisConnection() }
        )
    }

    private static func checkStatus(_ answer: JobAnswer) throws(CommandFailure) {
        guard answer.status != .ok else { return }
        let code = answer.errorCode ?? answer.status.rawValue
        throw CommandFailure(.jobFailed, "\(code): \(answer.errorMessage ?? "no message")")
    }
}

extension CommandFailure {
    init(_ error: RedisError) {
        let hint = error.code == .authenticationFailed ? "" : " (is REDIS_URL right?)"
        self.init(.serviceUnavailable, "redis_connection_failed: \(error)\(hint)")
    }
}
