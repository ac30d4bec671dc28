package import RedisClient

/// What the server can do beyond Redis 7.0, on which everything works without.
package struct ServerCapabilities: Sendable, Equatable {
    package enum Product: String, Sendable {
        case redis
        case valkey
        /// What says neither, or may not be asked.
        case unknown
    }

    package struct Version: Sendable, Comparable, CustomStringConvertible {
        package let major: Int
        package let minor: Int
        package let patch: Int

        package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
            self.major = major
            self.minor = minor
            self.patch = patch
        }

        package var description: String { "\(major).\(minor).\(patch)" }

        package static func < (left: Version, right: Version) -> Bool {
            (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
    }

    package var product = Product.unknown
    /// Of the product: Valkey's own, not that of the Redis it stands in for.
    package var version = Version(0, 0)
    /// `XACKDEL`: acknowledges and removes in one step (Redis 8.2).
    package var acknowledgesAndDeletes = false
    /// `XDELEX`: removes with a choice of what becomes of references (Redis 8.2).
    package var deletesWithReferences = false
    /// `XNACK`: gives entries back without acknowledging them (Redis 8.8).
    package var givesBack = false
    /// `XREADGROUP … CLAIM`: a read takes idle pending entries before new ones (Redis 8.4).
    package var claimsWhileReading = false
    /// `XADD … IDMP`: an entry that is added again by a retry is added once (Redis 8.6).
    package var addsIdempotently = false

    /// The oldest Redis that runs Memoir's scripts. Valkey begins later.
    package static let oldestRedis = Version(7, 0)

    package var isTooOld: Bool { product == .redis && version < Self.oldestRedis }

    package init() {}

    /// What there is beyond Redis 7.0, by the names of the commands.
    ///
    /// Memoir uses none of it. `XACKDEL` in the finish script was measured on Redis 8.2: its 256 answers cost more than
    /// the call that it saves. `XREADGROUP … CLAIM` goes by idle time and would take the slow jobs of the living. `XNACK`
    /// leaves entries without a consumer, where those who adopt by consumer do not find them.
    package var additions: [String] {
        [
            acknowledgesAndDeletes ? "XACKDEL" : nil, deletesWithReferences ? "XDELEX" : nil,
            givesBack ? "XNACK" : nil, claimsWhileReading ? "XREADGROUP CLAIM" : nil,
            addsIdempotently ? "XADD IDMP" : nil,
        ]
        .compactMap { $0 }
    }
}

extension ServerCapabilities {
    /// Asks for `INFO server` and for the commands, in the order of `read`.
    static var probe: RedisCommand {
        var command = RedisCommand("INFO", "server")
        command.begin("COMMAND", arguments: 4)
        for argument in ["INFO", "XACKDEL", "XDELEX", "XNACK"] { command.append(argument) }
        return command
    }

    /// - Parameter replies: to `probe`.
    /// - Throws: what passes, such as `LOADING`. A user who may not ask (`NOPERM`) is shown a server that can do nothing
    ///   beyond 7.0.
    init(replies: [RedisReply]) throws(RedisError) {
        for reply in replies {
            if let error = reply.error, error.isPassing { throw error }
        }
        if let information = replies[0].text, replies[0].error == nil {
            self.init(ServerInformation(String(decoding: information, as: UTF8.self)))
        } else {
            self.init()
        }
        guard replies[1].error == nil else { return }
        var cursor = replies[1].cursor
        _ = try cursor.array()
        acknowledgesAndDeletes = try Self.isKnown(&cursor)
        deletesWithReferences = try Self.isKnown(&cursor)
        givesBack = try Self.isKnown(&cursor)
    }

    /// What `INFO server` tells: product and version, and those options of commands that go by it, because they do not
    /// show in `COMMAND INFO`.
    package init(_ information: ServerInformation) {
        self.init()
        if let version = information["valkey_version"].flatMap(Self.version) {
            product = .valkey
            self.version = version
        } else if let version = information["redis_version"].flatMap(Self.version) {
            // Servers that stand in for Redis say so, and mean an old one.
            product = (information["server_name"] ?? "redis") == "redis" ? .redis : .unknown
            self.version = version
        }
        claimsWhileReading = product == .redis && version >= Version(8, 4)
        addsIdempotently = product == .redis && version >= Version(8, 6)
    }

    /// Of `8.2.3`, or `8.2.3-rc1`.
    private static func version(_ text: String) -> Version? {
        let numbers = text.split(separator: ".").map { part in Int(part.prefix { $0.isASCII && $0.isNumber }) ?? 0 }
        guard numbers.count >= 2 else { return nil }
        return Version(numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 0)
    }

    /// Passes over one command's description, which is null where there is no such command.
    private static func isKnown(_ cursor: inout RedisReplyCursor) throws(RedisError) -> Bool {
        guard let count = try cursor.array() else { return false }
        for _ in 0..<count { try cursor.skip() }
        return count > 0
    }
}
