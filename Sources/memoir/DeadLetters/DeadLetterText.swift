import JobQueue

/// Dead letters as people read them.
struct DeadLetterText {
    /// Characters of a value that are shown where not all of it is asked for.
    private static let valueCharacters = 500
    private static let columns: [(title: String, width: Int)] = [
        ("letter", 19), ("age", 7), ("type", 8), ("collection", 18), ("code", 20), ("message", 0),
    ]

    /// ms since 1970 by the clock of Redis.
    let now: Int
    /// Columns of a line; nil for as many as it takes.
    let width: Int?

    var head: String { line(Self.columns.map(\.title)) }

    func row(_ letter: DeadLetter) -> String {
        line([
            letter.id, age(letter), letter.text("type") ?? "-", letter.text("collection") ?? "-", letter.code,
            letter.text("_message") ?? "",
        ])
    }

    /// A line for each field, Memoir's own last.
    func whole(_ letter: DeadLetter, isFull: Bool) -> String {
        var lines = ["letter: \(letter.id), buried \(age(letter)) ago"]
        for (name, value) in letter.fields {
            lines.append("\(Terminal.harmless(text(name))): \(shown(value, isFull))")
        }
        if let refusal = letter.refusal { lines.append("cannot be replayed: \(Terminal.harmless(refusal))") }
        return lines.joined(separator: "\n")
    }

    private func shown(_ value: DeadLetter.Bytes, _ isFull: Bool) -> String {
        let whole = text(value)
        guard !isFull, whole.count > Self.valueCharacters else {
            return Terminal.harmless(whole, allowingLineEnds: true)
        }
        let beginning = Terminal.harmless(String(whole.prefix(Self.valueCharacters)), allowingLineEnds: true)
        return "\(beginning)… (\(value.count) bytes: --full shows all)"
    }

    private func age(_ letter: DeadLetter) -> String {
        let seconds = max(0, now - letter.buriedAt) / 1_000
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<7_200: return "\(seconds / 60)m"
        case ..<172_800: return "\(seconds / 3_600)h"
        default: return "\(seconds / 86_400)d"
        }
    }

    private func line(_ cells: [String]) -> String {
        let padded = zip(cells, Self.columns).map { cell, column in
            let text = Terminal.harmless(cell)
            return text + String(repeating: " ", count: max(0, column.width - text.count))
        }
        let line = padded.joined(separator: "  ")
        guard let width, line.count > width else { return line }
        return "\(line.prefix(width - 1))…"
    }

    private func text(_ bytes: DeadLetter.Bytes) -> String { String(decoding: bytes, as: UTF8.self) }
}
