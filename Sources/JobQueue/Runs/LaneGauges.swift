internal import Reactor
package import RedisClient

/// What a producer of many jobs goes by when it decides whether to add more: cheap enough to be read every second.
package struct LaneGauges: Sendable, Equatable {
    /// Entries of the lane, waiting and in work.
    package fileprivate(set) var length = 0
    /// Jobs of all lanes that wait for their time.
    package fileprivate(set) var delayed = 0
    /// That the lane may hold; nil where none is published.
    package fileprivate(set) var bound: Int?
    /// Nobody reads from the lane; milliseconds since 1970.
    package fileprivate(set) var pausedSince: Int?
    /// Of Redis, in bytes; nil where it does not say.
    package fileprivate(set) var memoryUsed: Int?
    /// Of Redis, in bytes; nil where it has no limit or does not say.
    package fileprivate(set) var memoryMaximum: Int?
    package fileprivate(set) var provider = ProviderState()
    /// Jobs that came onto the lane and left it, a second, over the last ten; nil where no worker measures.
    package fileprivate(set) var cameRate: Int?
    package fileprivate(set) var leftRate: Int?
    /// Workers that show a sign of life, as far as they are known by the lanes or by a role that they play.
    package fileprivate(set) var workers = 0
    /// Of the run that was asked for; nil where it has none.
    package fileprivate(set) var tally: RunTally?
    /// By the clock of Redis, in milliseconds since 1970.
    package fileprivate(set) var now = 0

    package init() {}

    /// - Parameter run: whose tally is wanted; nil for none.
    @Reactor
    package static func read(
        _ lane: Lane,
        run: String? = nil,
        on connection: RedisConnection,
        keys: JobKeys
    ) async throws(RedisError) -> LaneGauges {
        let question = GaugesQuestion(lane: lane, run: run, keys: keys)
        let replies = try await connection.pipeline(question.command)
        var gauges = try question.read(replies)
        let names = try question.workers(replies)
        guard !names.isEmpty else { return gauges }
        var command = RedisCommand(capacity: 64 * names.count)
        command.begin("EXISTS", arguments: names.count)
        for name in names { command.append(keys.worker(name)) }
        gauges.workers = try await connection.execute(command).integer ?? 0
        return gauges
    }
}

/// What is asked of Redis, in one go, and how the answers are read.
private struct GaugesQuestion {
    /// Workers that are looked for at the most.
    private static let maximumWorkers = 1_000
    /// Every living fleet has somebody who plays them.
    private static let roles = ["promoter", "janitor", "statistician"]
    private static let rates = ["came_per_s", "left_per_s"]
    private static let firstOfWorkers = 9

    let lane: Lane
    let run: String?
    let keys: JobKeys

    var command: RedisCommand {
        var command = RedisCommand(capacity: 1_024)
        func ask(_ name: StaticString, _ arguments: String...) {
            command.begin(name, arguments: arguments.count)
            for argument in arguments { command.append(argument) }
        }
        ask("XLEN", keys.jobs(lane))
        ask("ZCARD", keys.delayed)
        ask("HGET", keys.limits, lane.rawValue)
        ask("HGET", keys.paused, lane.rawValue)
        ask("INFO", "memory")
        ask("HGETALL", keys.provider)
        ask("HMGET", keys.rates, "\(lane.rawValue):\(Self.rates[0])", "\(lane.rawValue):\(Self.rates[1])")
        ask("TIME")
        RunTally.appendRead(keys.tally(run ?? ""), to: &command)
        for role in Self.roles { ask("GET", keys.lease(role)) }
        for lane in Lane.allCases { ask("XINFO", "CONSUMERS", keys.jobs(lane), JobKeys.group) }
        return command
    }

    func read(_ replies: [RedisReply]) throws(RedisError) -> LaneGauges {
        for (index, reply) in replies.prefix(Self.firstOfWorkers).enumerated() {
            // Not every user may ask how full the server is.
            if let error = reply.error, index != 4 || error.isPassing { throw error }
        }
        var gauges = LaneGauges()
        gauges.length = replies[0].integer ?? 0
        gauges.delayed = replies[1].integer ?? 0
        gauges.bound = number(replies[2])
        gauges.pausedSince = number(replies[3])
        if replies[4].error == nil {
            let memory = ServerInformation(String(decoding: replies[4].text ?? [], as: UTF8.self))
            gauges.memoryUsed = memory.integer("used_memory")
            gauges.memoryMaximum = memory.integer("maxmemory").flatMap { $0 > 0 ? $0 : nil }
        }
        gauges.provider = ProviderState(fields: try pairs(replies[5]))
        var rates = replies[6].cursor
        _ = try rates.array()
        gauges.cameRate = try rates.scalarText().flatMap { Int($0) }
        gauges.leftRate = try rates.scalarText().flatMap { Int($0) }
        var time = replies[7].cursor
        _ = try time.array()
        gauges.now = try time.integer() &* 1_000 &+ time.integer() / 1_000
        gauges.tally = try run == nil ? nil : RunTally(replies[8])
        return gauges
    }

    /// Those that have read from a lane or play a role, alive or not.
    func workers(_ replies: [RedisReply]) throws(RedisError) -> [String] {
        var names: Set<String> = []
        for reply in replies.dropFirst(Self.firstOfWorkers).prefix(Self.roles.count) {
            if let holder = reply.text, reply.error == nil { names.insert(String(decoding: holder, as: UTF8.self)) }
        }
        // A lane without a group has no readers.
        for reply in replies.suffix(Lane.allCases.count) where reply.error == nil {
            var cursor = reply.cursor
            for _ in 0..<(try cursor.array() ?? 0) {
                for _ in 0..<(try cursor.array() ?? 0) / 2 {
                    let field = try cursor.scalarText()
                    let value = try cursor.scalarText()
                    if field == "name", let value, names.count < Self.maximumWorkers { names.insert(value) }
                }
            }
        }
        return Array(names)
    }

    private func number(_ reply: RedisReply) -> Int? {
        reply.text.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }

    private func pairs(_ reply: RedisReply) throws(RedisError) -> [(name: String, value: String)] {
        var cursor = reply.cursor
        var pairs: [(name: String, value: String)] = []
        for _ in 0..<(try cursor.array() ?? 0) / 2 {
            guard let name = try cursor.scalarText(), let value = try cursor.scalarText() else { continue }
            pairs.append((name: name, value: value))
        }
        return pairs
    }
}
