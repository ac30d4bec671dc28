/// How far polling is. Times are texts as the database writes the column `updated`.
package struct PollPosition: Sendable, Equatable {
    /// What was changed before that has been read, but for transactions that are late.
    package var since: String
    /// A pass over what has changed that is not at its end.
    var pass: Pass?

    struct Pass: Sendable, Equatable {
        /// When it began: what is changed later is the next one's.
        let began: String
        /// The last row that was read; nil before the first.
        var updated: String?
        var after: RowKey?

        var place: (updated: String, key: RowKey)? {
            guard let updated, let after else { return nil }
            return (updated, after)
        }
    }

    package init(since: String) {
        self.since = since
    }

    /// From the fields of a run's state; nil where they do not tell.
    init?(_ fields: [String: String]) {
        guard let since = fields["since"], !since.isEmpty else { return nil }
        self.since = since
        guard let began = fields["pass"], !began.isEmpty else { return }
        pass = Pass(
            began: began,
            updated: fields["pass_updated"],
            after: fields["pass_after"].flatMap { RowKey(json: $0) }
        )
        // Half of a place is none.
        if pass?.updated?.isEmpty ?? true || pass?.after == nil {
            pass?.updated = nil
            pass?.after = nil
        }
    }

    /// All of them each time: those of a pass that is over are emptied.
    var fields: [(name: String, value: String)] {
        [
            ("since", since), ("pass", pass?.began ?? ""), ("pass_updated", pass?.updated ?? ""),
            ("pass_after", pass?.after?.json ?? ""),
        ]
    }
}
