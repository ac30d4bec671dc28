/// The bounds of a connection over standard input and output.
package struct StdioConfiguration: Sendable {
    /// Requests that are worked on at once; defaults to 1,000.
    package var maximumCalls = 1_000
    /// Of a line; a longer one is answered with an error and skipped. Defaults to 1 MiB.
    package var maximumLineBytes = 1 << 20
    /// Of answers that the client has not read: beyond it nothing more is read from it, and progress is left out.
    /// Defaults to 8 MiB.
    package var maximumUnreadBytes = 8 << 20
    /// Messages in one batch; defaults to 100.
    package var maximumBatch = 100
    /// After the client's last word, how long calls in flight may still be answered before they are cancelled, and how
    /// long the client has to read what is answered. Defaults to 200 ms each.
    package var grace = Duration.milliseconds(200)

    package init() {}
}
