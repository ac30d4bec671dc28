internal import Hummingbird
internal import JSON
internal import NIOCore

extension Request {
    /// The whole body.
    ///
    /// - Parameter setting: says how many bytes it may have.
    func bytes(upTo maximumBytes: Int, setting: String = "http.maximumBodyBytes") async throws -> [UInt8] {
        do {
            if let length = headers[.contentLength].flatMap({ Int($0) }), length > maximumBytes {
                throw NIOTooManyBytesError(maxBytes: maximumBytes)
            }
            return Array(buffer: try await body.collect(upTo: maximumBytes))
        } catch is NIOTooManyBytesError {
            throw OpsError(
                413,
                "body_too_large",
                "the body may have \(maximumBytes) bytes: send less at once, or raise \(setting)"
            )
        } catch let error as CancellationError {
            throw error
        } catch {
            // The connection's end, or chunks that are none: in neither case is anything wrong with us.
            throw OpsError(400, "body_incomplete", "the body did not come whole: \(error)")
        }
    }

    /// The members of the body's JSON object; none where there is no body.
    func object(upTo maximumBytes: Int, allowed names: [String]) async throws -> [String: JSONValue] {
        let bytes = try await bytes(upTo: maximumBytes)
        guard !bytes.isEmpty else { return [:] }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw OpsError.noJSON(error)
        }
        guard case .object(let members) = value else { throw OpsError.noObject }
        return try RequestObject.checked(members, allowed: names)
    }
}

extension OpsError {
    static func noJSON(_ error: JSONError) -> OpsError {
        OpsError(400, "invalid_json", "the body is no JSON: \(error)")
    }
    static let noObject = OpsError(400, "invalid_json", "the body must be a JSON object")
}
