import JSON
import JobQueue

/// Dead letters for programs.
enum DeadLetterJSON {
    /// One line: what a list shows, without the job's long values.
    static func line(_ letter: DeadLetter) -> String {
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
    static func whole(_ letter: DeadLetter) -> String {
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

    private static func write(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        body(&writer)
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
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
