internal import JSON
package import JobQueue
internal import MCP
internal import MemoirClient
package import Memory

/// Does what the tools are called for: a job on the queue each, with the caller's tenant and the call's deadline.
package struct MemoryDesk: Sendable {
    /// Where memories come from that are saved here.
    static let source = "mcp"
    /// The result stands for whoever looks after the call.
    private static let resultExtraSeconds = 60
    /// For finding out why nothing came in time.
    private static let lastLook = Duration.seconds(1)

    let catalog: CollectionCatalog
    let configuration: MemoryToolsConfiguration
    let preflight: JobPreflight
    let turns = MemoryTurns()
    private let queue: any MemoryQueue

    package init(
        queue: any MemoryQueue,
        catalog: CollectionCatalog,
        keys: JobKeys,
        configuration: MemoryToolsConfiguration = MemoryToolsConfiguration()
    ) {
        self.queue = queue
        self.catalog = catalog
        self.configuration = configuration
        preflight = JobPreflight(
            keys: keys,
            catalog: catalog,
            maximumTextBytes: configuration.maximumTextBytes,
            maximumJSONBytes: configuration.maximumJSONBytes
        )
    }

    func context(_ call: ToolCall<MemoryCaller>) -> CallContext {
        CallContext(call, timeout: configuration.timeout)
    }

    func job(_ type: JobType, in collection: CollectionDefinition? = nil) -> JobRequest {
        var job = JobRequest(type, id: MemoryClient.newJobID())
        job.collection = collection?.name
        return job
    }

    /// Checks the job, sends it and waits.
    ///
    /// - Returns: the `result` of a job that was done.
    func result(of job: JobRequest, for context: CallContext) async throws(ToolError) -> ArraySlice<UInt8> {
        var job = job
        job.tenant = context.caller.tenant
        job.traceparent = context.traceparent
        do throws(InvalidJob) {
            try preflight.check(job)
        } catch {
            throw ToolError(error)
        }
        let reply: [UInt8]?
        do throws(MemoryError) {
            reply = try await answer(to: job, for: context)
        } catch {
            throw ToolError(error)
        }
        guard let reply else { throw .late(job.lane, await outlook(of: job.lane)) }
        switch JobReply(reply)?.outcome {
        case .done(let result): return result
        case .failed(let code, let message, let isRetryable):
            throw ToolError(code: code, message: message, isRetryable: isRetryable)
        case nil: throw .noAnswer
        }
    }

    /// - Returns: nil where none came in time.
    private func answer(to job: JobRequest, for context: CallContext) async throws(MemoryError) -> [UInt8]? {
        var job = job
        guard context.isTimeLeft else { return nil }
        let now = try await queue.timeInMilliseconds(timeout: context.timeLeft)
        // Where nothing is left nobody would begin it.
        guard context.isTimeLeft else { return nil }
        let left = context.timeLeft
        job.deadline = now + max(1, Int(left / .milliseconds(1)))
        job.ttl = min(Int(left.components.seconds) + Self.resultExtraSeconds, JobLimits.maximumTTL)
        do throws(MemoryError) {
            return try await result(of: job, timeout: left, for: context)
        } catch  where error.code == .timedOut {
            return nil
        } catch {
            // Not in this task, which is cancelled.
            if error.code == .cancelled { await Task { [queue, id = job.id] in await queue.cancel(id) }.value }
            throw error
        }
    }

    private func result(
        of job: JobRequest,
        timeout: Duration,
        for context: CallContext
    ) async throws(MemoryError) -> [UInt8] {
        guard context.progress.isHeard else { return try await queue.result(of: job, timeout: timeout) }
        let teller = Task { [self] in await tell(context, of: job.lane) }
        defer { teller.cancel() }
        return try await queue.result(of: job, timeout: timeout)
    }

    /// nil where nobody can tell at once.
    private func outlook(of lane: Lane) async -> LaneOutlook? {
        await Patience.value(within: Self.lastLook) { [queue] in await queue.outlook(of: lane) } ?? nil
    }

    /// How long it has been waited for, of how long at most, and what is known of the lane, until it is cancelled.
    private func tell(_ context: CallContext, of lane: Lane) async {
        let total = context.begin.duration(to: context.end) / .seconds(1)
        while true {
            guard (try? await Task.sleep(for: configuration.progressInterval)) != nil else { return }
            let outlook = await queue.outlook(of: lane)
            guard !Task.isCancelled else { return }
            let waited = context.begin.duration(to: .now) / .seconds(1)
            context.progress.report(min(waited, total), of: total, outlook?.description ?? "waiting for the result")
        }
    }
}
