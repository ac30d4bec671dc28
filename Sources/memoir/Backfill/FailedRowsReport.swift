import Backfill
import JSON
import JobQueue

/// Rows that failed, one a line.
enum FailedRowsReport {
    static func text(_ failure: RunFailure) -> String {
        let key = RowKey(source: failure.source)?.json ?? failure.source
        return Terminal.harmless("\(key)  \(failure.code)  \(failure.message)")
    }

    static func json(_ failure: RunFailure) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("primary_key")
        if let key = RowKey(source: failure.source) { writer.raw(key.json.utf8) } else { writer.null() }
        writer.name("source")
        writer.string(failure.source)
        writer.name("code")
        writer.string(failure.code)
        writer.name("message")
        writer.string(failure.message)
        writer.name("job")
        if let job = failure.job { writer.string(job) } else { writer.null() }
        writer.name("at_ms")
        writer.integer(failure.at)
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
