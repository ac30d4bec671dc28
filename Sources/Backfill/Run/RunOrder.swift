internal import JSON

/// What a run was begun for: it travels with the run, so that whoever takes it up does the same.
package struct RunOrder: Sendable, Equatable {
    /// Of the source, see `Source.fingerprint`.
    package let mapping: String
    package let selection: RowSelection
    /// The run whose failed rows are read again; nil where the rows are those of the selection.
    package let retried: String?
    package let estimate: BackfillEstimate

    package init(source: Source, selection: RowSelection, estimate: BackfillEstimate) {
        mapping = source.fingerprint
        self.selection = selection
        self.estimate = estimate
        retried = nil
    }

    package init(source: Source, retrying run: String, rows: Int) {
        mapping = source.fingerprint
        selection = RowSelection()
        retried = run
        estimate = BackfillEstimate(collection: source.collection, [:], rows: rows)
    }

    /// From the fields of a run's state.
    package init(collection: String, _ fields: [String: String]) {
        mapping = fields["mapping"] ?? ""
        selection = RowSelection(
            limit: fields["limit"].flatMap { Int($0) },
            since: fields["since"],
            condition: fields["where"]
        )
        retried = fields["retried"]
        estimate = BackfillEstimate(collection: collection, fields)
    }

    package var fields: [(name: String, value: String)] {
        let own: [(name: String, value: String?)] = [
            ("mapping", mapping), ("limit", selection.limit.map { "\($0)" }), ("since", selection.since),
            ("where", selection.condition), ("retried", retried),
        ]
        return own.compactMap { field in field.value.map { (name: field.name, value: $0) } } + estimate.fields
    }

    /// An id for a new run: `invoices-1a2b3c4d5e6f7081`. Job ids are made of it, which have room for 128 characters.
    package static func newRun(_ collection: String) -> String {
        let random = String(UInt64.random(in: .min ... .max), radix: 16)
        return "\(collection.prefix(80))-\(random)"
    }
}
