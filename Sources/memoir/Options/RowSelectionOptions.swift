import ArgumentParser
import Backfill

/// Which rows of a source are meant.
struct RowSelectionOptions: ParsableArguments {
    @Flag(name: .customLong("all"), help: "All rows.")
    var isAll = false

    @Option(help: ArgumentHelp("So many rows at most, the first in the order of the primary key.", valueName: "rows"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "Rows changed since then, by the column source.updated: 2026-03-01, 2026-03-01T09:30:00Z, or a duration "
                + "back from now such as 36h.",
            valueName: "time"
        ),
        transform: SinceArgument.read
    )
    var since: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("Rows for which this SQL condition holds; the session is read-only.", valueName: "sql")
    )
    var condition: String?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1.") }
        if isAll, limit != nil { throw ValidationError("--all and --limit are not both possible.") }
        if let condition, condition.allSatisfy(\.isWhitespace) {
            throw ValidationError("--where takes a condition in SQL, such as \"amount > 100\".")
        }
    }

    /// Whether anything says which.
    var isGiven: Bool { isAll || limit != nil || since != nil || condition != nil }

    var selection: RowSelection { RowSelection(limit: limit, since: since, condition: condition) }
}
