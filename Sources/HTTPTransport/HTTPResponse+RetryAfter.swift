extension HTTPResponse {
    /// How long the server asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date, which is taken
    /// against the response's own `date` so that no clock of ours matters. Nil where it does not say.
    package var retryAfter: Duration? {
        if let text = header("retry-after-ms"), let milliseconds = Double(text),
            let wait = Self.wait(milliseconds / 1000)
        {
            return wait
        }
        guard let text = header("retry-after") else { return nil }
        if let seconds = Double(text) { return Self.wait(seconds) }
        guard let then = HTTPDate(text), let now = header("date").flatMap(HTTPDate.init) else { return nil }
        return .seconds(max(0, then.secondsSinceEpoch - now.secondsSinceEpoch))
    }

    /// Nil where it is no time to wait: negative, NaN, or beyond a year.
    private static func wait(_ seconds: Double) -> Duration? {
        (0...31_536_000).contains(seconds) ? .seconds(seconds) : nil
    }
}
