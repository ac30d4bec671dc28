/// Bad input: the job's own fault, answered with an error result of code `invalid_job` and never tried again.
package struct InvalidJob: Error, Sendable, Equatable, CustomStringConvertible {
    /// The field of the stream entry at fault, with the path inside it where it is JSON: `metadata.amount`.
    package let field: String
    /// What is wrong and what would be right, a sentence without the field's name.
    package let reason: String

    package init(_ field: String, _ reason: String) {
        self.field = field
        self.reason = reason
    }

    package var description: String { "\(field): \(reason)" }
}
