internal import JobQueue
internal import Reactor
internal import RedisClient

/// Reads a client's reply stream, one read at a time, for as long as somebody waits, and tells those whose results are
/// announced. One read serves all; a wait costs Redis nothing. Whoever waits alone gets the result with the announcement:
/// it is asked for behind the read, which Redis answers first.
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
    private let keys: JobKeys
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
    init(
        stream: String,
        keys: JobKeys,
        connection: RedisConnection,
        commandTimeout: Duration,
        backoff: Backoff
    ) {
        self.stream = stream
        self.keys = keys
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
        let lone = loneJob
        let replies = try await connection.pipeline(question(lone), timeout: Self.longestRead + commandTimeout)
        if let error = replies[0].error { throw error }
        var entries = try StreamEntries(readGroup: replies[0])
        let found = entries.count
        while let entry = try entries.next() {
            lastReply = String(decoding: entry.id, as: UTF8.self)
            for _ in 0..<entry.fieldCount {
                let (name, value) = try entries.nextField()
                guard name.elementsEqual("id".utf8) else { continue }
                let jobID = String(decoding: value, as: UTF8.self)
                announced(jobID, jobID == lone ? replies[1] : nil)
            }
        }
        catchUp(found)
    }

    /// The only one that is waited for, by one task, and is not announced yet.
    private var loneJob: String? {
        guard count == 1, let wait = waits.first?.value.first, !wait.isAnnounced else { return nil }
        return wait.jobID
    }

    private func question(_ lone: String?) -> RedisCommand {
        var command = RedisCommand(
            "XREAD",
            "COUNT",
            "\(Self.entriesOfOneRead)",
            "BLOCK",
            "\(Int(Self.longestRead / .milliseconds(1)))",
            "STREAMS",
            stream,
            lastReply
        )
        if let lone {
            command.begin("GET", arguments: 1)
            command.append(keys.result(ArraySlice(lone.utf8)))
        }
        return command
    }

    /// - Parameter result: what stands under the job's key; nil where that was not asked.
    private func announced(_ jobID: String, _ result: RedisReply?) {
        let found = result?.kind == .string ? result?.text : nil
        for wait in waits[jobID] ?? [] {
            guard let found else {
                wait.tell(.announced)
                continue
            }
            // At once: where nobody waits any more, the next read is begun by whoever comes next, alone again.
            end(wait)
            wait.tell(.answered(Array(found)))
        }
    }

    private func catchUp(_ found: Int) {
        backlog += found
        guard found < Self.entriesOfOneRead else { return }
        if backlog >= Self.entriesThatMayBeCut { tellAll(.perhapsMissed) }
        backlog = 0
    }
}
