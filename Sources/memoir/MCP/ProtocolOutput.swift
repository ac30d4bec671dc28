import Glibc

/// Standard output where it speaks a protocol: whatever else of this process may print goes to standard error.
enum ProtocolOutput {
    private static let firstFree: Int32 = 3

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
