import JobQueue
import MemoryTools
import Synchronization

@testable import MemoirClient

/// Answers jobs as the test says, and keeps what was asked.
final class ScriptedQueue: MemoryQueue {
    enum Answer: Sendable {
        /// The `result` of a job that was done.
        case done(String)
        case failed(code: String, message: String, isRetryable: Bool)
        case expired
        /// The whole result, whatever it is.
        case raw(String)
        case thrown(MemoryError)
        /// None until the calling task is cancelled.
        case never
        /// After so long.
        case late(Duration, String)
    }

    typealias Script = @Sendable (JobRequest) -> Answer

    private struct State {
        var jobs: [JobRequest] = []
        var timeouts: [Duration] = []
        var cancelled: [String] = []
        var looks = 0
    }

    /// What Redis' clock says.
    static let now = 1_764_072_000_000

    private let script: Script
    private let clock: MemoryError?
    private let state = Mutex(State())
    let lane: LaneOutlook?

    init(clock: MemoryError? = nil, lane: LaneOutlook? = nil, _ script: @escaping Script = { _ in .done("{}") }) {
        self.script = script
        self.clock = clock
        self.lane = lane
    }

    var jobs: [JobRequest] { state.withLock { $0.jobs } }
    var timeouts: [Duration] { state.withLock { $0.timeouts } }
    var cancelled: [String] { state.withLock { $0.cancelled } }
    var looks: Int { state.withLock { $0.looks } }

    func result(of request: JobRequest, timeout: Duration) async throws(MemoryError) -> [UInt8] {
        guard !Task.isCancelled else { throw .cancelled(jobID: request.id) }
        state.withLock {
            $0.jobs.append(request)
            $0.timeouts.append(timeout)
        }
        switch script(request) {
        case .done(let result): return Self.envelope("ok", result, "null")
        case .failed(let code, let message, let isRetryable):
            let error = #"{"code":"\#(code)","message":"\#(message)","retryable":\#(isRetryable)}"#
            return Self.envelope("error", "null", error)
        case .expired: return Self.envelope("expired", "null", #"{"code":"expired","message":"late","retryable":true}"#)
        case .raw(let text): return Array(text.utf8)
        case .thrown(let error): throw error
        case .never:
            try? await Task.sleep(for: .seconds(60))
            throw .cancelled(jobID: request.id)
        case .late(let pause, let result):
            try? await Task.sleep(for: pause)
            return Self.envelope("ok", result, "null")
        }
    }

    func timeInMilliseconds(timeout: Duration) async throws(MemoryError) -> Int {
        if let clock { throw clock }
        return Self.now
    }

    func cancel(_ jobID: String) async {
        state.withLock { $0.cancelled.append(jobID) }
    }

    func outlook(of lane: Lane) async -> LaneOutlook? {
        state.withLock { $0.looks += 1 }
        return self.lane
    }

    private static func envelope(_ status: String, _ result: String, _ error: String) -> [UInt8] {
        Array(
            """
            {"id":"j","type":"x","status":"\(status)","result":\(result),"error":\(error),"attempts":1,
             "worker":"w","timings_ms":{"queued":1.5}}
            """.utf8
        )
    }
}
