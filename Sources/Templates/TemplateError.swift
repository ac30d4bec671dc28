/// What is wrong with a template and what would be right, to be read after the name of the key that it stands at.
package struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Counted from 1 in characters; nil where it is not one place that is wrong.
    package let position: Int?
    package let reason: String

    init(at position: Int? = nil, _ reason: String) {
        self.position = position
        self.reason = reason
    }

    package var description: String { position.map { "\(reason) (at character \($0))" } ?? reason }
}
