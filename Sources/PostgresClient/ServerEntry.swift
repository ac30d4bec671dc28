/// One server of the list that a connection string may name.
struct ServerEntry: Sendable, Equatable {
    /// A name, an address, or the folder of a unix socket; empty for libpq's own default, a unix socket.
    let host: String
    /// Where it is known without looking `host` up.
    let address: String
    let port: UInt16

    /// Whether the name must be looked up.
    var needsAddress: Bool { address.isEmpty && !isUnixSocket }

    var isUnixSocket: Bool { address.isEmpty && (host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@")) }

    /// As libpq reads the comma-separated `host`, `hostaddr` and `port`: one port serves all servers.
    static func list(
        hosts: String,
        addresses: String,
        ports: String
    ) throws(PostgresError) -> [ServerEntry] {
        let hosts = items(hosts)
        let addresses = items(addresses)
        let ports = try ports.isEmpty ? [] : items(ports).map(port)
        let count = max(hosts.count, addresses.count, 1)
        guard [0, count].contains(hosts.count), [0, count].contains(addresses.count) else {
            throw PostgresError(.invalidConfiguration, "\(hosts.count) hosts and \(addresses.count) addresses")
        }
        guard [0, 1, count].contains(ports.count) else {
            throw PostgresError(.invalidConfiguration, "\(ports.count) ports for \(count) hosts")
        }
        return (0..<count).map { index in
            ServerEntry(
                host: hosts.isEmpty ? "" : hosts[index],
                address: addresses.isEmpty ? "" : addresses[index],
                port: ports.count == count ? ports[index] : ports.first ?? 5_432
            )
        }
    }

    private static func items(_ list: String) -> [String] {
        list.isEmpty ? [] : list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// The value is not shown: with a password that is not percent-encoded, it may be a part of it.
    private static func port(_ text: String) throws(PostgresError) -> UInt16 {
        if text.isEmpty { return 5_432 }
        guard let port = UInt16(text), port > 0 else {
            throw PostgresError(
                .invalidConfiguration,
                "the port is not a number from 1 to 65535: special characters of a password (: / @ ?) in a URL must be"
                    + " percent-encoded"
            )
        }
        return port
    }
}

extension ServerEntry: CustomStringConvertible {
    var description: String {
        let name = host.isEmpty ? address : host
        if name.isEmpty { return "the local socket, port \(port)" }
        if isUnixSocket { return "\(name), port \(port)" }
        return name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
    }
}
