import Foundation
internal import Synchronization

/// Stands between clients and a server, and does to a connection what a network does: cuts it after so many bytes, falls
/// silent, leads elsewhere. Its port is what a virtual address or a name is to a client.
package final class FaultyProxy: Sendable {
    /// What becomes of one connection.
    package enum Fault: Sendable {
        case cutReplies(afterBytes: Int)
        case cutCommands(afterBytes: Int)
    }

    private struct State {
        var target: UInt16
        var faults: [Fault]
        var connections = 0
        /// Connections with lower numbers hand nothing on any more, and stay open.
        var silentBelow = 0
        var isStopped = false
    }

    package let port: UInt16
    private let listener: Int32
    private let state: Mutex<State>

    /// - Parameter faults: of the first connections, in order; those after them are sound.
    package init(to target: UInt16, _ faults: [Fault] = []) throws {
        port = try FreePort.find()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        state = Mutex(State(target: target, faults: faults))
        guard FreePort.withAddress(port, { bind(listener, $0, $1) }) == 0, listen(listener, 128) == 0 else {
            throw FixtureError("the proxy cannot listen on \(port)")
        }
        Thread.detachNewThread { [self] in accept() }
    }

    /// Clients so far.
    package var connections: Int { state.withLock { $0.connections } }

    /// New connections lead there; those that are open stay where they are.
    package func lead(to target: UInt16) {
        state.withLock { $0.target = target }
    }

    /// Those that are open stay open and hand on nothing.
    package func fallSilent() {
        state.withLock { $0.silentBelow = $0.connections }
    }

    /// Ends its threads, and all connections with them.
    package func stop() {
        state.withLock { $0.isStopped = true }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func accept() {
        defer { close(listener) }
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { return }
            let (number, target, fault) = state.withLock { state in
                defer { state.connections += 1 }
                return (state.connections, state.target, state.faults.isEmpty ? nil : state.faults.removeFirst())
            }
            Thread.detachNewThread { [self] in relay(client, to: target, number, fault) }
        }
    }

    private func relay(_ client: Int32, to target: UInt16, _ number: Int, _ fault: Fault?) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer {
            close(client)
            close(server)
        }
        guard FreePort.withAddress(target, { connect(server, $0, $1) }) == 0 else { return }
        var commandBytes = Int.max
        var replyBytes = Int.max
        switch fault {
        case .cutCommands(let count): commandBytes = count
        case .cutReplies(let count): replyBytes = count
        case nil: break
        }
        while commandBytes > 0 && replyBytes > 0 {
            var ends = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&ends, 2, 20)
            let (isStopped, isSilent) = state.withLock { ($0.isStopped, number < $0.silentBelow) }
            if isStopped { return }
            if isSilent {
                usleep(20_000)
                continue
            }
            if ends[0].revents != 0 && !handOn(from: client, to: server, &commandBytes) { return }
            if ends[1].revents != 0 && !handOn(from: server, to: client, &replyBytes) { return }
        }
    }

    /// Whether the connection goes on. `limit` falls by the bytes that were handed on.
    private func handOn(from source: Int32, to destination: Int32, _ limit: inout Int) -> Bool {
        var buffer = [UInt8](repeating: 0, count: min(16 << 10, limit))
        let count = recv(source, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        var sent = 0
        while sent < count {
            let part = buffer.withUnsafeBytes { bytes in
                send(destination, bytes.baseAddress.map { $0 + sent }, count - sent, Int32(MSG_NOSIGNAL))
            }
            guard part > 0 else { return false }
            sent += part
        }
        limit -= count
        return true
    }
}
