internal import Glibc

/// Names to addresses, never blocking the reactor nor the cooperative pool: `getaddrinfo` has no asynchronous form, so a
/// name that is no address gets a thread of its own for the length of the look-up.
package enum HostResolver {
    /// All addresses, in the order of the system's preference; never empty.
    package static func resolve(host: String, port: UInt16) async throws(HostResolverError) -> [SocketAddress] {
        if case .success(let addresses) = lookUp(host, port, flags: AI_NUMERICHOST) { return addresses }
        let result: Result<[SocketAddress], HostResolverError>
        do throws(ReactorError) {
            result = try await Reactor.blocking { lookUp(host, port, flags: 0) }
        } catch {
            throw HostResolverError("cannot resolve \(host): \(error)")
        }
        return try result.get()
    }

    private static func lookUp(
        _ host: String,
        _ port: UInt16,
        flags: Int32
    ) -> Result<[SocketAddress], HostResolverError> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            return .failure(HostResolverError("cannot resolve \(host): \(String(cString: gai_strerror(code)))"))
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
        return addresses.isEmpty ? .failure(HostResolverError("\(host) has no address")) : .success(addresses)
    }
}
