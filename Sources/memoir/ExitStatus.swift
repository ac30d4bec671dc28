/// What the exit code of a command tells a script. From 64 on they are those of `sysexits.h`.
enum ExitStatus: Int32, CaseIterable {
    case success = 0
    case jobFailed = 1
    case usage = 64
    case serviceUnavailable = 69
    case tryAgain = 75
    case configuration = 78

    private var meaning: String {
        switch self {
        case .success: "done; a search without hits is done, too"
        case .jobFailed:
            "the job was answered with an error, a dead letter cannot be shown or replayed, or doctor found a failure"
        case .usage: "the command line is wrong"
        case .serviceUnavailable: "Redis, Qdrant or the embedding endpoint cannot be reached, or refuses"
        case .tryAgain: "no result came in time and the job stays in the queue, or the lane is full"
        case .configuration: "the configuration is wrong"
        }
    }

    /// For the help.
    static let summary =
        "Exit codes:\n"
        + allCases.map { status in
            let code = String(status.rawValue)
            return "  \(String(repeating: " ", count: 2 - code.count))\(code)  \(status.meaning)"
        }
        .joined(separator: "\n")
}
