internal import Reactor
internal import RedisClient

/// Reads a client's reply stream, one read at a time, for as long as somebody waits, and tells those whose results are
/// announced. One read serves all; a wait costs Redis nothing.
///
/// An announcement can only be missed while the connection is away, or where the stream was cut because this process did
/// not read for long: after either, all that wait are told to look.
@Reactor
final class ReplyWatch {
    private static let longestRead = Duration.seconds(5)
    private static let entriesOfOneRead = 1_000
    /// Workers keep about the last 10,000 entries of a stream: behind a backlog of so many some may have been cut.
    private static let entriesThatMayBeCut = 9_000
    private static let beginning = "0-0"

    private let stream: String
    private let connection: RedisConnection
    private let commandTimeout: Duration
    private let backoff: Backoff

    private var waits: [String: [ReplyWait]] = [:]
    /// Tasks that wait.
    private(set) var count = 0
    private var reading: Task<Void, Never>?
    private var lastReply = beginning
    private var backlog = 0
    /// Of the server that was read from last, and the connection to it.
    private var server: (runID: String?, epoch: Int)?
    private var isClosed = false
    /// Why the last read failed; nil while reads succeed.
    private(set) var problem: RedisError?

    /// - Parameter connection: this watch's own, whose reads block.
    init(stream: String, connection: RedisConnection, commandTimeout: Duration, backoff: Backoff) {
        self.stream = stream
        self.connection = connection
        self.commandTimeout = commandTimeout
        self.backoff = backoff
    }

    /// Begun before the job is sent, so that no announcement is missed, and ended by `end`.
    func begin(_ jobID: String) -> ReplyWait {
        let wait = ReplyWait(jobID: jobID)
        guard !isClosed else {
            wait.tell(.closed)
            return wait
        }
        waits[jobID, default: []].append(wait)
        count += 1
        if reading == nil { reading = Task { await read() } }
        return wait
    }

    func end(_ wait: ReplyWait) {
        guard var others = waits[wait.jobID], let index = others.firstIndex(where: { $0 === wait }) else { return }
        count -= 1
        others.remove(at: index)
        waits[wait.jobID] = others.isEmpty ? nil : others
    }

    func close() {
        isClosed = true
        reading?.cancel()
        connection.close()
        tellAll(.closed)
    }

    private func tellAll(_ news: ReplyWait.News) {
        for wait in waits.values.joined() { wait.tell(news) }
    }

    private func read() async {
        var failures = 0
        while !isClosed && !waits.isEmpty {
            do throws(RedisError) {
                if server?.epoch != connection.epoch || connection.epoch == 0 { try await meetServer() }
                try await readOnce()
                failures = 0
                problem = nil
            } catch {
                guard !isClosed else { break }
                failures += 1
                problem = error
                server?.epoch = 0
                if !error.isPassing { tellAll(.refused(error)) }
                try? await Task.sleep(for: backoff.wait(afterFailures: failures))
            }
        }
        reading = nil
    }

    /// Of a new connection: does the server behind it know what the last one knew?
    private func meetServer() async throws(RedisError) {
        let runID = try await runID()
        if let last = server {
            if let runID, runID == last.runID {
                tellAll(.perhapsMissed)
            } else {
                // Its stream may count anew, from an earlier time.
                lastReply = Self.beginning
                tellAll(.perhapsLost)
            }
        } else if problem != nil {
            tellAll(.perhapsLost)
        }
        server = (runID, connection.epoch)
    }

    /// Differs between any two starts of any two servers; nil where this user may not ask.
    private func runID() async throws(RedisError) -> String? {
        do throws(RedisError) {
            return try await connection.information("server")["run_id"]
        } catch {
            guard error.serverCode == "NOPERM" else { throw error }
            return nil
        }
    }

    private func readOnce() async throws(RedisError) {
        let milliseconds = Int(Self.longestRead / .milliseconds(1))
        let command = RedisCommand(
            "XREAD",
            "COUNT",
            "\(Self.entriesOfOneRead)",
            "BLOCK",
            "\(milliseconds)",
            "STREAMS",
            stream,
            lastReply
        )
        let reply = try await connection.execute(command, timeout: Self.longestRead + commandTimeout)
        var entries = try StreamEntries(readGroup: reply)
        let found = entries.count
        while let entry = try entries.next() {
            lastReply = String(decoding: entry.id, as: UTF8.self)
            for _ in 0..<entry.fieldCount {
                let (name, value) = try entries.nextField()
                if name.elementsEqual("id".utf8) { announced(String(decoding: value, as: UTF8.self)) }
            }
        }
        catchUp(found)
    }

    private func announced(_ jobID: String) {
        for wait in waits[jobID] ?? [] { wait.tell(.announced) }
    }

    private func catchUp(_ found: Int) {
        backlog += found
        guard found < Self.entriesOfOneRead else { return }
        if backlog >= Self.entriesThatMayBeCut { tellAll(.perhapsMissed) }
        backlog = 0
    }
}
