/// The content of a job that is piped in.
enum StandardInput {
    /// Reads to the end.
    ///
    /// - Throws: `CommandFailure` where more than `maximumBytes` come.
    static func readAll(maximumBytes: Int) throws(CommandFailure) -> String {
        var text = ""
        while let line = readLine(strippingNewline: false) {
            text += line
            guard text.utf8.count <= maximumBytes else {
                throw CommandFailure(
                    .usage,
                    "standard input is larger than worker.maximumContentBytes (\(maximumBytes) bytes)"
                )
            }
        }
        return text
    }
}
