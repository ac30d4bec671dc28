internal import Glibc
internal import Reactor

/// Owns a non-blocking stream socket; closed with it.
struct Socket: ~Copyable {
    let descriptor: Int32

    /// Begins to connect. The socket becomes writable when that has succeeded or failed: `connectError` tells.
    init(connectingTo address: SocketAddress) throws(RedisError) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw Self.failure("socket") }
        if address.family != AF_UNIX {
            setOption(Int32(IPPROTO_TCP), TCP_NODELAY)
            keepAlive()
        }
        let result = withUnsafePointer(to: address.storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, address.length) }
        }
        // EAGAIN is a unix socket's full backlog: not in progress, so a failure.
        guard result == 0 || errno == EINPROGRESS else { throw Self.failure("connect") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// After the socket became writable: nil when it is connected.
    var connectError: RedisError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code == 0 ? nil : RedisError(.cannotConnect, String(cString: strerror(code)))
    }

    enum Transfer {
        case bytes(Int)
        case wouldBlock
        case endOfFile
        case failed(String)
    }

    func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        // MSG_NOSIGNAL: a peer that went away is an error here, not a SIGPIPE to the process.
        transfer { Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        let result = transfer { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
        if case .bytes(0) = result { return .endOfFile }
        return result
    }

    private func transfer(_ call: () -> Int) -> Transfer {
        while true {
            let count = call()
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(String(cString: strerror(errno)))
            }
        }
    }

    /// A peer that vanished without a word (a cable pulled, a firewall that forgot the connection) is noticed within half
    /// a minute also where nobody waits for a reply; where somebody does, the command's deadline is sooner. Probes keep
    /// firewalls from forgetting a blocking read, too.
    private func keepAlive() {
        setOption(SOL_SOCKET, SO_KEEPALIVE)
        setOption(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 15)
        setOption(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5)
        setOption(Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
        // Bytes that were sent and are never acknowledged, in ms: the kernel would send them again for a quarter of an hour.
        setOption(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 30_000)
    }

    private func setOption(_ level: Int32, _ option: Int32, _ value: Int32 = 1) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func failure(_ call: String) -> RedisError {
        RedisError(.cannotConnect, "\(call): \(String(cString: strerror(errno)))")
    }
}
