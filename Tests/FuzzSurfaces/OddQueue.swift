import JobQueue
import MemoirClient
import MemoryTools

/// Answers jobs as workers do, and as they never should.
struct OddQueue: MemoryQueue {
    enum Mood: Sendable, CaseIterable {
        case plausible, failed, expired, null, wrong, garbage, huge, deep, thrown, silent, late
    }

    /// How it answers within a task and those that come of it.
    @TaskLocal static var mood = Mood.plausible
    /// A whole result, in the place of any other.
    @TaskLocal static var answer: [UInt8]?

    static let pause = Duration.milliseconds(4)

    private static let codes = [
        "invalid_job", "cancelled", "budget_exceeded", "embedding_refused", "internal", "\u{0}\"\\", "",
    ]
    private static let errors: [MemoryError.Code] = [
        .queueFull, .invalidJob, .expired, .failed, .timedOut, .unavailable, .closed, .cancelled, .tooManyJobs,
        .invalidAnswer, .invalidConfiguration,
    ]

    func result(of request: JobRequest, timeout: Duration) async throws(MemoryError) -> [UInt8] {
        guard !Task.isCancelled else { throw MemoryError(.cancelled, "cancelled", jobID: request.id) }
        if let answer = Self.answer { return answer }
        // The same text is answered the same way.
        let choice = (request.text ?? request.key ?? request.memoryID ?? "").utf8.count
        switch Self.mood {
        case .plausible: return Self.done(WorkerAnswers.plausible(request))
        case .failed: return Self.failed(Self.codes[choice % Self.codes.count], "metadata.a: \u{1}\n\u{2028} \(choice)")
        case .expired: return Self.envelope("expired", "null", #"{"code":"expired","message":"late","retryable":true}"#)
        case .null: return Self.done("null")
        case .wrong: return Self.done(WorkerAnswers.wrong[choice % WorkerAnswers.wrong.count])
        case .garbage: return [0xFF, 0x00, 0x7B, UInt8(truncatingIfNeeded: choice)]
        case .huge: return Self.done(WorkerAnswers.plausible(request, content: WorkerAnswers.huge))
        case .deep: return Self.done(WorkerAnswers.plausible(request, metadata: WorkerAnswers.deep))
        case .thrown: throw MemoryError(Self.errors[choice % Self.errors.count], "memory_id: \u{7}\r\n\(choice)")
        case .silent:
            guard (try? await Task.sleep(for: Self.pause)) != nil else { throw MemoryError(.cancelled, "cancelled") }
            throw MemoryError(.timedOut, "no result in time", jobID: request.id, isRetryable: true)
        case .late:
            try? await Task.sleep(for: Self.pause)
            return Self.done(WorkerAnswers.plausible(request))
        }
    }

    func timeInMilliseconds(timeout: Duration) async throws(MemoryError) -> Int { 1_764_072_000_000 }

    func cancel(_ jobID: String) async {}

    func outlook(of lane: Lane) async -> LaneOutlook? {
        LaneOutlook(lane: lane, workers: 2, isPaused: false, jobs: 7)
    }

    static func done(_ result: String) -> [UInt8] { envelope("ok", result, "null") }

    private static func failed(_ code: String, _ message: String) -> [UInt8] {
        envelope("error", "null", WorkerAnswers.object(["code": code, "message": message]))
    }

    private static func envelope(_ status: String, _ result: String, _ error: String) -> [UInt8] {
        Array(
            #"{"id":"j","type":"x","status":"\#(status)","result":\#(result),"error":\#(error),"attempts":1}"#.utf8
        )
    }
}
