import JSON
import JobQueue
import Prometheus
import Reactor
import RedisClient
import Testing

@testable import Worker

/// Whoever may write to Redis may write nonsense: it ends no worker, and becomes no label.
@Reactor
@Suite("MemoryWorker: figures that nobody means", .timeLimit(.minutes(1)))
struct HostileFieldsTests {
    @Test(
        "Entries that came at no time that there is are answered, and those behind them",
        arguments: [
            "1700000000123456789-0", "18446744073709551614-7",
        ]
    )
    func entryIDs(id: String) async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        for (job, entry) in [("first", id), ("second", "*")] {
            _ = try await fleet.redis.execute(
                RedisCommand(
                    "XADD",
                    fleet.keys.jobs(.embed),
                    entry,
                    "v",
                    "1",
                    "id",
                    job,
                    "type",
                    "embed",
                    "content",
                    "text",
                    "_enqueued_at",
                    "9223372036854775807"
                )
            )
            #expect(try await fleet.result(job).status == .ok)
        }
        #expect(fleet.metric("memoir_job_stage_seconds_sum", #"lane="embed",stage="queued""#) == 0)
        try await worker.stop()
    }

    @Test("Jobs that are none make no series but those of their lane")
    func noJobs() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        let lane = fleet.keys.jobs(.bulk)
        // What the first makes is made once.
        _ = try await fleet.redis.execute(RedisCommand("XADD", lane, "*", "v", "1", "id", "none", "type", "x"))
        try await fleet.drained()
        let before = fleet.registry.seriesCount
        for number in 0..<200 {
            let word = "x\(number)\"\n{}"
            _ = try await fleet.redis.execute(
                RedisCommand(
                    "XADD",
                    lane,
                    "*",
                    "v",
                    "1",
                    "id",
                    word,
                    "type",
                    word,
                    "lane",
                    word,
                    "outcome",
                    word,
                    "collection",
                    word,
                    "tenant",
                    word,
                    "traceparent",
                    word
                )
            )
        }
        _ = try await fleet.redis.execute(RedisCommand("XADD", "memory:{0}:jobs:invented", "*", "v", "1", "id", "i"))
        try await fleet.drained()
        #expect(fleet.metric("memoir_jobs_finished_total", #"lane="bulk",outcome="failed",type="embed""#) == 201)
        #expect(fleet.registry.seriesCount == before)
        #expect(!fleet.metricLines.contains { $0.contains("x1") || $0.contains("invented") })
        try await worker.stop()
    }

    @Test("Counters that are no figures are told, and no sum of them ends a worker")
    func counters() async throws {
        let fleet = try await Fleet()
        let highest = "\(Int.max)"
        _ = try await fleet.redis.execute(
            RedisCommand(
                "HSET",
                fleet.keys.stats,
                "cache:embedding:hits",
                highest,
                "cache:embedding:misses",
                highest,
                "cache:search:hits",
                highest,
                "cache:embedding:tokens_saved",
                highest,
                "cache:search:misses",
                "\(Int.min)"
            )
        )
        let lane = fleet.keys.jobs(.bulk)
        _ = try await fleet.redis.execute(RedisCommand("XGROUP", "CREATE", lane, JobKeys.group, "0", "MKSTREAM"))
        let worker = try fleet.start { $0.slots[.bulk] = 1 }
        // As of a stream to which more was added than a number can say; once it seems to have lost all of that again.
        for added in [highest, "5", highest] {
            _ = try await fleet.redis.execute(
                RedisCommand("XSETID", lane, "99-1", "ENTRIESADDED", added, "MAXDELETEDID", "0-0")
            )
            try await Task.sleep(for: .milliseconds(1_200))
        }
        try await fleet.add(.stats, "s", [:])
        let answer = try await fleet.result("s")
        #expect(answer.status == .ok)
        #expect(answer.result["cache"]?["total_requests"] != .null)
        try await worker.stop()
    }
}
