import Glibc

/// What is told to people beside the result, and the log.
enum StandardError {
    /// Writes a line in one piece, so that lines of several threads do not mix. Where standard error is closed or full
    /// there is nobody to tell, and the line is lost.
    static func write(_ line: String) {
        Descriptor.write(line + "\n", to: STDERR_FILENO)
    }

    /// Writes what is answered on the same line.
    static func prompt(_ question: String) {
        Descriptor.write(question, to: STDERR_FILENO)
    }
}
