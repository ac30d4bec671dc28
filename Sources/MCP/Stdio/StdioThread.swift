internal import Glibc
internal import Synchronization

/// Waits for both descriptors at once, and for whoever has something to send. Used by its own thread alone.
final class StdioThread {
    /// What a pipe that can be written takes at least without blocking (POSIX `PIPE_BUF`, and Linux's page).
    private static let writeBytes = 4_096
    private static let readBytes = 65_536

    private static let readable = Int16(POLLIN)
    /// Linux's `POLLRDHUP`, which Glibc shows to GNU sources alone: the end of a socket. That of a pipe is always told.
    private static let ended: Int16 = 0x2000
    private static let writable = Int16(POLLOUT)

    private let pipe: StdioPipe
    private var lines: LineBuffer
    private let maximumUnread: Int
    private let onLine: @Sendable (LineBuffer.Line) -> Void
    private var isInputOver = false

    init(
        _ pipe: StdioPipe,
        _ lines: LineBuffer,
        maximumUnread: Int,
        onLine: @escaping @Sendable (LineBuffer.Line) -> Void
    ) {
        self.pipe = pipe
        self.lines = lines
        self.maximumUnread = maximumUnread
        self.onLine = onLine
    }

    func run() {
        Self.blockSignals()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readBytes, alignment: 8)
        while turn(buffer) {}
        buffer.deallocate()
        pipe.ended.open()
        pipe.finished.open()
    }

    /// Signals are for the main thread, and a client that reads no more must not end the process. Those that a fault of
    /// this thread's own raises stay: blocked, they would end the process without a word of where it was.
    private static func blockSignals() {
        var signals = sigset_t()
        sigfillset(&signals)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&signals, fault) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for something to do and does it; false where the connection is over.
    private func turn(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        guard let plan = plan() else { return false }
        var descriptors = [
            pollfd(fd: pipe.wakeReader, events: Int16(POLLIN), revents: 0),
            // A negative descriptor is passed over. The client's end is seen even while nothing is read: what may be
            // left to read is then no more than a pipe holds.
            pollfd(fd: isInputOver ? -1 : pipe.input, events: plan.isReading ? Self.readable : Self.ended, revents: 0),
            pollfd(fd: plan.isOutputGone ? -1 : pipe.output, events: plan.isWriting ? Self.writable : 0, revents: 0),
        ]
        guard poll(&descriptors, nfds_t(descriptors.count), plan.wait) > 0 else { return true }
        if descriptors[0].revents != 0 { takeWake() }
        if descriptors[1].revents != 0 { read(into: buffer) }
        if descriptors[2].revents & Self.writable != 0 {
            write()
        } else if descriptors[2].revents != 0 {
            loseOutput()
        }
        return true
    }

    private struct Plan {
        let isReading: Bool
        let isWriting: Bool
        let isOutputGone: Bool
        /// Milliseconds; negative: for ever.
        let wait: Int32
    }

    /// What to wait for; nil where nothing is left to do.
    private func plan() -> Plan? {
        pipe.state.withLock { state in
            if state.isReadingOver { endInput() }
            var wait: Int32 = -1
            if let deadline = state.deadline {
                let left = deadline - .now
                guard !state.outbox.isEmpty, left > .zero else { return nil }
                wait = Int32(clamping: Int(left / .milliseconds(1)) + 1)
            }
            return Plan(
                isReading: state.outbox.count < maximumUnread,
                isWriting: !state.outbox.isEmpty,
                isOutputGone: state.isOutputGone,
                wait: wait
            )
        }
    }

    private func takeWake() {
        var bytes: UInt64 = 0
        _ = Glibc.read(pipe.wakeReader, &bytes, 8)
        // In this order: whoever sends in between is seen by the next turn, and whoever sends later wakes it again.
        pipe.state.withLock { $0.isWoken = false }
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) {
        let count = Glibc.read(pipe.input, buffer.baseAddress, buffer.count)
        if count > 0 {
            for line in lines.append(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { onLine(line) }
        } else if count == 0 || errno != EAGAIN && errno != EINTR {
            if let line = lines.finish() { onLine(line) }
            endInput()
        }
    }

    private func write() {
        let chunk = pipe.state.withLock { $0.outbox.next(atMost: Self.writeBytes) }
        guard !chunk.isEmpty else { return }
        let count = chunk.withUnsafeBytes { Glibc.write(pipe.output, $0.baseAddress, $0.count) }
        if count >= 0 {
            pipe.state.withLock { $0.outbox.remove(count) }
        } else if errno != EAGAIN && errno != EINTR {
            loseOutput()
        }
    }

    private func endInput() {
        isInputOver = true
        pipe.ended.open()
    }

    /// The client reads no more, so nothing it could say would be answered.
    private func loseOutput() {
        pipe.state.withLock { state in
            state.isOutputGone = true
            state.outbox.removeAll()
        }
        endInput()
    }
}
