/// Why a tool did not do what it was called for: a result with `isError`, so that the model sees it and does better.
package struct ToolError: Error, Sendable, Equatable, CustomStringConvertible {
    /// For a model: what is wrong, and what to do about it.
    package let message: String

    package init(_ message: String) {
        self.message = message
    }

    package var description: String { message }
}
