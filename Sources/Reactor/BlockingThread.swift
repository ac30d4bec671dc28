internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread of its own for one piece of work that blocks and has no asynchronous form (a name's look-up, libpq's cancel
/// request): neither the reactor nor the cooperative pool may wait for it.
///
/// Nothing can stop such work: whoever gives up waiting leaves the thread behind until its call returns. So they are
/// counted, and no more than `maximumThreads` of a process run at a time.
enum BlockingThread {
    static let maximumThreads = 64

    private static let running = Atomic<Int>(0)

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Calls `body` once, on its thread; never where it throws.
    static func start(_ body: @escaping @Sendable () -> Void) throws(ReactorError) {
        guard running.add(1, ordering: .relaxed).newValue <= maximumThreads else {
            running.subtract(1, ordering: .relaxed)
            throw ReactorError(call: "a thread for blocking work", errno: EAGAIN)
        }
        // One-shot: retained here, released by the thread that takes it, or below where there is none.
        let context = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runOnBlockingThread, context.toOpaque())
        guard code != 0 else {
            pthread_detach(thread)
            return
        }
        context.release()
        running.subtract(1, ordering: .relaxed)
        throw ReactorError(call: "pthread_create", errno: code)
    }

    fileprivate static func run(_ context: UnsafeMutableRawPointer) {
        ThreadSignals.block()
        memoir_name_thread("blocking")
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        running.subtract(1, ordering: .relaxed)
    }
}

private func runOnBlockingThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { BlockingThread.run(context) }
    return nil
}
