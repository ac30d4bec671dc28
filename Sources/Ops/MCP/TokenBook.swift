internal import Glibc
package import Logging
internal import Synchronization

/// Who may call, as a file says: read again when the file is another one, which is looked for while requests come.
package final class TokenBook<Caller: Sendable>: Sendable {
    package typealias Read = @Sendable () throws -> [AccessToken<Caller>]

    private struct State {
        var table: TokenTable<Caller>
        var stamp: FileStamp?
        var lookedAt: ContinuousClock.Instant
        /// One at a time: what was read later is not replaced by what was read before.
        var isLooking = false
    }

    /// Between two looks at the file.
    private static var interval: Duration { .seconds(1) }

    private let path: String
    private let read: Read
    private let now: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameter read: reads the file at `path`. What it throws is told, and must hold no token.
    /// - Throws: what `read` throws the first time. Later the tokens that were read before stay in force.
    package convenience init(path: String, logger: Logger, read: @escaping Read) throws {
        try self.init(path: path, logger: logger, now: { .now }, read: read)
    }

    init(
        path: String,
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        read: @escaping Read
    ) throws {
        self.path = path
        self.logger = logger
        self.now = now
        self.read = read
        // The stamp first: what is written while it is read is read again.
        let stamp = FileStamp(of: path)
        state = Mutex(State(table: TokenTable(tokens: try read()), stamp: stamp, lookedAt: now()))
        warn(of: stamp)
    }

    var table: TokenTable<Caller> {
        let time = now()
        let isDue = state.withLock { state in
            guard !state.isLooking, state.lookedAt.duration(to: time) >= Self.interval else { return false }
            state.lookedAt = time
            state.isLooking = true
            return true
        }
        if isDue { look() }
        return state.withLock { $0.table }
    }

    private func look() {
        defer { state.withLock { $0.isLooking = false } }
        let stamp = FileStamp(of: path)
        let isOther = state.withLock { state in
            defer { state.stamp = stamp }
            return state.stamp != stamp
        }
        guard isOther else { return }
        do {
            let table = TokenTable(tokens: try read())
            state.withLock { $0.table = table }
            logger.notice("mcp_tokens_read", metadata: ["file": "\(path)", "tokens": "\(table.tokens.count)"])
            warn(of: stamp)
        } catch {
            logger.error(
                "mcp_tokens_refused",
                metadata: ["error": "\(error)", "hint": "mend the file: what was read before stays in force"]
            )
        }
    }

    private func warn(of stamp: FileStamp?) {
        guard stamp?.isExposed == true else { return }
        logger.warning(
            "mcp_tokens_exposed",
            metadata: ["file": "\(path)", "hint": "others may read or change it: chmod 600"]
        )
    }
}
