import JSON
import JobQueue
import MCP
import Testing

@testable import MemoirClient
@testable import MemoryTools

@Suite struct WaitingTests {
    private static let search = #"{"collection":"notes","query":"a"}"#

    @Test func `the job's deadline is the call's, and its trace the caller's`() async throws {
        let desk = try TestDesk(ScriptedQueue { _ in .done(#"{"results":[]}"#) }) { $0.timeout = .seconds(7) }
        let trace = TraceContext(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        _ = try await desk.call("search_memory", Self.search, trace: trace)
        let job = try #require(desk.queue.jobs.first)
        let deadline = try #require(job.deadline) - ScriptedQueue.now
        #expect((6_000...7_000).contains(deadline))
        #expect(desk.queue.timeouts.allSatisfy { $0 <= .seconds(7) && $0 > .seconds(6) })
        #expect((60...67).contains(job.ttl ?? 0))
        #expect(job.traceparent == trace.traceparent)
    }

    @Test func `all jobs of one call share its time`() async throws {
        let queue = ScriptedQueue { job in
            job.type == "get"
                ? .late(.milliseconds(50), Stored.memory(Stored.payload(key: "a")))
                : .done(#"{"id":"\#(Stored.id)","deduped":false}"#)
        }
        let desk = try TestDesk(queue)
        _ = try await desk.call("update_memory", #"{"collection":"notes","key":"a","content":"b"}"#)
        let deadlines = desk.queue.jobs.compactMap(\.deadline)
        try #require(deadlines.count == 2)
        #expect(deadlines[0] - deadlines[1] >= 45)
    }

    @Test func `figures that adorn an answer are not waited for as long`() async throws {
        let desk = try TestDesk { _ in .thrown(.timedOut(jobID: "j")) }
        let found = try await desk.call("list_collections")
        #expect(found[path: "collections.0.points"] == .null)
        #expect(desk.queue.timeouts.allSatisfy { $0 <= .seconds(3) })
    }

    @Test func `cancelling a call cancels its job`() async throws {
        let desk = try TestDesk { _ in .never }
        let call = Task { try await desk.call("search_memory", Self.search) }
        while desk.queue.jobs.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        call.cancel()
        #expect(try await call.value == .failed("The call was cancelled."))
        #expect(desk.queue.cancelled == desk.queue.jobs.map(\.id))
    }

    @Test func `an update that is cancelled does not go on`() async throws {
        let desk = try TestDesk { $0.type == "get" ? .never : .done("{}") }
        let call = Task { try await desk.call("update_memory", #"{"collection":"notes","key":"a","content":"b"}"#) }
        while desk.queue.jobs.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        call.cancel()
        #expect(try await call.value.message != nil)
        #expect(desk.queue.jobs.map(\.type) == ["get"])
    }

    @Test(
        arguments: [
            (LaneOutlook(lane: .search, workers: 0, isPaused: true, jobs: 3), "no worker is running"),
            (LaneOutlook(lane: .search, workers: 1, isPaused: true, jobs: 3), "the lane search is paused"),
            (LaneOutlook(lane: .search, workers: 1, isPaused: false, jobs: 1), "1 job on the lane search, 1 worker"),
            (LaneOutlook(lane: .search, workers: 2, isPaused: false, jobs: 3), "3 jobs on the lane search, 2 workers"),
            (nil, "waiting for the result"),
        ] as [(LaneOutlook?, String)]
    )
    func `who asks for progress is told what is known`(_ lane: LaneOutlook?, _ said: String) async throws {
        let queue = ScriptedQueue(lane: lane) { _ in .late(.milliseconds(300), #"{"results":[]}"#) }
        let desk = try TestDesk(queue) { $0.progressInterval = .milliseconds(20) }
        let messages = try await desk.messages(
            #"""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_memory","arguments":\#(Self.search),
             "_meta":{"progressToken":"p"}}}
            """#.replacing("\n", with: "")
        )
        #expect(messages.last?[path: "result.structuredContent.results"] == .array([]))
        #expect(messages.count > 1)
        var last = 0.0
        for message in messages.dropLast() {
            let text = try #require(message[path: "params.message"]?.string)
            #expect(text.contains(said), "\(text)")
            let progress = try #require(message[path: "params.progress"]?.number)
            #expect(progress > last)
            last = progress
            #expect(message[path: "params.total"]?.number == 30)
        }
    }

    @Test func `nobody is told who did not ask`() async throws {
        let queue = ScriptedQueue { _ in .late(.milliseconds(50), #"{"results":[]}"#) }
        let desk = try TestDesk(queue) { $0.progressInterval = .milliseconds(5) }
        _ = try await desk.call("search_memory", Self.search)
        #expect(queue.looks == 0)
    }

    // MARK: What goes wrong

    @Test(
        arguments: [
            (
                LaneOutlook(lane: .search, workers: 0, isPaused: true, jobs: 3),
                "no worker is running. Calling again helps when whoever runs this server has started one: memoir worker"
            ),
            (LaneOutlook(lane: .search, workers: 1, isPaused: true, jobs: 3), "memoir resume search."),
            (LaneOutlook(lane: .search, workers: 1, isPaused: false, jobs: 3), "workers are busy"),
            (nil, "workers are busy"),
        ] as [(LaneOutlook?, String)]
    )
    func `why no answer came is told as far as it is known`(_ lane: LaneOutlook?, _ said: String) async throws {
        let desk = try TestDesk(ScriptedQueue(lane: lane) { _ in .thrown(.timedOut(jobID: "j")) })
        let message = try #require(try await desk.call("search_memory", Self.search).message)
        #expect(message.hasPrefix("No answer in time: ") && message.contains(said), "\(message)")
        #expect(desk.queue.looks == 1)
        #expect(desk.queue.cancelled.isEmpty)
    }

    @Test func `where the call's time is over nothing more is sent`() async throws {
        let desk = try TestDesk(
            ScriptedQueue { job in
                job.type == "get" ? .late(.milliseconds(60), Stored.memory(Stored.payload(key: "a"))) : .done("{}")
            }
        ) { $0.timeout = .milliseconds(50) }
        let message = try await desk.call("update_memory", #"{"collection":"notes","key":"a","content":"b"}"#).message
        #expect(message?.hasPrefix("No answer in time") == true)
        #expect(desk.queue.jobs.map(\.type) == ["get"])
    }

    @Test(
        arguments: [
            (MemoryError(.queueFull, "lane=search", isRetryable: true), "The queue is full, and nothing was done."),
            (.tooManyJobs(5), "Too many calls wait already"),
            (
                MemoryError(.unavailable, "redis_connection_failed: x", isRetryable: true),
                "The memory cannot be reached now"
            ),
            (.closed(jobID: nil), "The server is stopping."),
            (MemoryError(.expired, "late"), "No worker came to it in time"),
            (.invalid(field: "memory_id", "is odd"), "id: is odd"),
        ] as [(MemoryError, String)]
    )
    func `what keeps a job from being answered is told for a model`(_ error: MemoryError, _ said: String) async throws {
        let desk = try TestDesk { _ in .thrown(error) }
        let message = try await desk.call("search_memory", Self.search).message
        #expect(message?.hasPrefix(said) == true, "\(message ?? "")")
        #expect(desk.queue.cancelled.isEmpty)
    }

    @Test func `without the clock nothing is sent`() async throws {
        let desk = try TestDesk(ScriptedQueue(clock: MemoryError(.unavailable, "away")))
        let message = try await desk.call("search_memory", Self.search).message
        #expect(message?.hasPrefix("The memory cannot be reached now") == true)
        #expect(desk.queue.jobs.isEmpty)
    }

    @Test(
        arguments: [
            (.failed(code: "invalid_job", message: "after: is odd", isRetryable: false), "cursor: is odd"),
            (
                .failed(code: "invalid_job", message: "collection: unknown; known: salaries", isRetryable: false),
                "collection: the workers do not know it; whoever runs this server has to give them its declaration"
            ),
            (.failed(code: "budget_exceeded", message: "spent", isRetryable: true), "spent. The day's budget"),
            (
                .failed(code: "embedding_refused", message: "no", isRetryable: false),
                "no. Most likely the text is too long"
            ),
            (.failed(code: "cancelled", message: "no", isRetryable: false), "Somebody cancelled it"),
            (
                .failed(code: "store_failed", message: "m", isRetryable: true),
                "It failed (store_failed): m. Try again later."
            ),
            (
                .failed(code: "poison", message: "m", isRetryable: false),
                "It failed (poison): m. The same call will not"
            ),
            (.expired, "No worker came to it in time"),
            (.raw("{}"), "What the worker answered is not understood"),
            (.raw("no JSON"), "What the worker answered is not understood"),
            (.done("[]"), "What the worker answered is not understood"),
            (.done(#"{"results":[{"id":"a","score":1,"payload":{"content":}]}"#), "What the worker answered is not"),
        ] as [(ScriptedQueue.Answer, String)]
    )
    func `what a worker answers is told for a model`(_ answer: ScriptedQueue.Answer, _ said: String) async throws {
        let desk = try TestDesk { _ in answer }
        let message = try await desk.call("search_memory", Self.search).message
        #expect(message?.hasPrefix(said) == true, "\(message ?? "")")
    }

    /// What another version of a worker might answer: no answer is made of it that the tool's schema does not allow.
    @Test(arguments: ReachTests.calls)
    func `an answer that lacks something is no answer`(_ name: String, _ arguments: String) async throws {
        for result in ["{}", "[]", "7", #"{"results":{}}"#, #"{"results":[{}],"memories":[{}],"memory":{}}"#] {
            let desk = try TestDesk { _ in .done(result) }
            let found = try await desk.call(name, arguments)
            guard name != "list_collections", name != "get_memory_stats" || !result.hasPrefix("{") else { continue }
            #expect(found == .failed(ToolError.noAnswer.message), "\(result)")
        }
    }
}
