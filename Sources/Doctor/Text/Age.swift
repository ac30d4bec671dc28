/// A duration for people, in its largest unit.
enum Age {
    private static let units: [(seconds: Double, name: String)] = [
        (86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"),
    ]

    /// `250 ms`, `12 s`, `4 min`, `3 h`, `2 d`.
    static func text(_ duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        for unit in units where seconds >= unit.seconds { return "\(Int(seconds / unit.seconds)) \(unit.name)" }
        return "\(Int(seconds * 1_000)) ms"
    }
}
