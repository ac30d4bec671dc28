/// A question that must be answered before something is done.
enum Confirmation {
    /// Answers that are neither yes nor no before it is taken as no.
    private static let maximumAttempts = 3

    /// - Parameter question: without its question mark, such as `Replay 123 jobs`.
    /// - Throws: `CommandFailure` where nobody is there to be asked: silence is never a yes.
    static func ask(_ question: String) throws(CommandFailure) -> Bool {
        guard Terminal.canAsk else {
            throw CommandFailure(
                .usage,
                "\(question)? Standard input is no terminal, so nobody can be asked: say --yes, or --dry-run to count only"
            )
        }
        for _ in 0..<maximumAttempts {
            StandardError.prompt("\(question)? (y/n): ")
            guard let answer = readLine()?.lowercased() else { return false }
            switch answer.filter({ !$0.isWhitespace }) {
            case "y", "yes": return true
            case "n", "no": return false
            default: continue
            }
        }
        return false
    }
}
