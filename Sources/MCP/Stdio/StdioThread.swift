internal import Glibc
internal import Synchronization

/// Waits for both descriptors at once, and for whoever has something to send. Used by its own thread alone.
final class StdioThread {
    /// What a pipe that can be written takes at least without blocking (POSIX `PIPE_BUF`, and Linux's page).
    private static let writeBytes = 4_096
    private static let readBytes = 65_536

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
        var all = sigset_t()
        sigfillset(&all)
        // Signals are for the main thread, and a client that reads no more must not end the process.
        pthread_sigmask(SIG_BLOCK, &all, nil)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readBytes, alignment: 8)
        while turn(buffer) {}
        buffer.deallocate()
        pipe.ended.open()
        pipe.finished.open()
    }

    /// Waits for something to do and does it; false where the connection is over.
    private func turn(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        let (isReading, isWriting, wait) = plan()
        guard let wait else { return false }
        var descriptors = [
            pollfd(fd: pipe.wakeReader, events: Int16(POLLIN), revents: 0),
            // A negative descriptor is passed over.
            pollfd(fd: isReading ? pipe.input : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isOutputGone ? -1 : pipe.output, events: Int16(isWriting ? POLLOUT : 0), revents: 0),
        ]
        guard poll(&descriptors, nfds_t(descriptors.count), wait) > 0 else { return true }
        if descriptors[0].revents != 0 { takeWake() }
        if descriptors[1].revents != 0 { read(into: buffer) }
        let written = Int32(descriptors[2].revents)
        if written & POLLOUT != 0 {
            write()
        } else if written != 0 {
            loseOutput()
        }
        return true
    }

    private var isOutputGone: Bool { pipe.state.withLock { $0.isOutputGone } }

    /// What to wait for, and for how many milliseconds (negative: for ever; nil: nothing is left to do).
    private func plan() -> (isReading: Bool, isWriting: Bool, wait: Int32?) {
        let (state, count) = pipe.state.withLock { state in
            ((state.isReadingOver, state.deadline, state.outbox.isEmpty), state.outbox.count)
        }
        let (isReadingOver, deadline, isEmpty) = state
        if isReadingOver { endInput() }
        let isReading = !isInputOver && count < maximumUnread
        guard let deadline else { return (isReading, !isEmpty, -1) }
        let left = deadline - .now
        guard !isEmpty, left > .zero else { return (false, false, nil) }
        return (false, true, Int32(clamping: Int(left / .milliseconds(1)) + 1))
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
