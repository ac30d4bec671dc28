/// A command that ends with something else than success: what to tell the user, and the exit code.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    /// What happened and what would mend it. Holds no secret.
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    var description: String { message }
}
