import Logging
import Memory
import Reactor
import RedisClient
import Settings
import UnixSignals

extension Composition {
    /// Between two looks at the keyboard and at the window's size.
    private static let attention = Duration.milliseconds(50)
    private static let controlC: UInt8 = 3

    func top(_ command: TopCommand) async throws(CommandFailure) {
        // Before anything is changed that must be changed back.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigquit)
        guard let terminal = ScreenTerminal() else {
            throw CommandFailure(.usage, "memoir top needs a terminal; without one: memoir stats --watch 2s [--json]")
        }
        // A line of the log would stand across the screen: what matters is shown.
        let silence = Logger(label: "memoir") { _ in SwiftLogNoOpLogHandler() }
        let connection = RedisConnection(configuration: redis, logger: silence)
        defer { connection.close() }
        let desk = TopDesk(
            // No collection is shown: to count their points each second would cost the store for nothing.
            reader: statisticsReader(connection, .none),
            connection: connection,
            keys: keys,
            server: settings.redis.socketPath ?? "\(settings.redis.host ?? "127.0.0.1"):\(settings.redis.port)"
        )
        let reading = Task(executorPreference: Reactor.loop) { await desk.run(every: command.interval) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals { await desk.end() }
            }
            await show(desk, on: terminal)
            group.cancelAll()
        }
        reading.cancel()
    }

    /// Until somebody presses q, or the terminal goes away.
    private func show(_ desk: TopDesk, on terminal: ScreenTerminal) async {
        var painted: (version: Int, size: ScreenTerminal.Size)?
        while !desk.isEnded {
            guard let keys = terminal.keys() else { return }
            for key in keys {
                switch key {
                case UInt8(ascii: "q"), UInt8(ascii: "Q"), Self.controlC: return
                case UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: " "): desk.togglePause()
                default: break
                }
            }
            let size = terminal.size
            if painted == nil || painted?.version != desk.version || painted?.size != size {
                let now = LogTime.now
                let screen = TopScreen(figures: desk.figures, now: Int(now.seconds) * 1_000 + now.milliseconds)
                terminal.paint(screen.lines(columns: size.columns, rows: size.rows))
                painted = (desk.version, size)
            }
            try? await Task.sleep(for: Self.attention)
        }
    }
}
