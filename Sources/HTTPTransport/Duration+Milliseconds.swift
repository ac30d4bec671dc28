extension Duration {
    private static let longest = Duration.seconds(86_400)

    /// At most a day, which libcurl's timeouts and the clock's arithmetic bear.
    var boundedToADay: Duration {
        min(self, Self.longest)
    }

    /// Rounded up, and at least 1: 0 means "for ever" to libcurl.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = boundedToADay.components
        return max(1, Int(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
