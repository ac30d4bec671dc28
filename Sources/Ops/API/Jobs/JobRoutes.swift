internal import HTTPTypes
internal import Hummingbird
internal import JSON
internal import JobQueue
internal import MemoirClient
internal import Memory
internal import RedisClient

/// Jobs: sent, waited for, looked up and cancelled, for producers without Redis.
struct JobRoutes: Sendable {
    let sender: JobSender
    let desk: JobDesk
    let preflight: JobPreflight
    let connections: Connections
    let longestWait: Duration
    let maximumBodyBytes: Int

    func add(to api: some RouterMethods<OpsContext>) {
        api.servePost("jobs") { request, context in try await send(request, context) }
        api.serveGet("jobs/:id") { _, context in try await result(try Self.jobID(context)) }
        api.servePost("jobs/:id/cancel") { request, context in
            _ = try await request.object(upTo: maximumBodyBytes, allowed: [])
            return try await cancel(try Self.jobID(context))
        }
    }

    private func send(_ request: Request, _ context: OpsContext) async throws -> Response {
        let query = try RequestQuery(request, allowed: ["wait"])
        let longest = longestWait
        let wait = try query["wait"].map { text throws(OpsError) in try WaitDuration.parse(text, longest: longest) }
        let body = try JobBody(try await request.bytes(upTo: maximumBodyBytes), newID: MemoryClient.newJobID)
        do throws(InvalidJob) {
            try preflight.check(body.fields, on: body.lane)
        } catch {
            throw OpsError(error)
        }
        var job = body.request
        job.traceparent = job.traceparent ?? Self.traceparent(request)
        if let wait {
            // A client that goes away gives its place to the next; its job is done all the same.
            let result = try await connections.whileConnected(context.channel) { [job] () async throws(OpsError) in
                try await sender.result(of: job, timeout: wait)
            }
            if let result { return .json(result) }
        } else {
            try await sender.send(job)
        }
        return Self.accepted(job)
    }

    private func result(_ id: String) async throws -> Response {
        let found: [UInt8]?
        do throws(RedisError) {
            found = try await desk.result(of: id)
        } catch {
            throw OpsError(error)
        }
        guard let found else {
            throw OpsError(
                404,
                "no_result",
                "no result stands under this id: the job is not done, or its result's ttl is over"
            )
        }
        return .json(found)
    }

    private func cancel(_ id: String) async throws -> Response {
        let isMarked: Bool
        do throws(RedisError) {
            isMarked = try await desk.cancel(id)
        } catch {
            throw OpsError(error)
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("id")
        writer.string(id)
        writer.name("cancelled")
        writer.bool(isMarked)
        writer.endObject()
        return .json(writer.finish(), status: isMarked ? .accepted : .ok)
    }

    private static func accepted(_ job: JobRequest) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("id")
        writer.string(job.id)
        writer.name("lane")
        writer.string(job.lane.rawValue)
        writer.endObject()
        return .json(writer.finish(), status: .accepted)
    }

    /// What a client that is traced sends by itself.
    private static func traceparent(_ request: Request) -> String? {
        guard let name = HTTPField.Name("traceparent"), let value = request.headers[name] else { return nil }
        return value.utf8.count <= JobLimits.maximumNameBytes ? value : nil
    }

    private static func jobID(_ context: OpsContext) throws(OpsError) -> String {
        let id = try context.text("id")
        guard (1...JobLimits.maximumIDCharacters).contains(id.unicodeScalars.count) else {
            throw OpsError(400, "invalid_request", "a job's id has 1 to \(JobLimits.maximumIDCharacters) characters")
        }
        return id
    }
}
