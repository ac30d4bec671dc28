/// Who belongs to a consumer group, and what each holds.
extension RedisConnection {
    /// Names of the stream's groups; nil where there is no such stream.
    package func groups(of stream: String) async throws(RedisError) -> [String]? {
        guard let groups = try await streamInformation("GROUPS", [stream]) else { return nil }
        return groups.compactMap { $0["name"] }
    }

    /// nil where there is no such stream or group.
    package func consumers(of group: String, stream: String) async throws(RedisError) -> [StreamConsumer]? {
        guard let consumers = try await streamInformation("CONSUMERS", [stream, group]) else { return nil }
        return consumers.compactMap { values in
            guard let name = values["name"] else { return nil }
            let idle = values["idle"].flatMap { Int($0) } ?? 0
            return StreamConsumer(
                name: name,
                pending: values["pending"].flatMap { Int($0) } ?? 0,
                idle: .milliseconds(idle)
            )
        }
    }

    /// How long each of a consumer's entries has been held since it was last delivered or claimed: those held for at
    /// least `minimum`, at most `limit` of them.
    package func holdingTimes(
        of consumer: String,
        group: String,
        stream: String,
        minimum: Duration,
        limit: Int
    ) async throws(RedisError) -> [Duration] {
        let idle = "\(Int(minimum / .milliseconds(1)))"
        let command = RedisCommand("XPENDING", stream, group, "IDLE", idle, "-", "+", "\(limit)", consumer)
        var cursor = try await execute(command).cursor
        var times: [Duration] = []
        for _ in 0..<(try cursor.array() ?? 0) {
            _ = try cursor.array()
            try cursor.skip()
            try cursor.skip()
            times.append(.milliseconds(try cursor.integer()))
            try cursor.skip()
        }
        return times
    }

    /// An array of flat maps, their values as text. Versions add members, so they are read by name.
    private func streamInformation(
        _ subject: String,
        _ arguments: [String]
    ) async throws(RedisError) -> [[String: String]]? {
        var command = RedisCommand(capacity: 128)
        command.begin("XINFO", arguments: 1 + arguments.count)
        command.append(subject)
        for argument in arguments { command.append(argument) }
        let reply: RedisReply
        do throws(RedisError) {
            reply = try await execute(command)
        } catch {
            guard error.serverCode == "NOGROUP" || error.message.contains("no such key") else { throw error }
            return nil
        }
        var cursor = reply.cursor
        var maps: [[String: String]] = []
        for _ in 0..<(try cursor.array() ?? 0) {
            var map: [String: String] = [:]
            for _ in 0..<(try cursor.array() ?? 0) / 2 {
                guard let name = try cursor.string() else { continue }
                map[String(decoding: name, as: UTF8.self)] = try cursor.scalarText()
            }
            maps.append(map)
        }
        return maps
    }
}
