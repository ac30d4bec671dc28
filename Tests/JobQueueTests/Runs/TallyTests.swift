import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

/// Each job of a run is counted once, in the step in which it is finished.
@Suite("Finished jobs of runs", .timeLimit(.minutes(2)))
struct TallyTests {
    private static let reason = JobError(code: "store_refused", message: "no \"way\"", isRetryable: false)
    private static let letter = FinishBatch.Failure(code: "store_refused", message: "no", attempts: 1, firstFailedAt: 7)

    @Reactor private func open(_ lane: TestLane, _ runs: String...) async throws {
        for run in runs {
            try await lane.ask("HSET", lane.keys.tally(run), "ok", "0")
            try await lane.ask("EXPIRE", lane.keys.tally(run), "5000")
        }
    }

    @Reactor private func tally(_ lane: TestLane, _ run: String = "r") async throws -> RunTally? {
        try await Runs(connection: lane.connection, keys: lane.keys).tally(of: run)
    }

    @Reactor private func failures(_ lane: TestLane, _ run: String = "r") async throws -> [RunFailure] {
        var failures = RunFailures(of: run, connection: lane.connection, keys: lane.keys)
        var all: [RunFailure] = []
        while let page = try await failures.next() { all += page }
        return all.sorted { $0.source < $1.source }
    }

    /// The jobs of several runs, one without a tally, and of none.
    @Test(arguments: RedisBinary.available) @Reactor
    func aBatchOfAllKinds(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await open(lane, "r", "s")
        let names: [String?] = [nil, "r", "r", "gone", "s", "r", nil, "r", "s", nil]
        for (number, run) in names.enumerated() {
            if let run {
                let source = number == 5 ? "postgres:[\"5\"]" : ""
                if source.isEmpty {
                    try await lane.enqueue("\(number)", ("run", run), ("ttl", "0"))
                } else {
                    try await lane.enqueue("\(number)", ("run", run), ("ttl", "0"), ("source", source))
                }
            } else {
                try await lane.enqueue("\(number)")
            }
        }
        let statuses: [ResultEnvelope.Status] = [
            .ok, .ok, .ok, .error, .expired, .error, .error, .ok, .error, .ok,
        ]
        var batch = FinishBatch(lane: lane.lane)
        for (number, job) in try await lane.claimJobs().enumerated() {
            batch.add(
                job,
                status: statuses[number],
                ttl: job.ttl ?? 100,
                isDeduped: number == 7,
                reason: statuses[number] == .ok ? nil : Self.reason,
                failure: statuses[number] == .error ? Self.letter : nil
            )
        }
        try await lane.group.finish(batch, now: 1_700_000_000_123)
        #expect(try await tally(lane) == RunTally(ok: 3, error: 1, expired: 0, deduped: 1))
        #expect(try await tally(lane, "s") == RunTally(ok: 0, error: 1, expired: 1, deduped: 0))
        #expect(try await tally(lane, "gone") == nil)
        let at = 1_700_000_000_123
        let (code, message) = ("store_refused", "no \"way\"")
        #expect(
            try await failures(lane) == [
                RunFailure(source: "postgres:[\"5\"]", code: code, message: message, job: "5", at: at)
            ]
        )
        #expect(
            try await failures(lane, "s")
                == ["4", "8"].map {
                    RunFailure(source: $0, code: code, message: message, job: $0, at: at)
                }
        )
        for run in ["r", "s"] {
            let ttl = try #require(try await lane.integer(RedisCommand("TTL", lane.keys.failures(run))))
            #expect(ttl > 4_900 && ttl <= 5_000)
        }
        // No result of those that keep none, and nothing of a run that has no tally.
        let keys = try await lane.connection.strings("KEYS", "*")
        #expect(keys.filter { $0.contains(":result:") }.sorted() == [0, 6, 9].map { "memory:{0}:result:\($0)" })
        #expect(!keys.contains { $0.contains("gone") })
        #expect(try await lane.entries(lane.keys.dead).count == 4)
        #expect(
            try await lane.counters() == [
                "finished:ok:save": "5", "finished:error:save": "4", "finished:expired:save": "1",
            ]
        )
        // The answer was lost.
        try await lane.group.finish(batch, now: 1)
        #expect(try await tally(lane) == RunTally(ok: 3, error: 1, expired: 0, deduped: 1))
        #expect(try await failures(lane, "s").map(\.at) == [at, at])
    }

    /// One was stopped for a while, the other took its jobs over, and both finish them.
    @Test(arguments: RedisBinary.available) @Reactor
    func twoWorkersFinishTheSameJobs(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await open(lane, "r")
        for number in 0..<200 { try await lane.enqueue("\(number)", ("run", "r"), ("ttl", "0")) }
        let jobs = try await lane.claimJobs()
        let other = lane.group(of: "worker-2")
        #expect(try await lane.adopt(from: "worker-1", by: other)?.count == 200)
        await withThrowingTaskGroup { group in
            for start in stride(from: 0, to: 200, by: 20) {
                for (offset, finisher) in [(0, lane.group), (7, other)] {
                    group.addTask(executorPreference: Reactor.loop) {
                        var batch = FinishBatch(lane: .save)
                        for number in start..<start + 20 {
                            batch.add(
                                jobs[(number + offset) % 200],
                                status: number % 5 == 0 ? .expired : .ok,
                                ttl: 0,
                                isDeduped: number % 2 == 0,
                                reason: number % 5 == 0 ? Self.reason : nil
                            )
                        }
                        try await finisher.finish(batch, now: 1)
                    }
                }
            }
        }
        let counted = try #require(try await tally(lane))
        #expect(counted.finished == 200)
        #expect(try await failures(lane).count == counted.expired)
        let counters = try await lane.counters()
        #expect(counters["finished:ok:save"] == "\(counted.ok)")
        #expect(counters["finished:expired:save"] == "\(counted.expired)")
    }

    /// Whoever lost a job buries it for nobody, and counts it for nobody.
    @Test(arguments: RedisBinary.available) @Reactor
    func whoLostAJobDoesNotCountIt(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await open(lane, "r")
        for id in ["a", "b"] { try await lane.enqueue(id, ("run", "r")) }
        let jobs = try await lane.claimJobs()
        _ = try await lane.group(of: "worker-2").adopt(lane.lane, from: "worker-1", count: 1)
        var batch = FinishBatch(lane: lane.lane)
        for job in jobs { batch.add(job, status: .error, reason: Self.reason, failure: Self.letter) }
        try await lane.group.finish(batch, now: 1)
        #expect(try await tally(lane) == RunTally(ok: 0, error: 1, expired: 0, deduped: 0))
        #expect(try await failures(lane).map(\.source) == ["b"])
    }

    @Test @Reactor func aResultOfAnotherJobStaysAsItIs() async throws {
        let lane = try await TestLane()
        try await open(lane, "r")
        try await lane.ask("SET", "memory:{0}:result:a", "older")
        try await lane.enqueue("a", ("run", "r"), ("ttl", "0"), ("reply_to", "memory:{0}:replies:me"))
        var batch = FinishBatch(lane: lane.lane)
        batch.add(try #require(try await lane.claimJobs().first), result: "new", ttl: 0)
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.result("a") == "older")
        #expect(try await lane.entries("memory:{0}:replies:me") == [["id": "a", "status": "ok"]])
        #expect(try await tally(lane)?.ok == 1)
    }

    /// Keys of another type, or that somebody wrote something else into.
    @Test @Reactor func whatStandsInTheWayHoldsUpNothing() async throws {
        let lane = try await TestLane()
        try await lane.ask("SET", lane.keys.tally("a"), "text")
        try await lane.ask("HSET", lane.keys.tally("b"), "error", "text")
        try await lane.ask("SET", lane.keys.failures("b"), "text")
        for run in ["a", "b"] { try await lane.enqueue(run, ("run", run)) }
        var batch = FinishBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job, status: .error, reason: Self.reason) }
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.counters() == ["finished:error:save": "2"])
        #expect(try await lane.connection.streamLength(lane.keys.jobs(lane.lane)) == 0)
    }

    @Test @Reactor func failuresAreBounded() async throws {
        let lane = try await TestLane()
        try await open(lane, "r")
        let fill = "for i = 1, 9999 do redis.call('HSET', KEYS[1], i, '{}') end"
        try await lane.ask("EVAL", fill, "1", lane.keys.failures("r"))
        for number in 0..<5 { try await lane.enqueue("x\(number)", ("run", "r"), ("source", "x\(number % 2)")) }
        var batch = FinishBatch(lane: lane.lane)
        for job in try await lane.claimJobs() { batch.add(job, status: .error, reason: Self.reason) }
        try await lane.group.finish(batch, now: 1)
        #expect(try await lane.integer(RedisCommand("HLEN", lane.keys.failures("r"))) == 10_000)
        // The one that there was room for is kept up to date.
        #expect(try await failures(lane).first { $0.source == "x0" }?.job == "x4")
        #expect(try await tally(lane)?.error == 5)
    }

    /// As many runs in a batch as there are jobs.
    @Test @Reactor func fiveHundredAndTwelveRuns() async throws {
        let lane = try await TestLane()
        for number in 0..<512 {
            try await open(lane, "r\(number)")
            try await lane.enqueue("\(number)", ("run", "r\(number)"), ("ttl", "0"))
        }
        let jobs = try await lane.claimJobs()
        var first = FinishBatch(lane: lane.lane)
        first.add(jobs[3], ttl: 0)
        try await lane.group.finish(first, now: 1)
        var batch = FinishBatch(lane: lane.lane)
        for job in jobs { batch.add(job, ttl: 0) }
        try await lane.group.finish(batch, now: 1)
        for number in 0..<512 { #expect(try await tally(lane, "r\(number)")?.ok == 1) }
    }

    // MARK: Replayed

    @Test(arguments: RedisBinary.available) @Reactor
    func aReplayedJobIsOpenAgain(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await open(lane, "r")
        for (id, fields) in [
            ("a", [("run", "r"), ("source", "s:a")]), ("b", [("run", "r")]), ("c", [("run", "gone")]),
        ] {
            if fields.count == 2 {
                try await lane.enqueue(id, fields[0], fields[1], ("ttl", "0"))
            } else {
                try await lane.enqueue(id, fields[0], ("ttl", "0"))
            }
        }
        try await lane.enqueue("d")
        func finish(_ status: ResultEnvelope.Status) async throws {
            var batch = FinishBatch(lane: lane.lane)
            for job in try await lane.claimJobs() {
                let isError = status == .error
                batch.add(
                    job,
                    status: status,
                    ttl: job.ttl ?? 100,
                    reason: isError ? Self.reason : nil,
                    failure: isError ? Self.letter : nil
                )
            }
            try await lane.group.finish(batch, now: 1)
        }
        try await finish(.error)
        #expect(try await tally(lane)?.error == 2)
        let letters = DeadLetters(connection: lane.connection, keys: lane.keys)
        let page = try await lane.letters()
        #expect(try await letters.replay(Array(page[1...])).replayed == 3)
        #expect(try await tally(lane)?.error == 1)
        #expect(try await failures(lane).map(\.source) == ["s:a"])
        #expect(try await letters.replay(page) == DeadLetters.Replayed(replayed: 1, gone: 3))
        #expect(try await tally(lane) == RunTally())
        #expect(try await failures(lane).isEmpty)
        try await finish(.ok)
        #expect(try await tally(lane)?.ok == 2)
        #expect(try await tally(lane, "gone") == nil)
        #expect(try await lane.connection.strings("KEYS", "*gone*").isEmpty)
    }
}
