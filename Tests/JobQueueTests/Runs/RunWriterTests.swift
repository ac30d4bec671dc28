import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

@Suite("RunWriter: pages and state, in one step", .timeLimit(.minutes(2)))
struct RunWriterTests {
    @Test(arguments: RedisBinary.available) @Reactor
    func pagesAndState(_ server: RedisBinary) async throws {
        let rig = try await RunRig(on: server)
        let writer = try await rig.startedWriter()
        for number in 1...3 {
            #expect(try await writer.add(rig.page(number), fields: [("after", "[\"\(number)\"]")]) == .added)
        }
        #expect(try await writer.add(JobPage(keys: rig.keys), fields: [("rows", "60")]) == .added)
        let state = try #require(try await rig.state())
        #expect(state.page == 4 && writer.pages == 4)
        #expect(state.fields == ["after": "[\"3\"]", "rows": "60"])
        #expect(try await rig.isExact(pages: 3))
        #expect(try await writer.finish(fields: [("rows", "61")]) == nil)
        #expect(try await writer.finish() == nil)
        let finished = try #require(try await rig.state())
        #expect(finished.isFinished && finished.fields["rows"] == "61")
        // What is left without an end: the lane and the state.
        for key in try await rig.connection.strings("KEYS", "*") {
            let isDeclared = key == rig.keys.jobs(.bulk) || key == rig.keys.backfill(RunRig.collection)
            #expect(try await rig.connection.integer("TTL", key) > 0 || isDeclared, "\(key)")
        }
    }

    @Test @Reactor func aJobIsWhatWasAppended() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        var page = JobPage(keys: rig.keys, capacity: 1_000)
        var common = RedisArguments()
        for text in ["v", "1", "type", "save"] { common.append(text) }
        for id in ["a", "b"] {
            page.begin(fields: 4)
            page.append(common)
            page.append("id")
            page.append(id)
            page.append("content")
            page.append(Array("€ \r\n *3".utf8))
        }
        #expect(page.count == 2 && page.byteCount > 100)
        #expect(try await writer.add(page) == .added)
        let lane = try await rig.connection.strings(
            "EVAL",
            "return redis.call('XRANGE', KEYS[1], '-', '+')[2][2]",
            "1",
            "memory:{0}:jobs:bulk"
        )
        #expect(lane == ["v", "1", "type", "save", "id", "b", "content", "€ \r\n *3"])
        page.removeAll()
        #expect(page.count == 0 && page.byteCount == 0)
    }

    @Test @Reactor func aFullLaneTakesAllOfAPageOrNothing() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        _ = try await rig.connection.integer("HSET", rig.keys.limits, "bulk", "50")
        #expect(try await writer.add(rig.page(1)) == .added)
        #expect(try await writer.add(rig.page(2)) == .added)
        #expect(try await writer.add(rig.page(3)) == .full(QueueFull(lane: .bulk, length: 40, bound: 50)))
        #expect(try await writer.add(rig.page(3, count: 10)) == .added)
        #expect(try await rig.connection.streamLength(rig.keys.jobs(.bulk)) == 50)
        #expect(try await rig.state()?.page == 3)
        _ = try await rig.connection.integer("HSET", rig.keys.limits, "bulk", "0")
        #expect(try await writer.add(rig.page(4)) == .added)
    }

    @Test @Reactor func aPausedLaneGetsNothing() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        let since = try await LaneControl(connection: rig.connection, keys: rig.keys).pause([.bulk])[.bulk]
        #expect(try await writer.add(rig.page(1)) == .paused(since: try #require(since)))
        #expect(try await rig.connection.streamLength(rig.keys.jobs(.bulk)) == 0)
        _ = try await LaneControl(connection: rig.connection, keys: rig.keys).resume([.bulk])
        #expect(try await writer.add(rig.page(1)) == .added)
        #expect(try await rig.isExact(pages: 1))
    }

    /// What was asked behind the page before is old by then.
    @Test @Reactor func aPauseBetweenPagesIsNoticed() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        #expect(try await writer.add(rig.page(1)) == .added)
        let since = try await LaneControl(connection: rig.connection, keys: rig.keys).pause([.bulk])[.bulk]
        try await Task.sleep(for: RunWriter.maximumAge + .milliseconds(20))
        #expect(try await writer.add(rig.page(2)) == .paused(since: try #require(since)))
        #expect(try await rig.isExact(pages: 1))
    }

    /// What was asked behind the page before is lost with it.
    @Test @Reactor func aConnectionLostBetweenPages() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        for number in 1...5 {
            #expect(try await writer.add(rig.page(number)) == .added)
            _ = try await rig.connection.integer("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        }
        #expect(try await rig.isExact(pages: 5))
    }

    @Test @Reactor func whoeverTakesARunOverEndsTheOther() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        #expect(try await writer.add(rig.page(1)) == .added)
        try await rig.fallSilent()
        let state = try await rig.runs.resume(try #require(try await rig.state()), owner: rig.other)
        let next = rig.writer(state, rig.other)
        #expect(try await writer.add(rig.page(2)) == .superseded(by: rig.other))
        #expect(try await writer.beat() == .superseded(by: rig.other))
        #expect(try await writer.finish() == .superseded(by: rig.other))
        try await writer.leave()
        #expect(try await next.add(rig.page(2)) == .added)
        #expect(try await rig.isExact(pages: 2))
        #expect(try await rig.state()?.isFinished == false)
        _ = try await rig.connection.string("FLUSHALL")
        #expect(try await next.add(rig.page(3)) == .superseded(by: nil))
        #expect(try await rig.jobIDs().isEmpty)
    }

    /// Both believe that the run is theirs, again and again, and add the same pages.
    @Test @Reactor func ofTwoWritersOneAddsEachPage() async throws {
        let rig = try await RunRig()
        _ = try await rig.start()
        async let first = write(rig, rig.owner)
        async let second = write(rig, rig.other)
        let added = try await [first, second]
        let state = try #require(try await rig.state())
        #expect(added[0] + added[1] == state.page)
        #expect(added[0] > 0 && added[1] > 0)
        #expect(try await rig.isExact(pages: state.page))
    }

    @Reactor private func write(_ rig: RunRig, _ owner: RunOwner) async throws -> Int {
        var added = 0
        let own = rig.server.connection()
        for _ in 0..<40 {
            try await rig.fallSilent()
            guard let state = try await rig.state() else { break }
            guard let taken = try? await rig.runs.resume(state, owner: owner) else { continue }
            let writer = rig.writer(taken, owner, on: own)
            pages: for _ in 0..<10 {
                let outcome: RunWriter.Outcome
                do throws(RedisError) {
                    outcome = try await writer.add(rig.page(writer.pages + 1))
                } catch {
                    guard error.serverCode == "TRYAGAIN" else { throw error }
                    break pages
                }
                guard outcome == .added else { break }
                added += 1
            }
        }
        return added
    }

    /// It shows life, and goes on being the only one.
    @Test @Reactor func aBeatKeepsOthersAway() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        try await rig.fallSilent()
        #expect(try await writer.beat(fields: [("waiting", "for room")]) == nil)
        let state = try #require(try await rig.state())
        #expect(state.fields == ["waiting": "for room"] && state.seenAt > 1)
        await #expect(throws: RunError.self) { try await rig.runs.resume(state, owner: rig.other) }
        #expect(try await writer.add(rig.page(1)) == .added)
        #expect(try await rig.isExact(pages: 1))
    }

    /// Whenever it comes, it takes no page from anybody.
    @Test @Reactor func beatsAmongPages() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        var wrongs: [RunWriter.Outcome] = []
        let beating = Task { @Reactor in
            while !Task.isCancelled {
                if let wrong = try? await writer.beat() { wrongs.append(wrong) }
                await Task.yield()
            }
        }
        for number in 1...100 {
            #expect(try await writer.add(rig.page(number)) == .added)
            await Task.yield()
        }
        beating.cancel()
        await beating.value
        #expect(wrongs.isEmpty)
        #expect(try await rig.isExact(pages: 100))
    }

    @Test @Reactor func failuresOfRowsThatNeverBecameJobs() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        let failure = RunFailure(source: "postgres:[\"7\"]", code: "null_key", message: "id is null", at: 5)
        #expect(try await writer.add(rig.page(1), failures: [failure]) == .added)
        var failures = RunFailures(of: RunRig.run, connection: rig.connection, keys: rig.keys)
        #expect(try await failures.count() == 1)
        #expect(try await failures.next() == [failure])
        #expect(try await failures.next() == nil)
        #expect(try await rig.connection.integer("TTL", rig.keys.failures(RunRig.run)) > 86_400)
        #expect(try await failures.remove([failure.source, "other"]) == 1)
        #expect(try await failures.count() == 0)
        // Whatever becomes of the tally: they never stay for ever, and not without it.
        _ = try await rig.connection.integer("PERSIST", rig.keys.tally(RunRig.run))
        #expect(try await writer.add(rig.page(2), failures: [failure]) == .added)
        #expect(try await rig.connection.integer("TTL", rig.keys.failures(RunRig.run)) > 86_400)
        _ = try await rig.connection.integer("DEL", rig.keys.tally(RunRig.run), rig.keys.failures(RunRig.run))
        #expect(try await writer.add(rig.page(3), failures: [failure]) == .added)
        #expect(try await failures.count() == 0)
    }

    @Test @Reactor func failuresAreBounded() async throws {
        let rig = try await RunRig()
        let writer = try await rig.startedWriter()
        for part in 0..<3 {
            let failures = (0..<4_000).map { number in
                RunFailure(source: "\(part)-\(number)", code: "c", message: String(repeating: "é", count: 900), at: 5)
            }
            #expect(try await writer.add(JobPage(keys: rig.keys), failures: failures) == .added)
        }
        var failures = RunFailures(of: RunRig.run, connection: rig.connection, keys: rig.keys)
        #expect(try await failures.count() == Runs.maximumFailures)
        var seen: Set<String> = []
        while let page = try await failures.next() {
            for failure in page {
                seen.insert(failure.source)
                #expect(failure.message.utf8.count <= 1_024 + 3 && failure.message.hasSuffix("é…"))
            }
        }
        #expect(seen.count == Runs.maximumFailures)
    }
}
