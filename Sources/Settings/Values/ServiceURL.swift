/// The address of a service: `scheme://[username[:password]@]host[:port][/path][?query]`, or `unix:///path` of a socket.
package struct ServiceURL: Sendable, Equatable {
    package var scheme: String
    package var username: String?
    package var password: Secret?
    /// Empty for the path of a socket. An IPv6 address stands without its brackets.
    package var host: String
    package var port: Int?
    /// Begins with `/` or is empty; a trailing `/` is dropped.
    package var path: String
    /// Names and values as they are written, in order.
    package var query: [Parameter]

    package struct Parameter: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    package init(scheme: String, host: String = "", port: Int? = nil, path: String = "") {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        query = []
    }

    /// The whole URL with the password in it: for the client that connects, never for a log.
    package var string: String { text(password: password.map { PercentEncoding.encode($0.value) }) }

    private func text(password: String?) -> String {
        var text = "\(scheme)://"
        if username != nil || password != nil {
            text += PercentEncoding.encode(username ?? "")
            if let password { text += ":\(password)" }
            text += "@"
        }
        text += host.contains(":") ? "[\(host)]" : host
        if let port { text += ":\(port)" }
        text += path
        guard !query.isEmpty else { return text }
        return text + "?" + query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }
}

extension ServiceURL: CustomStringConvertible {
    /// The URL with its password and any secret parameter masked.
    package var description: String { Self.masked(text(password: password.map { _ in "***" })) }
}
