package struct PromptMessage: Sendable, Equatable {
    package enum Role: String, Sendable {
        case user, assistant
    }

    package let role: Role
    package let text: String

    package init(role: Role = .user, text: String) {
        self.role = role
        self.text = text
    }
}
