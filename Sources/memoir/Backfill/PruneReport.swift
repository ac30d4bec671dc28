import Backfill
import JSON

/// What a look for memories without rows has found.
struct PruneReport {
    let collection: String
    /// Memories that were made from rows.
    var looked = 0
    /// Those whose rows are gone.
    private(set) var gone = 0
    /// Those whose rows are remembered under another key.
    private(set) var renamed = 0
    /// Those that are not as their rows are now, and stay.
    private(set) var kept = 0

    init(collection: String) {
        self.collection = collection
    }

    var stale: Int { gone + renamed }

    mutating func add(_ page: PrunePage) {
        gone += page.gone.count
        renamed += page.renamed.count
        kept += page.kept
    }

    var text: String {
        var lines = [
            "\(Figures.count(stale)) of \(Figures.count(looked)) memories in \(collection) that were made from rows are "
                + "out of date: of \(Figures.count(gone)) the row is gone, of \(Figures.count(renamed)) it is remembered "
                + "under another key"
        ]
        if kept > 0 {
            lines.append(
                "\(Figures.count(kept)) stay: their rows cannot be read or saved as they are, or are not remembered under "
                    + "their new key yet"
            )
        }
        return lines.joined(separator: "\n")
    }

    func json(forgotten: Int) -> String {
        BackfillJSON.object("prune") { writer in
            let figures: [(StaticString, Int)] = [
                ("memories", looked), ("stale", stale), ("gone", gone), ("renamed", renamed), ("kept", kept),
                ("forgotten", forgotten),
            ]
            for (name, figure) in figures {
                writer.name(name)
                writer.integer(figure)
            }
        }
    }
}
