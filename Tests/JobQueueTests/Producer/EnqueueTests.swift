import Foundation
import Logging
import Reactor
import RedisClient
import RedisServerFixture
import Testing

@testable import JobQueue

@Suite(.timeLimit(.minutes(2)))
struct EnqueueTests {
    private static let fields: RedisArguments = {
        var fields = RedisArguments()
        for text in ["v", "1", "id", "a", "content", ""] { fields.append(text) }
        return fields
    }()

    /// Published bound, the producer's own, entries that stand there, and the bound at which it is refused.
    static let bounds: [(published: String?, own: Int, length: Int, refusedAt: Int?)] = [
        ("3", 100, 2, nil),
        ("3", 100, 3, 3),
        ("3", 2, 2, nil),
        ("3", 100, 5, 3),
        (nil, 2, 1, nil),
        (nil, 2, 2, 2),
        (nil, 0, 5, nil),
        ("0", 2, 5, nil),
        ("scribble", 2, 5, nil),
    ]

    @Test(arguments: bounds)
    @Reactor func aLaneAtItsBoundRefuses(published: String?, own: Int, length: Int, refusedAt: Int?) async throws {
        let lane = try await TestLane()
        for number in 0..<length { try await lane.enqueue("\(number)") }
        if let published { try await lane.ask("HSET", lane.keys.limits, "save", published) }
        var limits = LaneLimits()
        limits.save = own
        let producer = Producer(connection: lane.connection, keys: lane.keys, limits: limits)
        if let refusedAt {
            let error = await #expect(throws: EnqueueError.self) {
                try await producer.enqueue(Self.fields, on: .save)
            }
            guard case .queueFull(let full)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(full == QueueFull(lane: .save, length: length, bound: refusedAt))
            #expect("\(full)".contains("queue.maximumLength.save"))
            #expect(try await lane.entries(lane.keys.jobs(.save)).count == length)
        } else {
            try await producer.enqueue(Self.fields, on: .save)
            let entries = try await lane.entries(lane.keys.jobs(.save))
            #expect(entries.count == length + 1)
            #expect(entries.last == ["v": "1", "id": "a", "content": ""])
        }
        // No other lane is bound by it.
        try await producer.enqueue(Self.fields, on: .bulk)
    }

    /// A job with a time leaves the lane and waits elsewhere, which is to be bounded, too.
    @Test(arguments: RedisBinary.available) @Reactor
    func jobsThatWaitForTheirTimeCountForOthersThatWill(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.enqueue("1")
        for member in ["a", "b"] { try await lane.ask("ZADD", lane.keys.delayed, "9000000000000", member) }
        try await lane.ask("HSET", lane.keys.limits, "save", "3")
        let producer = Producer(connection: lane.connection, keys: lane.keys)
        var scheduled = Self.fields
        for text in ["run_at", "9000000000000"] { scheduled.append(text) }
        let error = await #expect(throws: EnqueueError.self) { try await producer.enqueue(scheduled, on: .save) }
        guard case .queueFull(let full)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(full == QueueFull(lane: .save, length: 3, bound: 3))
        try await producer.enqueue(Self.fields, on: .save)
        #expect(try await lane.entries(lane.keys.jobs(.save)).count == 2)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func boundsArePublishedOverThoseThatStand(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        #expect(try await LaneLimits.published(on: lane.connection, keys: lane.keys).isEmpty)
        var limits = LaneLimits()
        limits.search = 7
        try await limits.publish(on: lane.connection, keys: lane.keys)
        try await lane.ask("HSET", lane.keys.limits, "embed", "scribble", "no lane", "4")
        #expect(
            try await LaneLimits.published(on: lane.connection, keys: lane.keys)
                == [.search: 7, .save: 100_000, .bulk: 1_000_000]
        )
        try await LaneLimits().publish(on: lane.connection, keys: lane.keys)
        let published = try await LaneLimits.published(on: lane.connection, keys: lane.keys)
        for each in Lane.allCases { #expect(published[each] == LaneLimits()[each]) }
    }

    /// What an operator's server may answer, and the words that the hint has for it.
    static let refusals: [(name: StaticString, arguments: [String], code: String, hint: String)] = [
        ("CONFIG", ["SET", "maxmemory", "1"], "OOM", "maxmemory"),
        ("REPLICAOF", ["127.0.0.1", "1"], "READONLY", "replica"),
        ("ACL", ["SETUSER", "default", "-evalsha"], "NOPERM", "ACL SETUSER"),
        // Redis 7 names no permission where it refuses a command inside a script.
        ("ACL", ["SETUSER", "default", "-xlen"], "ERR", "ACL SETUSER"),
        ("SET", ["memory:{0}:jobs:save", "scribble"], "WRONGTYPE", "redis.prefix"),
    ]

    @Test(arguments: refusals.indices)
    @Reactor func refusalsOfRedisSayWhatToDo(index: Int) async throws {
        let lane = try await TestLane()
        let refusal = Self.refusals[index]
        var command = RedisCommand()
        command.begin(refusal.name, arguments: refusal.arguments.count)
        for argument in refusal.arguments { command.append(argument) }
        _ = try await lane.connection.execute(command)
        try await expectRefusal(lane, refusal.code, refusal.hint)
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aDiskThatCannotBeWrittenToIsNamed(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        // The snapshot cannot take this name.
        let folder = lane.server.folder.appendingPathComponent("dump.rdb")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await lane.ask("CONFIG", "SET", "save", "3600 1")
        try await lane.ask("BGSAVE")
        let deadline = ContinuousClock.now + .seconds(20)
        while !(try await lane.ask("INFO", "persistence").string.contains("rdb_last_bgsave_status:err")) {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(20))
        }
        try await expectRefusal(lane, "MISCONF", "disk")
    }

    @Test(arguments: RedisBinary.available) @Reactor
    func aBusyServerIsNamed(_ server: RedisBinary) async throws {
        let lane = try await TestLane(on: server)
        try await lane.ask("CONFIG", "SET", "busy-reply-threshold", "10")
        var configuration = RedisConfiguration()
        configuration.endpoint = .tcp(host: "127.0.0.1", port: lane.server.port)
        let other = RedisConnection(configuration: configuration, logger: Logger(label: "test"))
        defer { other.close() }
        // Known before, so that the refusal is of the script itself.
        let producer = Producer(connection: lane.connection, keys: lane.keys)
        try await producer.enqueue(Self.fields, on: .save)
        let loop = try other.begin(RedisCommand("EVAL", "while true do end", "0"), atOnce: true)
        try await Task.sleep(for: .milliseconds(200))
        let error = await #expect(throws: EnqueueError.self) { try await producer.enqueue(Self.fields, on: .save) }
        guard case .redis(let error)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error.serverCode == "BUSY" && error.hint.contains("SCRIPT KILL"))
        try await lane.ask("SCRIPT", "KILL")
        _ = try? await loop.reply()
        try await producer.enqueue(Self.fields, on: .save)
    }

    @Reactor private func expectRefusal(_ lane: TestLane, _ code: String, _ hint: String) async throws {
        let producer = Producer(connection: lane.connection, keys: lane.keys)
        let error = await #expect(throws: EnqueueError.self) { try await producer.enqueue(Self.fields, on: .save) }
        guard case .redis(let error)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error.serverCode == code, "\(error)")
        #expect(error.hint.contains(hint), "\(error.hint)")
    }

    /// Producers in other languages copy it from there.
    @Test func theDocumentationHoldsTheScript() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let wire = try String(contentsOf: root.appending(path: "docs/wire.md"), encoding: .utf8)
        #expect(wire.contains("```lua\n\(EnqueueScript.source)\n```"))
    }
}
