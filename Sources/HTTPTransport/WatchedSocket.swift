internal import Reactor

/// A socket that libcurl wants watched. The event loop holds it while it is registered, the driver until libcurl lets go
/// of the socket.
@Reactor
final class WatchedSocket: ReadinessHandler {
    private let descriptor: Int32
    private unowned let driver: MultiDriver
    private var registration: Registration?

    init(_ descriptor: Int32, driver: MultiDriver) {
        self.descriptor = descriptor
        self.driver = driver
    }

    func watch(for interest: Readiness) {
        if let registration {
            do throws(ReactorError) {
                try Reactor.loop.modify(registration, for: interest)
                return
            } catch {
                // libcurl has closed the socket and opened another with the same number: to epoll it is a new one.
                unwatch()
            }
        }
        // Fails only where the system is out of memory or of epoll watches. Then the transfer stands still until its
        // timeout ends it, since libcurl takes a refusal here for the end of the whole multi.
        registration = try? Reactor.loop.register(descriptor, for: interest, handler: self)
    }

    func unwatch() {
        guard let registration else { return }
        Reactor.loop.deregister(registration)
        self.registration = nil
    }

    func descriptorReady(_ readiness: Readiness) {
        driver.socketReady(descriptor, readiness)
    }
}
