import Memory

/// The figures again and again, for `memoir stats --watch`: on a terminal one picture that changes in place, elsewhere one
/// after another.
///
/// While they cannot be read it says so and tries again at the same pace, and goes on where it stopped.
struct StatisticsWatch {
    private static let clear = "\u{1B}[H\u{1B}[2J"

    let isJSON: Bool
    /// nil where it is no terminal, or where the figures are for programs.
    private let window: () -> ScreenTerminal.Size?
    private let write: (String) -> Bool
    /// What is no figure, where there is no picture to show it in.
    private let tell: (String) -> Void

    private var shown: (text: String, time: LogTime)?
    private var isAway = false
    /// Whether nobody looks any more.
    private(set) var isOver = false

    init(
        isJSON: Bool,
        window: @escaping () -> ScreenTerminal.Size? = { Terminal.window },
        write: @escaping (String) -> Bool = Output.line,
        tell: @escaping (String) -> Void = { StandardError.write("memoir: \($0)") }
    ) {
        self.isJSON = isJSON
        self.window = window
        self.write = write
        self.tell = tell
    }

    mutating func show(_ statistics: SystemStatistics, at time: LogTime = .now) {
        let isBack = isAway
        isAway = false
        if isJSON {
            if isBack { tell("Redis is back") }
            return put(String(decoding: statistics.json(), as: UTF8.self))
        }
        let text = StatisticsReport(statistics: statistics).text
        shown = (text, time)
        guard !paint("\(time)", text) else { return }
        if isBack { tell("Redis is back") }
        put("\(time)\n\(text)\n")
    }

    /// - Parameter problem: why there are no newer figures.
    mutating func failed(_ problem: String, at time: LogTime = .now) {
        let isNews = !isAway
        isAway = true
        let age = shown.map { "The figures are those of \($0.time).\n" } ?? ""
        if paint("\(time)  Redis is away; trying again\n\(problem)\n\(age)", shown?.text ?? "") { return }
        // Once: what is said again and again fills logs.
        if isNews { tell("Redis is away; trying again: \(problem)") }
    }

    /// - Returns: false where there is no terminal to paint on.
    private mutating func paint(_ head: String, _ text: String) -> Bool {
        guard !isJSON, let window = window() else { return false }
        let lines = "\(head)\n\(text)".split(separator: "\n", omittingEmptySubsequences: false)
            .prefix(max(1, window.rows - 1))
            .map { StyledLine(String($0)).fitted(to: window.columns).text }
        // From the top left corner; what was there before is gone.
        put(Self.clear + lines.joined(separator: "\n"))
        return true
    }

    private mutating func put(_ text: String) {
        if !write(text) { isOver = true }
    }
}
