internal import Glibc

/// Names to addresses, never blocking the reactor nor the cooperative pool: `getaddrinfo` has no asynchronous form, so a
/// name that is no address gets a thread of its own for the length of the look-up.
enum HostResolver {
    /// All addresses, in the order of the system's preference; never empty.
    static func resolve(host: String, port: UInt16) async throws(RedisError) -> [SocketAddress] {
        if case .success(let addresses) = lookUp(host, port, flags: AI_NUMERICHOST) { return addresses }
        let result = await withCheckedContinuation { continuation in
            Work(host: host, port: port, continuation: continuation).start()
        }
        return try result.get()
    }

    private final class Work: Sendable {
        typealias Answer = Result<[SocketAddress], RedisError>

        private let host: String
        private let port: UInt16
        private let continuation: CheckedContinuation<Answer, Never>

        init(host: String, port: UInt16, continuation: CheckedContinuation<Answer, Never>) {
            self.host = host
            self.port = port
            self.continuation = continuation
        }

        func start() {
            // One-shot: retained here, released by the thread that takes it, or below where there is none.
            let context = Unmanaged.passRetained(self)
            var thread = pthread_t()
            let code = pthread_create(&thread, nil, lookUpOnThread, context.toOpaque())
            guard code != 0 else {
                pthread_detach(thread)
                return
            }
            context.release()
            let reason = String(cString: strerror(code))
            continuation.resume(
                returning: .failure(RedisError(.cannotConnect, "no thread to resolve \(host): \(reason)"))
            )
        }

        func finish() {
            continuation.resume(returning: lookUp(host, port, flags: 0))
        }
    }

    fileprivate static func finish(_ context: UnsafeMutableRawPointer) {
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().finish()
    }

    private static func lookUp(_ host: String, _ port: UInt16, flags: Int32) -> Result<[SocketAddress], RedisError> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            return .failure(
                RedisError(.cannotConnect, "cannot resolve \(host): \(String(cString: gai_strerror(code)))")
            )
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr else { continue }
            var storage = sockaddr_storage()
            withUnsafeMutableBytes(of: &storage) { target in
                target.copyMemory(
                    from: UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
                )
            }
            addresses.append(SocketAddress(storage: storage, length: entry.pointee.ai_addrlen))
        }
        return addresses.isEmpty ? .failure(RedisError(.cannotConnect, "\(host) has no address")) : .success(addresses)
    }
}

private func lookUpOnThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { HostResolver.finish(context) }
    return nil
}
