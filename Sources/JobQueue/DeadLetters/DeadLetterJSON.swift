internal import JSON

/// Dead letters for programs, the same whoever asks for them.
package enum DeadLetterJSON {
    /// What a list shows, without the job's long values.
    package static func line(_ letter: DeadLetter) -> [UInt8] {
        write { writer in
            writeHead(letter, &writer)
            for field in ["type", "collection", "_lane", "_code", "_message"] {
                writer.name(String(field.trimmingPrefix("_")))
                writeText(letter.text(field), &writer)
            }
            for field in ["_attempts", "_first_failed_at", "_last_failed_at"] {
                writer.name(String(field.trimmingPrefix("_")))
                writeNumber(letter.text(field), &writer)
            }
            writer.name("replayable")
            writer.bool(letter.refusal == nil)
        }
    }

    /// Everything. What is not UTF-8 is replaced as far as it is not.
    package static func whole(_ letter: DeadLetter) -> [UInt8] {
        write { writer in
            writeHead(letter, &writer)
            writer.name("replayable")
            writer.bool(letter.refusal == nil)
            writer.name("fields")
            writer.beginObject()
            for (name, value) in letter.fields {
                writer.name(String(decoding: name, as: UTF8.self))
                writer.string(String(decoding: value, as: UTF8.self))
            }
            writer.endObject()
        }
    }

    private static func write(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        body(&writer)
        writer.endObject()
        return writer.finish()
    }

    private static func writeHead(_ letter: DeadLetter, _ writer: inout JSONWriter) {
        writer.name("letter")
        writer.string(letter.id)
        writer.name("id")
        writeText(letter.text("id"), &writer)
        writer.name("buried_at")
        writer.integer(letter.buriedAt)
    }

    private static func writeText(_ text: String?, _ writer: inout JSONWriter) {
        if let text { writer.string(text) } else { writer.null() }
    }

    private static func writeNumber(_ text: String?, _ writer: inout JSONWriter) {
        if let number = text.flatMap({ Int($0) }) { writer.integer(number) } else { writer.null() }
    }
}
