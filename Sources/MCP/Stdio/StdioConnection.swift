/// The server's end of a connection over standard input and output: a message is a line.
///
/// Reads and writes on a thread of its own, the calls run on the cooperative pool. It works on descriptors that block
/// and leaves them as they are; it does not close them.
package final class StdioConnection<Caller: Sendable>: Sendable {
    /// - Parameters:
    ///   - caller: whoever started the process.
    ///   - input: read from until it ends.
    ///   - output: nothing but messages is written to it.
    package init(
        _ server: MCPServer<Caller>,
        caller: Caller,
        input: Int32 = 0,
        output: Int32 = 1,
        _ configuration: StdioConfiguration = .init()
    ) {}

    /// Returns when the client has closed its end or gone away, or the task is cancelled: what is in flight is then
    /// cancelled, and nothing is left running. Once only.
    package func run() async {}
}
