/// Tells the caller how far a call has come.
///
/// What is told reaches the caller only where it goes up, at most ten times a second, and neither after the call's answer
/// nor once the call is cancelled: a tool may tell as often as it likes.
package struct ToolProgress: Sendable {
    /// Goes nowhere: what a call has whose caller did not ask.
    package static let silent = ToolProgress(channel: nil)

    private let channel: ProgressChannel?

    init(channel: ProgressChannel?) {
        self.channel = channel
    }

    /// Whether anybody listens, so that a tool need not find out what it would tell nobody.
    package var isHeard: Bool { channel != nil }

    /// - Parameters:
    ///   - value: finite, and more than the one before: others are not sent.
    ///   - total: what `value` grows to, where that is known.
    ///   - message: for a person.
    package func report(_ value: Double, of total: Double? = nil, _ message: String? = nil) {
        channel?.report(value, of: total, message)
    }

    /// Nothing is told from here on.
    func close() {
        channel?.close()
    }
}
