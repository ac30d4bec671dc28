/// Where a service listens, put together from URLs and from single hosts and ports, in the order they are said.
///
/// Within one source the URL is said last and wins. A host of a later source replaces an earlier URL as a whole, its
/// credentials included, so that no password reaches a server it was not meant for; a port alone only moves the port.
package struct ServiceAddress: Sendable, Equatable {
    package private(set) var url: ServiceURL
    /// A port that was given by itself, and not replaced by a URL since.
    private var port: Int?
    private let standard: ServiceURL

    init(standard: ServiceURL) {
        self.standard = standard
        url = standard
    }

    mutating func use(_ url: ServiceURL) {
        self.url = url
        port = nil
    }

    mutating func use(host: String) {
        url = standard
        url.host = host
        url.port = port ?? standard.port
    }

    mutating func use(port: Int) {
        self.port = port
        if url.host.isEmpty { url = standard }
        url.port = port
    }

    /// A password in the URL gives way to one that a later source names by itself.
    mutating func dropPassword() { url.password = nil }

    /// As for the password.
    mutating func dropUsername() { url.username = nil }

    /// As for credentials: the path of a TCP address or the parameter `db` names the database of Redis.
    mutating func dropDatabase() {
        url.query.removeAll { $0.name == "db" }
        if !url.host.isEmpty { url.path = "" }
    }
}
