import Backfill
import JSON

/// A follower for programs: one JSON object a line, told apart by `event`.
enum FollowJSON {
    static func statements(_ text: String, of collection: String) -> String {
        object("sql", collection) { writer in
            writer.name("sql")
            writer.string(text)
        }
    }

    static func event(_ event: FollowEvent, of collection: String) -> String {
        switch event {
        case .following(let mode, let since):
            object("following", collection) { writer in write(mode, since, to: &writer) }
        case .changes(let counts): object("changes", collection) { writer in write(counts, to: &writer) }
        case .truncated: object("truncated", collection) { _ in }
        case .deaf(let reason): object("deaf", collection) { writer in write(reason, to: &writer) }
        case .hears: object("hears", collection) { _ in }
        case .waiting(let reason):
            object("waiting", collection) { writer in
                writer.name("reason")
                writer.string(reason.code)
                write(reason.message, to: &writer)
            }
        case .goesOn: object("goes_on", collection) { _ in }
        case .sendsAgain: object("sends_again", collection) { _ in }
        case .stopped(let counts): object("stopped", collection) { writer in write(counts, to: &writer) }
        }
    }

    private static func write(_ mode: FollowMode, _ since: String?, to writer: inout JSONWriter) {
        writer.name("mode")
        switch mode {
        case .trigger: writer.string("trigger")
        case .polling:
            writer.string("polling")
            writer.name("since")
            if let since { writer.string(since) } else { writer.null() }
        }
    }

    private static func write(_ message: String, to writer: inout JSONWriter) {
        writer.name("message")
        writer.string(message)
    }

    private static func write(_ counts: FollowCounts, to writer: inout JSONWriter) {
        writer.name("saved")
        writer.integer(counts.saved)
        writer.name("forgotten")
        writer.integer(counts.forgotten)
        writer.name("rejected")
        writer.integer(counts.rejected)
    }

    private static func object(
        _ event: StaticString,
        _ collection: String,
        _ body: (inout JSONWriter) -> Void
    ) -> String {
        BackfillJSON.object(event) { writer in
            writer.name("collection")
            writer.string(collection)
            body(&writer)
        }
    }
}
