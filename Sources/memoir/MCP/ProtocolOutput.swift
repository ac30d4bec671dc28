import Glibc

/// Standard output where it speaks a protocol: whatever else of this process may print goes to standard error.
enum ProtocolOutput {
    private static let firstFree: Int32 = 3

    /// Whether there is one. What the process itself has opened takes the place of one that is closed, and is to be closed
    /// where another program is executed: what came from whoever started this one cannot be.
    static var isOpen: Bool {
        let flags = fcntl(STDOUT_FILENO, F_GETFD)
        return flags >= 0 && flags & FD_CLOEXEC == 0
    }

    /// - Returns: the descriptor that leads to whoever reads standard output, which nothing else writes to from now on.
    static func claim() throws(CommandFailure) -> Int32 {
        let claimed = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, firstFree)
        guard claimed >= 0 else { throw CommandFailure(.usage, "standard output is closed: nobody could be answered") }
        if dup2(STDERR_FILENO, STDOUT_FILENO) < 0 {
            let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
            guard nowhere >= 0, dup2(nowhere, STDOUT_FILENO) >= 0 else {
                throw CommandFailure(.serviceUnavailable, "no descriptor is left")
            }
            close(nowhere)
        }
        return claimed
    }
}
