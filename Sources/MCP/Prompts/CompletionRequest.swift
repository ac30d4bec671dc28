/// What a person is about to fill in, of a prompt or of a template of resources.
package struct CompletionRequest<Caller: Sendable>: Sendable {
    package enum Reference: Sendable, Equatable {
        /// By its name, which may be that of no prompt.
        case prompt(String)
        /// By its URI template, which may be that of none.
        case resourceTemplate(String)
    }

    package let caller: Caller
    package let reference: Reference
    package let argument: String
    /// What is typed so far.
    package let value: String

    package init(caller: Caller, reference: Reference, argument: String, value: String) {
        self.caller = caller
        self.reference = reference
        self.argument = argument
        self.value = value
    }
}
