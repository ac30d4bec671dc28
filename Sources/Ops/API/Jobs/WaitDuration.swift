/// How long a request wants to wait for its job's result: `5s`, `250ms`, `5`.
enum WaitDuration {
    /// - Parameter longest: more is refused, not cut.
    static func parse(_ text: String, longest: Duration) throws(OpsError) -> Duration {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let expected = OpsError.invalid(
            "wait",
            "takes a time from 1ms to \(longest.components.seconds)s, such as 5s or 500ms"
        )
        guard let number = Int(digits), number > 0, number <= 1_000_000 else { throw expected }
        let duration: Duration
        switch text.dropFirst(digits.count) {
        case "s", "": duration = .seconds(number)
        case "ms": duration = .milliseconds(number)
        default: throw expected
        }
        guard duration <= longest else { throw expected }
        return duration
    }
}
