internal import JobQueue
internal import Reactor
internal import RedisClient

/// Reads a client's reply stream, one read at a time, for as long as somebody waits, and wakes those whose results are
/// announced. One read serves all: blocking reads on one connection would stand in line behind each other.
@Reactor
final class ReplyWatch {
    /// Between two looks at a result whose announcement may have been lost.
    private static let longestRead = Duration.seconds(5)

    private struct Waiter {
        let jobID: [UInt8]
        let continuation: CheckedContinuation<Void, Never>
    }

    private let stream: String
    private let commandTimeout: Duration
    private let makeConnection: @Reactor () -> RedisConnection
    private var connection: RedisConnection?
    private var reading: Task<Void, Never>?
    private var lastReply = "0-0"

    private var waiters: [UInt64: Waiter] = [:]
    /// Waits that have begun and whose continuation does not exist yet.
    private var arriving: [UInt64: [UInt8]] = [:]
    private var nextID: UInt64 = 0
    /// Why the last read failed; nil while reads succeed.
    private(set) var failure: RedisError?

    init(stream: String, commandTimeout: Duration, makeConnection: @escaping @Reactor () -> RedisConnection) {
        self.stream = stream
        self.commandTimeout = commandTimeout
        self.makeConnection = makeConnection
    }

    /// Begun before the result is looked for, so that no announcement after that look is missed.
    func begin(_ jobID: String) -> UInt64 {
        nextID += 1
        arriving[nextID] = Array(jobID.utf8)
        return nextID
    }

    /// Returns when the job's result is announced, at the deadline, when the read fails, or when the task is cancelled.
    func wait(_ id: UInt64, until deadline: ContinuousClock.Instant) async {
        if reading == nil {
            failure = nil
            reading = Task { await read() }
        }
        let timer = Reactor.loop.schedule(at: min(deadline, .now + Self.longestRead)) { [weak self] in self?.wake(id) }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard let jobID = arriving.removeValue(forKey: id) else { return continuation.resume() }
                waiters[id] = Waiter(jobID: jobID, continuation: continuation)
            }
        } onCancel: {
            Task { @Reactor in self.wake(id) }
        }
        Reactor.loop.cancel(timer)
    }

    /// A wait that was begun and is not wanted.
    func end(_ id: UInt64) {
        wake(id)
    }

    func close() {
        reading?.cancel()
        connection?.close()
        for id in Array(waiters.keys) { wake(id) }
        arriving = [:]
    }

    private func wake(_ id: UInt64) {
        arriving[id] = nil
        waiters.removeValue(forKey: id)?.continuation.resume()
    }

    private func read() async {
        let connection = connection ?? makeConnection()
        self.connection = connection
        while !Task.isCancelled && !(waiters.isEmpty && arriving.isEmpty) {
            do throws(RedisError) {
                try await readOnce(connection)
                failure = nil
            } catch {
                failure = error
                for id in Array(waiters.keys) + Array(arriving.keys) { wake(id) }
            }
        }
        reading = nil
    }

    private func readOnce(_ connection: RedisConnection) async throws(RedisError) {
        let milliseconds = Int(Self.longestRead / .milliseconds(1))
        let command = RedisCommand(
            "XREAD",
            "COUNT",
            "100",
            "BLOCK",
            "\(milliseconds)",
            "STREAMS",
            stream,
            lastReply
        )
        let reply = try await connection.execute(command, timeout: Self.longestRead + commandTimeout)
        var entries = try StreamEntries(readGroup: reply)
        while let entry = try entries.next() {
            lastReply = String(decoding: entry.id, as: UTF8.self)
            for _ in 0..<entry.fieldCount {
                let (name, value) = try entries.nextField()
                if name.elementsEqual("id".utf8) { announced(value) }
            }
        }
    }

    private func announced(_ jobID: ArraySlice<UInt8>) {
        for (id, waiter) in waiters where waiter.jobID.elementsEqual(jobID) { wake(id) }
        for (id, waiting) in arriving where waiting.elementsEqual(jobID) { wake(id) }
    }
}
