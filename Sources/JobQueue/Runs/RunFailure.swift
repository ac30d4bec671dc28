internal import JSON

/// A job of a run that came to nothing, or a row that never became one.
package struct RunFailure: Sendable, Equatable {
    /// Bytes of a message that are kept.
    static let maximumMessageBytes = 1_024

    /// Where the job's memory comes from; the job's id where it names no source.
    package let source: String
    /// As results have it; the producer's own for what never became a job.
    package let code: String
    package let message: String
    /// The job's id; nil where there was none.
    package let job: String?
    /// Milliseconds since 1970.
    package let at: Int

    package init(source: String, code: String, message: String, job: String? = nil, at: Int) {
        self.source = source
        self.code = code
        self.message = message
        self.job = job
        self.at = at
    }

    /// - Parameter json: as `json` has it. What is not so is told as far as it can be: others may write there, too.
    init(source: ArraySlice<UInt8>, json: ArraySlice<UInt8>) {
        self.source = String(decoding: source, as: UTF8.self)
        let value = (try? JSONValue(parsing: json)) ?? .null
        code = value["code"]?.text ?? "unknown"
        message = value["message"]?.text ?? String(decoding: json.prefix(Self.maximumMessageBytes), as: UTF8.self)
        job = value["job"]?.text
        if case .integer(let milliseconds)? = value["at"] { at = milliseconds } else { at = 0 }
    }

    /// `{"code": …, "message": …, "job": …, "at": …}`
    var json: [UInt8] {
        Self.json(code: ArraySlice(code.utf8), message: message, job: job.map { ArraySlice($0.utf8) }, at: at)
    }

    static func json(
        code: ArraySlice<UInt8>,
        message: String,
        job: ArraySlice<UInt8>?,
        at milliseconds: Int
    ) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128 + message.utf8.count)
        writer.beginObject()
        writer.name("code")
        writer.string(code)
        writer.name("message")
        writer.string(cut(message))
        writer.name("job")
        if let job { writer.string(job) } else { writer.null() }
        writer.name("at")
        writer.integer(milliseconds)
        writer.endObject()
        return writer.finish()
    }

    /// At the end of a character.
    private static func cut(_ message: String) -> String {
        guard message.utf8.count > maximumMessageBytes else { return message }
        var end = message.utf8.index(message.startIndex, offsetBy: maximumMessageBytes)
        while end.samePosition(in: message) == nil { end = message.utf8.index(before: end) }
        return "\(message[..<end])…"
    }
}

extension JSONValue {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
