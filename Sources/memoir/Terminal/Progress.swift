/// How far a long command is, on standard error: now and then, not for each step.
struct Progress {
    private static let interval = Duration.seconds(2)

    private let verb: String
    private let total: Int
    private let start = ContinuousClock.now
    private var told = ContinuousClock.now
    private(set) var done = 0

    /// - Parameter verb: what has been done to each, such as `replayed`.
    init(_ verb: String, total: Int) {
        self.verb = verb
        self.total = total
    }

    mutating func add(_ count: Int) {
        done += count
        guard ContinuousClock.now - told >= Self.interval else { return }
        told = .now
        tell()
    }

    func tell() {
        let seconds = start.duration(to: .now) / .seconds(1)
        let rate = seconds > 0 ? Int(Double(done) / seconds) : done
        StandardError.write("\(verb) \(done) of \(total), \(rate) a second")
    }
}
