/// What was expected of a run when it was begun; it travels with the run, so that its end can be compared with it.
package struct BackfillEstimate: Sendable, Equatable {
    package let collection: String
    package let rows: Int?
    package let tokens: Int?
    package let dollars: Double?
    package let seconds: Double?

    package init(_ plan: BackfillPlan) {
        collection = plan.collection
        rows = plan.rows
        tokens = plan.tokens
        dollars = plan.dollars
        seconds = plan.seconds
    }

    /// From the fields of a run's state.
    ///
    /// - Parameter rows: where they are known otherwise.
    package init(collection: String, _ fields: [String: String], rows: Int? = nil) {
        self.collection = collection
        self.rows = rows ?? fields["estimated_rows"].flatMap { Int($0) }
        tokens = fields["estimated_tokens"].flatMap { Int($0) }
        dollars = fields["estimated_dollars"].flatMap { Double($0) }
        seconds = fields["estimated_seconds"].flatMap { Double($0) }
    }

    package var fields: [(name: String, value: String)] {
        let all: [(name: String, value: String?)] = [
            ("estimated_rows", rows.map { "\($0)" }), ("estimated_tokens", tokens.map { "\($0)" }),
            ("estimated_dollars", dollars.map { "\($0)" }), ("estimated_seconds", seconds.map { "\($0)" }),
        ]
        return all.compactMap { field in field.value.map { (name: field.name, value: $0) } }
    }
}
