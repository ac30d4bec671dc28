internal import Glibc
internal import Synchronization

/// The two descriptors of a connection, and the thread that reads and writes them.
final class StdioPipe: Sendable {
    struct State {
        var outbox = Outbox()
        /// Nothing is to be read any more.
        var isReadingOver = false
        /// When the thread ends at the latest; nil while the connection lives.
        var deadline: ContinuousClock.Instant?
        /// The client reads no more.
        var isOutputGone = false
        /// The thread was told to look here again.
        var isWoken = false
    }

    let input: Int32
    let output: Int32
    let state = Mutex(State())
    /// The client has closed its end, or is gone.
    let ended = Latch()
    /// The thread has ended.
    let finished = Latch()
    let wakeReader: Int32
    private let wakeWriter: Int32

    init(input: Int32, output: Int32) throws(MCPError) {
        self.input = input
        self.output = output
        var descriptors: [Int32] = [-1, -1]
        guard pipe(&descriptors) == 0 else {
            throw MCPError(.internalError, "pipe: \(String(cString: strerror(errno)))")
        }
        for descriptor in descriptors {
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        wakeReader = descriptors[0]
        wakeWriter = descriptors[1]
    }

    deinit {
        Glibc.close(wakeReader)
        Glibc.close(wakeWriter)
    }

    /// - Parameter onLine: called on the thread, for each line in its order. Must not wait.
    func start(
        _ lines: LineBuffer,
        maximumUnread: Int,
        onLine: @escaping @Sendable (LineBuffer.Line) -> Void
    ) throws(MCPError) {
        let thread = StdioThread(self, lines, maximumUnread: maximumUnread, onLine: onLine)
        // One-shot: retained here, released by the thread that takes it, or below where there is none.
        let context = Unmanaged.passRetained(thread)
        var handle = pthread_t()
        let code = pthread_create(&handle, nil, runStdioThread, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw MCPError(.internalError, "pthread_create: \(String(cString: strerror(code)))")
        }
        pthread_detach(handle)
    }

    /// Never waits.
    ///
    /// - Parameter limit: the message is left out where so many bytes wait to be written already.
    func send(_ message: [UInt8], unlessUnread limit: Int = .max) {
        state.withLock { state in
            guard !state.isOutputGone, state.outbox.count < limit else { return }
            state.outbox.append(message)
            wake(&state)
        }
    }

    func stopReading() {
        state.withLock { state in
            state.isReadingOver = true
            wake(&state)
        }
    }

    /// Longer than its deadline the thread is not waited for: where somebody else uses the same descriptor, reading and
    /// writing may take for ever although `poll` said that they would not.
    private static let patience = Duration.milliseconds(100)

    /// Writes what is left, for so long at most, and waits for the thread to end.
    func close(within grace: Duration) async {
        state.withLock { state in
            state.isReadingOver = true
            state.deadline = .now + grace
            wake(&state)
        }
        await finished.wait(atMost: grace + Self.patience)
    }

    private func wake(_ state: inout State) {
        guard !state.isWoken else { return }
        state.isWoken = true
        var byte: UInt8 = 0
        // A full pipe wakes the thread as well.
        _ = write(wakeWriter, &byte, 1)
    }
}

private func runStdioThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<StdioThread>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}
