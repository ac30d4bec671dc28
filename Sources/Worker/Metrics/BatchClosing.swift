internal import Embeddings

/// Why no more went into an embedding call: a label of the metrics.
enum BatchClosing: String, CaseIterable, Sendable {
    /// Nothing more waited that may go out now.
    case drained
    /// The call is full, by the number of its texts.
    case inputs
    /// The call is full, by their tokens.
    case tokens
    /// The call is full, by its body.
    case bytes
    /// A text that may be too long for the provider goes alone.
    case longText = "long_text"
    /// A search does not wait for a large call.
    case search
    /// Texts of jobs that failed before go in small calls.
    case retried
    /// A part of a call that failed.
    case divided

    init(_ obstacle: EmbeddingPacker.Obstacle) {
        switch obstacle {
        case .longText: self = .longText
        case .inputs: self = .inputs
        case .tokens: self = .tokens
        case .bytes: self = .bytes
        }
    }
}
