import Foundation
import JSON
import JobQueue
import MemoirClient
import Memory
import Reactor
import Settings
import VectorStore

/// The commands that put one job onto its lane and wait for the result.
extension Composition {
    func save(_ command: SaveCommand) async throws(CommandFailure) {
        var request = request(.save, command.job)
        request.lane = command.lane
        request.collection = command.collection
        request.text = try text(command.content)
        request.metadata = command.metadata?.text
        request.key = command.key
        request.tenant = command.tenant
        request.ttl = command.resultTTL.map { Int($0 / .seconds(1)) }
        let times = Times(runAt: command.schedule.runAt, deadline: command.job.deadline)
        let timeout = command.schedule.waits ? command.wait.timeout : nil
        try await run(request, times, timeout, command.output, JobText.saved)
    }

    func search(_ command: SearchCommand) async throws(CommandFailure) {
        var request = request(.search, command.job)
        request.collection = command.collection
        request.text = try text(command.query)
        request.topK = command.topK
        request.filters = command.filters?.text
        request.scoreThreshold = command.scoreThreshold
        request.tenant = command.tenant
        let times = Times(deadline: command.job.deadline)
        try await run(request, times, command.wait.timeout, command.output, JobText.found)
    }

    func embed(_ command: EmbedCommand) async throws(CommandFailure) {
        var request = request(.embed, command.job)
        request.text = try text(command.text)
        request.encodingFormat = command.encodingFormat.rawValue
        let times = Times(deadline: command.job.deadline)
        try await run(request, times, command.wait.timeout, command.output, JobText.embedded)
    }

    func forget(_ command: ForgetCommand) async throws(CommandFailure) {
        var request = request(.forget, command.job)
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
        let times = Times(runAt: command.schedule.runAt, deadline: command.job.deadline)
        let timeout = command.schedule.waits ? command.wait.timeout : nil
        try await run(request, times, timeout, command.output, JobText.forgotten)
    }

    func get(_ command: GetCommand) async throws(CommandFailure) {
        var request = request(.get, command.job)
        request.collection = command.collection
        request.key = command.key
        request.memoryID = command.pointID
        request.tenant = command.tenant
        let times = Times(deadline: command.job.deadline)
        try await run(request, times, command.wait.timeout, command.output, JobText.memory)
    }

    func list(_ command: ListCommand) async throws(CommandFailure) {
        var request = request(.list, command.job)
        request.collection = command.collection
        request.filters = command.filters?.text
        request.topK = command.limit
        request.after = command.after
        request.tenant = command.tenant
        let times = Times(deadline: command.job.deadline)
        try await run(request, times, command.wait.timeout, command.output, JobText.page)
    }

    /// As the command line gives them: some count from the time at which the job is sent.
    private struct Times {
        var runAt: TimeArgument?
        var deadline: TimeArgument?
    }

    private func request(_ type: JobType, _ options: JobOptions) -> JobRequest {
        var request = JobRequest(type, id: options.id ?? MemoryClient.newJobID())
        request.traceparent = options.traceparent ?? ProcessInfo.processInfo.environment["TRACEPARENT"]
        return request
    }

    /// `-` stands for standard input.
    private func text(_ argument: String) throws(CommandFailure) -> String {
        guard argument == "-" else { return argument }
        return try StandardInput.readAll(maximumBytes: settings.worker.maximumContentBytes)
    }

    /// - Parameter timeout: how long the result is waited for; nil where only the job's id is asked for.
    private func run(
        _ request: JobRequest,
        _ times: Times,
        _ timeout: Duration?,
        _ output: OutputOptions,
        _ text: (JSONValue) -> String
    ) async throws(CommandFailure) {
        let client = try await client()
        do throws(CommandFailure) {
            try await run(request, times, timeout, output, text, client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    private func run(
        _ request: JobRequest,
        _ times: Times,
        _ timeout: Duration?,
        _ output: OutputOptions,
        _ text: (JSONValue) -> String,
        _ client: MemoryClient
    ) async throws(CommandFailure) {
        let request = try await scheduled(request, times, client)
        guard let timeout else {
            try await asking { () async throws(MemoryError) in try await client.enqueue(request) }
            Output.line(output.isJSON ? Self.identity(request.id) : request.id)
            return
        }
        let answer = try await asking { () async throws(MemoryError) in
            try await client.answer(to: request, timeout: timeout)
        }
        Output.answer(answer, asJSON: output.isJSON, text: text)
        try Self.checkStatus(answer)
    }

    /// Durations count from now by the clock of Redis, which workers go by.
    private func scheduled(
        _ request: JobRequest,
        _ times: Times,
        _ client: MemoryClient
    ) async throws(CommandFailure) -> JobRequest {
        guard times.runAt != nil || times.deadline != nil else { return request }
        var request = request
        let now = try await asking { () async throws(MemoryError) in try await client.timeInMilliseconds() }
        request.runAt = times.runAt?.milliseconds(now: now)
        request.deadline = times.deadline?.milliseconds(now: now)
        if let runAt = request.runAt, let deadline = request.deadline, deadline <= runAt {
            throw CommandFailure(.usage, "--deadline is not after --run-at: the job would never run")
        }
        return request
    }

    func client() async throws(CommandFailure) -> MemoryClient {
        try await asking { () async throws(MemoryError) in try await memoryClient() }
    }

    func memoryClient() async throws(MemoryError) -> MemoryClient {
        try await MemoryClient.connect(
            redis: redis,
            keys: keys,
            limits: laneLimits,
            // Of what is not waited for: a person is told soon that Redis refuses.
            timeout: settings.redis.commandTimeout,
            logger: logger
        )
    }

    private func asking<Answer>(
        _ body: () async throws(MemoryError) -> Answer
    ) async throws(CommandFailure) -> Answer {
        do throws(MemoryError) {
            return try await body()
        } catch {
            throw CommandFailure(error)
        }
    }

    /// `{"id": "job-1"}`
    private static func identity(_ id: String) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("id")
        writer.string(id)
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    private static func checkStatus(_ answer: JobAnswer) throws(CommandFailure) {
        guard answer.status != .ok else { return }
        let code = answer.errorCode ?? answer.status.rawValue
        throw CommandFailure(.jobFailed, "\(code): \(answer.errorMessage ?? "no message")")
    }
}
