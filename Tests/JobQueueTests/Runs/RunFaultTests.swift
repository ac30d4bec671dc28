import Logging
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

/// Whatever breaks, a page is on the lane once, with the state that tells of it, or not at all.
@Suite("RunWriter: what breaks", .timeLimit(.minutes(3)))
struct RunFaultTests {
    // MARK: Connections

    /// Cut after so many bytes, in each direction: of what is checked, of what is added, of its answer.
    nonisolated static let cuts: [(isOfReplies: Bool, bytes: Int)] =
        stride(from: 0, to: 700, by: 23).map { (true, $0) } + stride(from: 0, to: 3_400, by: 97).map { (false, $0) }

    @Test @Reactor func aCutConnectionAddsAPageOnce() async throws {
        let rig = try await RunRig()
        var doubts = 0
        for (number, cut) in Self.cuts.enumerated() {
            let fault: FaultyProxy.Fault =
                cut.isOfReplies ? .cutReplies(afterBytes: cut.bytes) : .cutCommands(afterBytes: cut.bytes)
            let proxy = try FaultyProxy(to: rig.server.port, [fault])
            defer { proxy.stop() }
            var configuration = rig.server.configuration
            configuration.endpoint = .tcp(host: "127.0.0.1", port: proxy.port)
            let connection = RedisConnection(configuration: configuration, logger: Logger(label: "test"))
            let state = try await rig.state()
            let writer = rig.writer(
                state == nil ? try await rig.start() : try await rig.runs.resume(try #require(state), owner: rig.owner),
                on: connection
            )
            #expect(writer.pages == number)
            var outcome: RunWriter.Outcome?
            for _ in 0..<10 where outcome == nil {
                do throws(RedisError) {
                    outcome = try await writer.add(rig.page(number + 1))
                } catch {
                    guard error.isPassing else { throw error }
                    if (try? await rig.state())?.page == number + 1 { doubts += 1 }
                }
            }
            #expect(outcome == .added, "\(cut)")
            #expect(writer.pages == number + 1)
        }
        #expect(try await rig.state()?.page == Self.cuts.count)
        #expect(try await rig.isExact(pages: Self.cuts.count))
        // Some of the cuts took an answer and nothing else.
        #expect(doubts > 0)
    }

    /// What was watched on one connection is not committed on another.
    @Test @Reactor func aTransactionNeverLeavesOnAnotherConnection() async throws {
        let rig = try await RunRig()
        let own = rig.server.connection()
        let watched = try own.begin(RedisCommand("WATCH", "key"))
        _ = try await watched.reply()
        #expect(try await rig.connection.integer("CLIENT", "KILL", "SKIPME", "yes") >= 1)
        _ = try? await own.execute(RedisCommand("PING"))
        _ = try await own.execute(RedisCommand("PING"))
        #expect(own.epoch > watched.epoch)
        var command = RedisCommand("MULTI")
        command.append(commands: RedisCommand("SET", "key", "x"))
        command.append(commands: RedisCommand("EXEC"))
        #expect(throws: RedisError.self) { _ = try own.begin(command, onlyOn: watched.epoch) }
        #expect(try await rig.connection.integer("EXISTS", "key") == 0)
        let replies = try await own.begin(command, onlyOn: own.epoch).replies()
        #expect(replies.last?.kind == .array)
    }

    /// A page that was sent while the server hung, and its connection given up: whoever asks first, it is in or never in.
    @Test @Reactor func aPageThatComesLateIsNotAddedBehindOnesBack() async throws {
        let rig = try await RunRig()
        _ = try await rig.start()
        for _ in 0..<10 {
            let state = try #require(try await rig.state())
            let late = rig.server.connection()
            let request = try late.begin(RunCheck.command(.bulk, RunRig.run, RunRig.collection, keys: rig.keys))
            let check = try RunCheck(try await request.replies(), RunRig.collection)
            let commit = RunCommit(page: rig.page(state.page + 1), failures: [], fields: [], check: check)
            let other = rig.server.connection()
            _ = try await other.execute(RedisCommand("PING"))
            let writer = rig.writer(state, on: other)
            rig.server.pause()
            let command = commit.command(state.page + 1, RunRig.run, RunRig.collection, keys: rig.keys)
            let abandoned = try late.begin(command, atOnce: true, onlyOn: request.epoch)
            let recovering = Task { @Reactor in try await writer.recover() }
            try await Task.sleep(for: .milliseconds(30))
            rig.server.resume()
            _ = try await recovering.value
            _ = try? await abandoned.replies()
            #expect(try await rig.state()?.page == writer.pages)
            #expect(try await rig.isExact(pages: writer.pages))
        }
    }

    // MARK: What the server refuses

    enum Refusal: String, CaseIterable { case full = "OOM", replica = "READONLY", disk = "MISCONF" }

    @Test(arguments: Refusal.allCases) @Reactor func refusedIsNotAdded(_ refusal: Refusal) async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        #expect(try await writer.add(rig.page(1)) == .added)
        try await set(refusal, on: rig)
        let error = await #expect(throws: RedisError.self) { try await writer.add(rig.page(2)) }
        #expect(error?.serverCode == refusal.rawValue && error?.isPassing == true)
        #expect(try await rig.isExact(pages: 1))
        try await clear(refusal, on: rig)
        for _ in 0..<20 where writer.pages == 1 { _ = try? await writer.add(rig.page(2)) }
        #expect(try await rig.isExact(pages: 2))
        #expect(try await rig.state()?.page == 2)
    }

    @Reactor private func set(_ refusal: Refusal, on rig: RunRig) async throws {
        switch refusal {
        case .full: _ = try await rig.connection.string("CONFIG", "SET", "maxmemory", "1")
        case .replica: _ = try await rig.connection.string("REPLICAOF", "127.0.0.1", "1")
        case .disk:
            _ = try await rig.connection.string("CONFIG", "SET", "min-replicas-to-write", "0", "save", "3600 1")
            _ = try await rig.connection.string("CONFIG", "SET", "dbfilename", "no-folder")
            _ = try await rig.connection.string("CONFIG", "SET", "dir", "/proc")
            _ = try? await rig.connection.string("BGSAVE")
            for _ in 0..<500 {
                let status = try await rig.connection.string("INFO", "persistence") ?? ""
                if status.contains("rdb_last_bgsave_status:err") { return }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    @Reactor private func clear(_ refusal: Refusal, on rig: RunRig) async throws {
        switch refusal {
        case .full: _ = try await rig.connection.string("CONFIG", "SET", "maxmemory", "0")
        case .replica: _ = try await rig.connection.string("REPLICAOF", "NO", "ONE")
        case .disk: _ = try await rig.connection.string("CONFIG", "SET", "stop-writes-on-bgsave-error", "no")
        }
    }

    /// It became full between the first job and the last word.
    @Test(arguments: RedisBinary.available) @Reactor
    func refusedAtTheVeryEnd(_ server: RedisBinary) async throws {
        let rig = try await RunRig(on: server)
        let own = rig.server.connection()
        var command = RedisCommand("MULTI")
        command.append(commands: rig.page(1).command)
        _ = try await own.pipeline(command)
        _ = try await rig.connection.string("CONFIG", "SET", "maxmemory", "1")
        let replies = try await own.pipeline(RedisCommand("EXEC"))
        let error = #expect(throws: RedisError.self) { try RunCommit.outcome(replies) }
        #expect(error?.serverCode == "OOM" && error?.isPassing == true)
        #expect(try await rig.jobIDs().isEmpty)
    }

    /// Such keys would take the state and refuse the jobs: that is seen before.
    @Test(arguments: ["memory:{0}:jobs:bulk", "memory:{0}:failures:run-1", "memory:{0}:backfill:invoices"])
    @Reactor func somethingElseUnderAKey(_ key: String) async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        _ = try await rig.connection.string("SET", key, "text")
        let error = await #expect(throws: RedisError.self) { try await writer.add(rig.page(1)) }
        #expect(error?.serverCode == "WRONGTYPE")
        if key != rig.keys.backfill(RunRig.collection) { #expect(try await rig.state()?.page == 0) }
    }

    // MARK: Servers that die

    /// Killed again and again while pages stream in.
    @Test @Reactor func killedWhilePagesStreamIn() async throws {
        let server = try await RedisServer("--appendonly", "yes", "--appendfsync", "everysec")
        let rig = try await RunRig(server)
        let state = try await rig.start()
        var configuration = server.configuration
        configuration.commandTimeout = .seconds(2)
        let writer = rig.writer(
            state,
            on: RedisConnection(configuration: configuration, logger: Logger(label: "test"))
        )
        let killing = Task { @Reactor in
            for _ in 0..<8 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...250)))
                server.kill()
                try await server.start()
            }
        }
        var isKilling = true
        let watch = Task { @Reactor in
            _ = await killing.result
            isKilling = false
        }
        var failures = 0
        while isKilling {
            do throws(RedisError) {
                switch try await writer.add(rig.page(writer.pages + 1)) {
                case .added, .rolledBack: break
                case let outcome:
                    Issue.record("\(outcome)")
                    isKilling = false
                }
            } catch {
                guard error.isPassing else { throw error }
                failures += 1
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
        await watch.value
        try await killing.value
        #expect(failures > 0)
        var settled = false
        for _ in 0..<100 where !settled {
            do throws(RedisError) {
                _ = try await writer.recover()
                settled = true
            } catch {
                guard error.isPassing else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        let pages = try #require(try await rig.state()).page
        #expect(pages > 8 && pages == writer.pages)
        #expect(try await rig.isExact(pages: pages))
    }

    /// What was written last is gone with the server: the run goes on from what is there.
    @Test @Reactor func aServerThatComesBackWithAnOlderState() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        #expect(try await writer.add(rig.page(1), fields: [("after", "1")]) == .added)
        _ = try await rig.connection.string("SAVE")
        for number in 2...4 {
            #expect(try await writer.add(rig.page(number), fields: [("after", "\(number)")]) == .added)
        }
        rig.server.kill()
        try await rig.server.start()
        // Who says that it lives is not who must hear of it.
        for _ in 0..<20 { _ = try? await writer.beat() }
        #expect(try await writer.beat() == nil && writer.pages == 4)
        var outcome: RunWriter.Outcome?
        for _ in 0..<20 where outcome == nil { outcome = try? await writer.add(rig.page(5)) }
        guard case .rolledBack(let state)? = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        #expect(state.page == 1 && state.fields == ["after": "1"] && writer.pages == 1)
        for number in 2...4 { #expect(try await writer.add(rig.page(number)) == .added) }
        #expect(try await writer.finish() == nil)
        #expect(try await rig.isExact(pages: 4))
    }
}
