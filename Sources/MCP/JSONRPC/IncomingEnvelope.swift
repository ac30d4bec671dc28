internal import JSON

/// The members of a message, before it is known what it is.
struct IncomingEnvelope {
    private enum Identifier {
        case absent, invalid
        case valid(RequestID)
    }

    /// Methods that are longer are refused before they are kept.
    private static let maximumMethodLength = 256

    private var isObject = true
    private var isVersion2 = false
    private var identifier = Identifier.absent
    /// Nil: there is none, or it is no string.
    private var method: String?
    private var hasMethod = false
    private var isResponse = false
    private var parameters: RequestParameters?
    /// Of a member that stands there twice: it would be read differently by whoever stands between.
    private var repeated: StaticString?
    private var hasVersion = false

    mutating func read(from scanner: inout JSONScanner) throws(JSONError) {
        guard try scanner.nextKind() == .object else {
            isObject = false
            try scanner.skipValue()
            return
        }
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            if name == "jsonrpc" {
                if hasVersion { repeated = "jsonrpc" }
                hasVersion = true
                isVersion2 = try scanner.string().map { $0 == "2.0" } ?? false
            } else if name == "id" {
                if case .absent = identifier {} else { repeated = "id" }
                identifier = try RequestID(from: &scanner).map { .valid($0) } ?? .invalid
            } else if name == "method" {
                if hasMethod { repeated = "method" }
                hasMethod = true
                method = try scanner.string().flatMap {
                    $0.raw.count <= Self.maximumMethodLength ? $0.string : nil
                }
            } else if name == "params" {
                if parameters != nil { repeated = "params" }
                parameters = try RequestParameters(from: &scanner)
            } else {
                if name == "result" || name == "error" { isResponse = true }
                try scanner.skipValue()
            }
        }
    }

    func message() throws(InvalidMessage) -> IncomingMessage {
        guard isObject else {
            throw InvalidMessage(MCPError(.invalidRequest, "a message is a JSON object"))
        }
        guard repeated == nil else {
            throw invalid("\(repeated ?? "") stands there twice")
        }
        guard isVersion2 else { throw invalid("jsonrpc must be \"2.0\"") }
        if !hasMethod, isResponse { return .response }
        guard let method else {
            throw invalid("method must be a string of at most \(Self.maximumMethodLength) bytes")
        }
        let parameters = parameters ?? RequestParameters()
        switch identifier {
        case .absent: return .notification(method, parameters)
        case .valid(let id): return .request(IncomingRequest(id: id, method: method, parameters: parameters))
        case .invalid:
            throw invalid("id must be a string or a whole number, of at most \(RequestID.maximumLength) bytes")
        }
    }

    private func invalid(_ reason: String) -> InvalidMessage {
        guard case .valid(let id) = identifier else { return InvalidMessage(MCPError(.invalidRequest, reason)) }
        return InvalidMessage(MCPError(.invalidRequest, reason), id: id)
    }
}
