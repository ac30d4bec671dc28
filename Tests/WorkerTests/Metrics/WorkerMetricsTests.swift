import Embeddings
import JobQueue
import Prometheus
import Reactor
import RedisClient
import RedisServerFixture
import Testing
import VectorStore

@testable import Worker

@Reactor
@Suite("MemoryWorker: metrics", .timeLimit(.minutes(1)))
struct WorkerMetricsTests {
    @Test("Jobs are counted by lane, type and outcome, kept result or not, and their time by stage")
    func jobs() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.refused = ["refused"]
        for number in 0..<20 { try await fleet.save("v\(number)") }
        for number in 0..<5 { try await fleet.embed("e\(number)", lane: .bulk) }
        try await fleet.add(
            .save,
            "unkept",
            lane: .bulk,
            ["content": "u", "collection": "c", "ttl": "0", "run": "r", "source": "s"]
        )
        try await fleet.search("s")
        try await fleet.embed("refused")
        try await fleet.add(.save, "invalid", ["content": "i", "collection": "nowhere"])
        try await fleet.embed("late", deadline: 1)
        try await fleet.add(.forget, "f", ["collection": "c", "key": "k"])
        let worker = try fleet.start()
        try await fleet.drained()
        for (labels, count) in [
            (#"lane="save",outcome="ok",type="save""#, 20), (#"lane="bulk",outcome="ok",type="embed""#, 5),
            (#"lane="bulk",outcome="ok",type="save""#, 1), (#"lane="search",outcome="ok",type="search""#, 1),
            (#"lane="embed",outcome="failed",type="embed""#, 1), (#"lane="save",outcome="failed",type="save""#, 1),
            (#"lane="embed",outcome="expired",type="embed""#, 1), (#"lane="save",outcome="ok",type="forget""#, 1),
        ] {
            #expect(fleet.metric("memoir_jobs_finished_total", labels) == Double(count), "\(labels)")
        }
        #expect(fleet.metric("memoir_jobs_claimed_total", #"lane="save""#) == 22)
        #expect(fleet.metric("memoir_jobs_claimed_total", #"lane="search""#) == 1)
        // A forget passes no embedding, an embed job no store, and what is refused at once neither.
        for (lane, stage, count) in [
            ("save", "queued", 22), ("save", "embedding", 20), ("save", "store", 21), ("save", "total", 22),
            ("bulk", "embedding", 6), ("bulk", "store", 1), ("embed", "store", 0),
        ] {
            let labels = "lane=\"\(lane)\",stage=\"\(stage)\""
            #expect(fleet.metric("memoir_job_stage_seconds_count", labels) == Double(count), "\(labels)")
        }
        let total = try #require(fleet.metric("memoir_job_stage_seconds_sum", #"lane="save",stage="total""#))
        #expect(total > 0 && total < 22 * 60)
        #expect(fleet.metric("memoir_jobs_in_flight", #"lane="save""#) == 0)
        try await worker.stop()
    }

    @Test("What is in flight is shown while it is")
    func inFlight() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.turnstile.holds = { _ in true }
        let worker = try fleet.start()
        for number in 0..<7 { try await fleet.embed("e\(number)") }
        try await fleet.until("all are in flight") { fleet.metric("memoir_jobs_in_flight", #"lane="embed""#) == 7 }
        fleet.embeddings.turnstile.holds = { _ in false }
        try await fleet.until("none is") { fleet.metric("memoir_jobs_in_flight", #"lane="embed""#) == 0 }
        try await worker.stop()
    }

    @Test("Calls to the provider: how many, how large, why closed, what they cost, and what its limits leave")
    func embeddings() async throws {
        let fleet = try await Fleet()
        fleet.limits = EmbeddingLimits(maximumInputs: 4)
        fleet.embeddings.limiter = RequestLimiter(requestsPerMinute: 60_000, atOnce: 100)
        try await fleet.add((0..<10).map { (.embed, "e\($0)", nil, ["content": "text \($0)"]) })
        let worker = try fleet.start { $0.embeddingConcurrency = 1 }
        try await fleet.drained()
        let calls = Double(fleet.embeddings.calls.count)
        #expect(fleet.metric("memoir_embedding_calls_total", #"status="ok""#) == calls)
        #expect(fleet.metric("memoir_embedding_call_seconds_count") == calls)
        #expect(fleet.metric("memoir_embedding_batch_inputs_sum") == 10)
        #expect(fleet.metric("memoir_embedding_batch_inputs_count") == calls)
        #expect(fleet.metric("memoir_embedding_batch_tokens_count") == calls)
        #expect(fleet.metric("memoir_embedding_batches_total", #"closed="inputs""#) == 2)
        #expect(fleet.metric("memoir_embedding_batches_total", #"closed="drained""#) == calls - 2)
        #expect(fleet.metric("memoir_embedding_retries_total") == 0)
        #expect(fleet.metric("memoir_embedding_tokens_total") == 30)
        let dollars = try #require(fleet.metric("memoir_embedding_dollars_total"))
        #expect(abs(dollars - 30 * 20e-9) < 1e-12)
        let remaining = try #require(fleet.metric("memoir_embedding_rate_limit_remaining", #"kind="requests""#))
        #expect((90...100).contains(remaining))
        #expect(fleet.metric("memoir_embedding_rate_limit_remaining", #"kind="tokens""#) == nil)
        try await worker.stop()
    }

    @Test("A refused text: its call is divided, and the parts are sent again")
    func divided() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.refused = ["bad"]
        try await fleet.add(["a", "bad", "c", "d"].map { (.embed, $0, nil, ["content": $0]) })
        let worker = try fleet.start()
        try await fleet.drained()
        let refusals = fleet.embeddings.calls.count { $0.contains("bad") }
        #expect(fleet.metric("memoir_embedding_calls_total", #"status="invalid_input""#) == Double(refusals))
        let divided = try #require(fleet.metric("memoir_embedding_batches_total", #"closed="divided""#))
        #expect(divided > 0)
        #expect(fleet.metric("memoir_embedding_retries_total") == divided)
        try await worker.stop()
    }

    @Test("A circuit that is open is shown, and one that is closed again")
    func circuits() async throws {
        let fleet = try await Fleet()
        fleet.embeddings.failure = EmbeddingError(.passing, "down for a test")
        fleet.store.failures[""] = VectorStoreError(.passing, "down for a test")
        let worker = try fleet.start { $0.backoff = Backoff(initial: .seconds(2), maximum: .seconds(3)) }
        try await fleet.embed("e")
        try await fleet.add(.forget, "f", ["collection": "c", "key": "k"])
        for service in ["embeddings", "store"] {
            try await fleet.until("\(service): open") {
                fleet.metric("memoir_circuit_state", "service=\"\(service)\"") ?? 0 > 0
            }
        }
        #expect(fleet.metric("memoir_embedding_calls_total", #"status="passing""#) ?? 0 > 0)
        #expect(fleet.metric("memoir_store_calls_total", #"operation="count",status="passing""#) ?? 0 > 0)
        fleet.embeddings.failure = nil
        fleet.store.failures = [:]
        for service in ["embeddings", "store"] {
            try await fleet.until("\(service): closed") {
                fleet.metric("memoir_circuit_state", "service=\"\(service)\"") == 0
            }
        }
        #expect(fleet.metric("memoir_embedding_retries_total") ?? 0 > 0)
        try await worker.stop()
    }

    @Test("Calls to the store are counted by what they do, and timed")
    func store() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.save("v")
        _ = try await fleet.result("v")
        try await fleet.search("s")
        try await fleet.add(.list, "l", ["collection": "c"])
        try await fleet.add(.forget, "f", ["collection": "c", "filters": #"{"id":{"$ne":"x"}}"#])
        try await fleet.drained()
        for operation in ["upsert", "query", "retrieve", "scroll"] {
            #expect(fleet.metric("memoir_store_calls_total", "operation=\"\(operation)\",status=\"ok\"") == 1)
            #expect(fleet.metric("memoir_store_call_seconds_count", "operation=\"\(operation)\"") == 1)
        }
        try await worker.stop()
    }

    @Test("Hits and misses of both caches")
    func caches() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.embed("e1", "the same")
        _ = try await fleet.result("e1")
        try await fleet.embed("e2", "the same")
        _ = try await fleet.result("e2")
        #expect(fleet.metric("memoir_cache_misses_total", #"cache="embedding""#) == 1)
        #expect(fleet.metric("memoir_cache_hits_total", #"cache="embedding""#) == 1)
        try await fleet.search("s")
        _ = try await fleet.result("s")
        #expect(fleet.metric("memoir_cache_misses_total", #"cache="search""#) == 1)
        #expect(fleet.metric("memoir_cache_hits_total", #"cache="search""#) == 0)
        try await worker.stop()
    }

    @Test("Connections that are cut are counted when they are made anew")
    func reconnects() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.embed("e")
        _ = try await fleet.result("e")
        #expect(fleet.metric("memoir_redis_reconnects_total") == 0)
        _ = try await fleet.redis.execute(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
        try await fleet.until("they are counted") { fleet.metric("memoir_redis_reconnects_total") ?? 0 >= 2 }
        try await fleet.until("the heartbeat says so") {
            let text = try await fleet.redis.string("HGET", fleet.keys.worker("w1"), "redis_reconnects")
            return text.flatMap { Int($0) } ?? 0 >= 2
        }
        try await worker.stop()
    }

    @Test("The event loop's delay is measured, and seen where something blocks the loop")
    func loopDelay() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.until("it is measured") { fleet.metric("memoir_event_loop_delay_seconds_count") ?? 0 >= 2 }
        let until = ContinuousClock.now + .milliseconds(600)
        while ContinuousClock.now < until {}
        try await fleet.until("it is seen") { fleet.metric("memoir_event_loop_delay_seconds_sum") ?? 0 >= 0.3 }
        try await worker.stop()
    }

    @Test("The heartbeat has the last minute's figures, empty where there is nothing to say")
    func heartbeat() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        let figures = { (name: String) in try await fleet.redis.string("HGET", fleet.keys.worker("w1"), name) }
        try await fleet.until("it beats") { try await figures("memory_bytes")?.isEmpty == false }
        for name in ["latency_queued_p50_us", "latency_store_p99_us", "batch_inputs_mean", "store_p50_us"] {
            #expect(try await figures(name) == "")
        }
        try await fleet.save("v")
        try await fleet.drained()
        for name in ["queued", "embedding", "store", "total"].flatMap({ stage in
            ["p50", "p95", "p99"].map { "latency_\(stage)_\($0)_us" }
        }) + ["store_p50_us", "store_p99_us", "loop_delay_p99_us"] {
            try await fleet.until(name) { Int(try await figures(name) ?? "") ?? -1 >= 0 }
        }
        #expect(try await figures("batch_inputs_mean") == "1.0")
        #expect(Double(try await figures("batch_tokens_mean") ?? "") ?? 0 > 0)
        #expect(Double(try await figures("batch_fill_percent") ?? "") ?? -1 >= 0)
        #expect(Int(try await figures("memory_bytes") ?? "") ?? 0 > 1 << 20)
        try await worker.stop()
    }

    @Test("Ten thousand tenants do not grow the number of series")
    func tenants() async throws {
        let fleet = try await Fleet()
        let worker = try fleet.start()
        try await fleet.add(.save, "first", lane: .bulk, ["content": "c", "collection": "c", "tenant": "first"])
        try await fleet.drained()
        let before = fleet.registry.seriesCount
        // In parts, each of which is done in time on a machine that has much else to do.
        for part in 0..<10 {
            try await fleet.add(
                (part * 1_000..<(part + 1) * 1_000).map { number in
                    (.save, "\(number)", .bulk, ["content": "c", "collection": "c", "tenant": "t\(number)"])
                }
            )
            try await fleet.drained()
        }
        #expect(fleet.metric("memoir_jobs_finished_total", #"lane="bulk",outcome="ok",type="save""#) == 10_001)
        #expect(fleet.registry.seriesCount == before)
        #expect(fleet.metric("memoir_metrics_dropped_series_total") == 0)
        try await worker.stop()
    }
}
