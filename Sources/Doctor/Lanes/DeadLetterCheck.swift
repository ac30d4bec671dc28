internal import JobQueue
internal import Reactor
internal import RedisClient

/// How many jobs were given up, and why.
struct DeadLetterCheck: Check {
    private static let sampled = 200
    private static let maximumCodes = 3
    /// The codes alone: a letter holds a whole job, which may be large.
    private static let script = RedisScript(
        """
        -- KEYS[1] -> the dead letters, a stream
        -- ARGV[1] -> how many of the newest to look at
        -- Returns the code of each, the newest first.
        local codes = {}
        for _, letter in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[1])) do
          local fields = letter[2]
          for i = 1, #fields, 2 do
            if fields[i] == '_code' then codes[#codes + 1] = fields[i + 1] end
          end
        end
        return codes
        """
    )

    let name = "dead letters"
    let redis: RedisConnection
    let keys: JobKeys

    func findings() async throws -> [Finding] {
        let count = try await redis.streamLength(keys.dead)
        guard count > 0 else { return [.ok("none")] }
        var arguments = RedisArguments()
        arguments.append(keys.dead)
        arguments.append(Self.sampled)
        var cursor = try await Self.script.run(on: redis, keyCount: 1, arguments).cursor
        var codes: [String: Int] = [:]
        for _ in 0..<(try cursor.array() ?? 0) {
            if let code = try cursor.scalarText() { codes[code, default: 0] += 1 }
        }
        return [Self.judge(count: count, codes: codes)]
    }

    /// - Parameter codes: how often each occurs among the newest.
    static func judge(count: Int, codes: [String: Int]) -> Finding {
        guard count > 0 else { return .ok("none") }
        let frequent = codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(maximumCodes)
            .map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
        let reasons = frequent.isEmpty ? "" : "; of the newest \(min(count, sampled)): \(frequent)"
        return .warning("\(count)\(reasons)", mend: "memoir dead list")
    }
}
