internal import JSON

/// A job's result as it stands in Redis, of which nothing is copied and no number read: what is passed on is what was
/// stored.
struct JobReply {
    enum Outcome: Equatable {
        /// By the job's type, JSON.
        case done(ArraySlice<UInt8>)
        case failed(code: String, message: String, isRetryable: Bool)
    }

    let outcome: Outcome

    /// nil for what is no result.
    init?(_ bytes: [UInt8]) {
        var scanner = JSONScanner(bytes)
        var status: String?
        var result: Range<Int>?
        var failure = (code: "", message: "", isRetryable: false)
        do throws(JSONError) {
            try scanner.beginObject()
            while let name = try scanner.nextName() {
                if name == "status" {
                    status = try scanner.readString().string
                } else if name == "result" {
                    result = try scanner.skipValue()
                } else if name == "error", try scanner.nextKind() == .object {
                    try Self.readFailure(&scanner, into: &failure)
                } else {
                    try scanner.skipValue()
                }
            }
            try scanner.finish()
        } catch {
            return nil
        }
        switch (status, result) {
        case ("ok", let result?): outcome = .done(bytes[result])
        case ("error", _), ("expired", _):
            let code = failure.code.isEmpty ? status ?? "" : failure.code
            outcome = .failed(code: code, message: failure.message, isRetryable: failure.isRetryable)
        default: return nil
        }
    }

    private static func readFailure(
        _ scanner: inout JSONScanner,
        into failure: inout (code: String, message: String, isRetryable: Bool)
    ) throws(JSONError) {
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            if name == "code" {
                failure.code = try scanner.readString().string
            } else if name == "message" {
                failure.message = try scanner.readString().string
            } else if name == "retryable" {
                failure.isRetryable = try scanner.readBool()
            } else {
                try scanner.skipValue()
            }
        }
    }
}
