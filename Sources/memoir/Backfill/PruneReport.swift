import JSON

/// What a look for memories without rows has found.
struct PruneReport {
    let collection: String
    /// Memories that were made from rows.
    var looked = 0
    /// Those whose rows are gone, or are remembered under another key.
    var stale = 0

    init(collection: String) {
        self.collection = collection
    }

    var text: String {
        "\(Figures.count(stale)) of \(Figures.count(looked)) memories in \(collection) that were made from rows have no "
            + "row any more"
    }

    func json(forgotten: Int) -> String {
        BackfillJSON.object("prune") { writer in
            let figures: [(StaticString, Int)] = [("memories", looked), ("stale", stale), ("forgotten", forgotten)]
            for (name, figure) in figures {
                writer.name(name)
                writer.integer(figure)
            }
        }
    }
}
