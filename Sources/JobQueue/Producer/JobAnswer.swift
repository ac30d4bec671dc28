package import JSON

/// A result as it was read back.
package struct JobAnswer: Sendable {
    package enum Status: String, Sendable {
        case ok
        case error
        case expired
    }

    package let status: Status
    /// What the domain answered; null unless `ok`.
    package let result: JSONValue
    package let errorCode: String?
    package let errorMessage: String?
    /// Whether the same job may succeed when it is sent again.
    package let isRetryable: Bool
    /// The whole result.
    package let json: JSONValue

    /// nil for what is not a result.
    package init?(parsing bytes: ArraySlice<UInt8>) {
        guard let json = try? JSONValue(parsing: Array(bytes)),
            case .string(let text)? = json["status"],
            let status = Status(rawValue: text)
        else { return nil }
        self.status = status
        self.json = json
        result = json["result"] ?? .null
        isRetryable = json["error"]?["retryable"] == .bool(true)
        if case .string(let code)? = json["error"]?["code"] { errorCode = code } else { errorCode = nil }
        if case .string(let message)? = json["error"]?["message"] {
            errorMessage = message
        } else {
            errorMessage = nil
        }
    }
}
