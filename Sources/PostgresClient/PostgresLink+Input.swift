internal import CPQ
internal import Reactor

extension PostgresLink: ReadinessHandler {
    func descriptorReady(_ readiness: Readiness) {
        guard !isConnecting else { return waiter.signal() }
        guard let pointer = handle?.pointer else { return unwatch() }
        if readiness.contains(.write) { flush(pointer) }
        guard readiness.contains(.read) || readiness.contains(.hangup), failure == nil else { return }
        if isIdle || awaiting > 0 { consume(pointer) } else { pause(readiness) }
    }

    /// Takes what OpenSSL has kept back, as libpq had no room for it. Whether there was anything.
    @discardableResult
    func consumePending() -> Bool {
        guard let pointer = handle?.pointer, memoir_tls_pending(pointer) > 0 else { return false }
        consume(pointer)
        return true
    }

    private func consume(_ pointer: OpaquePointer) {
        repeat {
            guard PQconsumeInput(pointer) == 1 else {
                return fail(PostgresError(.connectionLost, handle?.errorMessage ?? ""))
            }
        } while memoir_tls_pending(pointer) > 0 && (isIdle || PQisBusy(pointer) == 1)
        takeNotifications()
        if PQisBusy(pointer) == 0 { waiter.signal() }
    }

    /// libpq reads input meanwhile: a server that waits for us to read would else never take what we send.
    func flush(_ pointer: OpaquePointer) {
        switch PQflush(pointer) {
        case 0: waitsForWritability = false
        case 1: waitsForWritability = true
        default: return fail(PostgresError(.connectionLost, handle?.errorMessage ?? ""))
        }
        do throws(PostgresError) {
            try watch(waitsForWritability ? [.read, .write] : .read)
        } catch {
            fail(error)
        }
    }

    /// Nobody wants input now. A hang-up is reported as long as the descriptor is watched at all.
    private func pause(_ readiness: Readiness) {
        guard !readiness.contains(.hangup) else { return unwatch() }
        do throws(PostgresError) {
            try watch(waitsForWritability ? .write : [])
        } catch {
            fail(error)
        }
    }

    func takeNotifications() {
        guard let pointer = handle?.pointer else { return }
        while let notification = PQnotifies(pointer) {
            let copy = PostgresNotification(
                channel: String(cString: notification.pointee.relname),
                payload: String(cString: notification.pointee.extra),
                processID: notification.pointee.be_pid
            )
            PQfreemem(notification)
            owner?.notified(copy)
        }
    }

    func fail(_ error: PostgresError) {
        guard failure == nil else { return }
        failure = error
        unwatch()
        waiter.signal()
        if isIdle { owner?.lostWhileIdle(error) }
    }

    func watch(_ wanted: Readiness) throws(PostgresError) {
        guard registration == nil || interest != wanted, let pointer = handle?.pointer else { return }
        do throws(ReactorError) {
            if let registration {
                try Reactor.loop.modify(registration, for: wanted)
            } else {
                registration = try Reactor.loop.register(PQsocket(pointer), for: wanted, handler: self)
            }
            interest = wanted
        } catch {
            throw PostgresError(.connectionLost, "\(error)")
        }
    }

    func unwatch() {
        if let registration { Reactor.loop.deregister(registration) }
        registration = nil
    }
}
