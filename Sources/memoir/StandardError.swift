import Glibc

/// What is told to people beside the result, and the log.
enum StandardError {
    /// Writes a line in one piece, so that lines of several threads do not mix. Where standard error is closed or full
    /// there is nobody to tell, and the line is lost.
    static func write(_ line: String) {
        send(line + "\n")
    }

    /// Writes what is answered on the same line.
    static func prompt(_ question: String) {
        send(question)
    }

    private static func send(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}
