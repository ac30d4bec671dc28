import Backfill
import JSON
import JobQueue

/// A backfill for programs: one JSON object a line, told apart by `event`.
enum BackfillJSON {
    static func plan(_ plan: BackfillPlan, source: String, isDryRun: Bool) -> String {
        object("plan") { writer in
            writer.name("collection")
            writer.string(plan.collection)
            writer.name("source")
            writer.string(source)
            writer.name("rows")
            writer.integer(plan.rows)
            writer.name("null_keys")
            writer.integer(plan.nullKeys)
            write(plan.documents, to: &writer)
            writer.name("rejected_share")
            number(plan.rejectedShare, to: &writer)
            write(plan.rejections, to: &writer)
            writer.name("shared_keys")
            writer.integer(plan.sharedKeys)
            writer.name("tokens")
            writer.integer(plan.tokens)
            writer.name("tokens_per_item")
            number(plan.tokensPerItem, to: &writer)
            writer.name("dollars")
            number(plan.dollars, to: &writer)
            writer.name("seconds")
            number(plan.seconds, to: &writer)
            writer.name("dry_run")
            writer.bool(isDryRun)
        }
    }

    static func progress(_ progress: BackfillProgress) -> String {
        object("progress") { writer in write(progress, to: &writer) }
    }

    static func waiting(_ reason: WaitReason, _ progress: BackfillProgress) -> String {
        object("waiting") { writer in
            writer.name("reason")
            writer.string(reason.code)
            writer.name("message")
            writer.string(reason.message)
            write(progress, to: &writer)
        }
    }

    static func summary(_ summary: BackfillSummary, _ estimate: BackfillEstimate) -> String {
        object("summary") { writer in
            writer.name("state")
            writer.string(summary.state.rawValue)
            writer.name("run")
            writer.string(summary.run)
            let progress = summary.progress
            counts(progress, to: &writer)
            pair("tokens", estimate.tokens.map(Double.init), progress.tokens.map(Double.init), to: &writer)
            pair("dollars", estimate.dollars, progress.dollars, to: &writer)
            pair("seconds", estimate.seconds, summary.seconds, to: &writer)
        }
    }

    // MARK: Parts

    private static func write(_ documents: [BackfillPlan.Document], to writer: inout JSONWriter) {
        writer.name("sample")
        writer.beginArray()
        for document in documents {
            writer.beginObject()
            writer.name("primary_key")
            writer.raw(document.primaryKey.json.utf8)
            writer.name("key")
            writer.string(document.key)
            writer.name("tenant")
            if let tenant = document.tenant { writer.string(tenant) } else { writer.null() }
            writer.name("content")
            writer.string(document.content)
            writer.name("metadata")
            writer.raw(document.metadata.utf8)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(_ rejections: [BackfillPlan.Rejection], to writer: inout JSONWriter) {
        writer.name("rejected")
        writer.beginArray()
        for rejection in rejections {
            writer.beginObject()
            writer.name("primary_key")
            writer.raw((RowKey(source: rejection.source)?.json ?? "null").utf8)
            writer.name("code")
            writer.string(rejection.code)
            writer.name("message")
            writer.string(rejection.message)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(_ progress: BackfillProgress, to writer: inout JSONWriter) {
        writer.name("planned")
        writer.integer(progress.planned)
        counts(progress, to: &writer)
        writer.name("lag")
        writer.integer(progress.lag)
        writer.name("rows_per_second")
        number(progress.rowsPerSecond, to: &writer)
        writer.name("dollars")
        number(progress.dollars, to: &writer)
        writer.name("seconds_left")
        number(progress.secondsLeft, to: &writer)
    }

    private static func counts(_ progress: BackfillProgress, to writer: inout JSONWriter) {
        let counts: [(StaticString, Int)] = [
            ("rows", progress.checkpoint.read), ("enqueued", progress.checkpoint.enqueued),
            ("rejected", progress.checkpoint.rejected), ("left_out", progress.checkpoint.leftOut),
            ("ok", progress.tally.ok), ("deduped", progress.tally.deduped), ("error", progress.tally.error),
            ("expired", progress.tally.expired),
        ]
        for (name, count) in counts {
            writer.name(name)
            writer.integer(count)
        }
    }

    private static func pair(
        _ name: StaticString,
        _ estimated: Double?,
        _ actual: Double?,
        to writer: inout JSONWriter
    ) {
        writer.name(name)
        writer.beginObject()
        writer.name("estimated")
        number(estimated, to: &writer)
        writer.name("actual")
        number(actual, to: &writer)
        writer.endObject()
    }

    private static func number(_ value: Double?, to writer: inout JSONWriter) {
        guard let value, value.isFinite else { return writer.null() }
        if let whole = Int(exactly: value) { return writer.integer(whole) }
        writer.raw("\(value)".utf8)
    }

    static func object(_ event: StaticString, _ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.beginObject()
        writer.name("event")
        writer.string("\(event)")
        body(&writer)
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
