import HTTPTransport
import JSON

extension VectorStoreError {
    private static let maximumMessageBytes = 500

    /// For a response of any status but 200.
    init(_ response: HTTPResponse, from configuration: QdrantConfiguration) {
        let mask = SecretMask(configuration.apiKey)
        let fault = Self.fault(in: response.body)
        let said =
            fault ?? Self.bounded(String(decoding: response.body.prefix(Self.maximumMessageBytes), as: UTF8.self))
        let words = said.isEmpty ? "" : ": \(mask.masked(said))"
        let answered = "\(configuration) answered \(response.status)\(words)"
        switch response.status {
        case 401, 403:
            let advice = configuration.apiKey == nil ? "set QDRANT_API_KEY" : "check QDRANT_API_KEY and what it may do"
            self.init(.invalidKey, "\(answered); \(advice)")
        case 429:
            self.init(.rateLimited, answered, retryAfter: response.retryAfter)
        case 408, 500...599:
            self.init(.passing, answered, retryAfter: response.retryAfter)
        case 409:
            self.init(.alreadyExists, answered)
        case 400 where fault?.contains("already exists") == true:
            self.init(.alreadyExists, answered)
        case 404 where fault.map(Self.saysThatCollectionIsMissing) == true:
            self.init(.noSuchCollection, answered)
        case 400 where fault?.contains("ector dimension error") == true:
            self.init(.misconfigured, "\(answered); check EMBEDDING_DIMENSIONS against the collection")
        case 400, 413, 422:
            self.init(.invalidRequest, answered)
        case 404 where fault != nil:
            self.init(.invalidRequest, answered)
        default:
            self.init(.invalidResponse, "\(answered); check that QDRANT_URL is that of a Qdrant")
        }
    }

    /// For an exchange that brought no response.
    init(_ error: HTTPTransportError, from configuration: QdrantConfiguration) {
        switch error.code {
        case .cancelled: self.init(.cancelled, "the call to \(configuration) was cancelled")
        case .invalidRequest: self.init(.misconfigured, "\(error); check QDRANT_URL and QDRANT_API_KEY")
        case .responseTooLarge: self.init(.invalidRequest, "\(error); ask for fewer points at once")
        default: self.init(.passing, error.description)
        }
    }

    /// `{"status": {"error": "…"}}`; nil where it is not Qdrant that speaks.
    private static func fault(in body: [UInt8]) -> String? {
        guard let value = try? JSONValue(parsing: body), case .string(let text)? = value["status"]?["error"] else {
            return nil
        }
        return bounded(text)
    }

    /// ``Not found: Collection `x` doesn't exist!``
    private static func saysThatCollectionIsMissing(_ message: String) -> Bool {
        let message = message.lowercased()
        return message.contains("collection") && (message.contains("exist") || message.contains("not found"))
    }

    /// On one line, and no longer than a log line should be.
    private static func bounded(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let end = line.utf8.index(line.startIndex, offsetBy: maximumMessageBytes, limitedBy: line.endIndex)
        return String(line[..<(end ?? line.endIndex)])
    }
}
