internal import Hummingbird
internal import JSON
internal import NIOCore

extension Request {
    /// The body as a JSON object; an empty one where there is no body.
    func object(upTo maximumBytes: Int) async throws -> [JSONValue.Member] {
        let bytes: [UInt8]
        do {
            if let length = headers[.contentLength].flatMap({ Int($0) }), length > maximumBytes {
                throw NIOTooManyBytesError(maxBytes: maximumBytes)
            }
            bytes = Array(buffer: try await body.collect(upTo: maximumBytes))
        } catch is NIOTooManyBytesError {
            throw OpsError(
                413,
                "body_too_large",
                "the body may have \(maximumBytes) bytes: send less at once, or raise http.maximumBodyBytes"
            )
        }
        guard !bytes.isEmpty else { return [] }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw OpsError(400, "invalid_json", "the body is no JSON: \(error)")
        }
        guard case .object(let members) = value else {
            throw OpsError(400, "invalid_json", "the body must be a JSON object")
        }
        return members
    }
}
