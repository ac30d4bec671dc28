/// The isolation domain of everything that touches a socket: one thread, one epoll, one process-wide event loop.
///
/// Classes that own C handles or buffers of the hot path are marked `@Reactor`. The compiler then proves that they are
/// touched from the loop's thread only, and calls between them are plain function calls. Nothing that blocks and nothing
/// that takes long (JSON, vectors) may run here: see `offload`.
@globalActor
package actor Reactor {
    package static let shared = Reactor()

    /// The event loop that runs every job of this actor. It lives as long as the process.
    package static let loop = EventLoop.start()

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        Reactor.loop.asUnownedSerialExecutor()
    }

    /// Runs `operation` synchronously, given that the caller is already on the loop's thread: for C callbacks, which
    /// carry no isolation in their type. Traps anywhere else.
    package static func assumeIsolated<Value: Sendable>(
        _ operation: @Reactor () throws -> Value
    ) rethrows -> Value {
        loop.checkIsolated()
        return try withoutActuallyEscaping(operation) { escaping in
            // As `MainActor.assumeIsolated` does it: the isolation was checked above and is no part of the calling
            // convention.
            try unsafeBitCast(escaping, to: (() throws -> Value).self)()
        }
    }
}
