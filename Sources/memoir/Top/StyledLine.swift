/// One line of a screen: pieces of text, each in one style.
struct StyledLine: Equatable {
    enum Style: String {
        case plain = ""
        case bold = "1"
        case dim = "2"
        case good = "32"
        case warning = "33"
        case bad = "31"
        case bar = "7"

        /// What stands for it where colours are not wanted: what is wrong stays conspicuous.
        var colourless: Style {
            switch self {
            case .good: .plain
            case .warning, .bad: .bold
            case .plain, .bold, .dim, .bar: self
            }
        }
    }

    struct Piece: Equatable {
        var text: String
        var style: Style
    }

    private static let packingGap = "   "

    private(set) var pieces: [Piece] = []

    init(_ text: String = "", _ style: Style = .plain) {
        add(text, style)
    }

    /// Text that cannot steer the terminal, whatever is given.
    mutating func add(_ text: String, _ style: Style = .plain) {
        if !text.isEmpty { pieces.append(Piece(text: Terminal.harmless(text), style: style)) }
    }

    var text: String { pieces.map(\.text).joined() }

    /// Columns that it takes.
    var width: Int { pieces.reduce(0) { $0 + Self.width($1.text) } }

    /// No wider than that: what does not fit is cut, and a mark says so.
    func fitted(to columns: Int) -> StyledLine {
        guard width > columns else { return self }
        var fitted = StyledLine()
        var left = max(0, columns - 1)
        for piece in pieces where left > 0 {
            var text = ""
            for character in piece.text {
                let width = Self.width(String(character))
                guard width <= left else {
                    left = 0
                    break
                }
                text.append(character)
                left -= width
            }
            fitted.add(text, piece.style)
        }
        if columns > 0 { fitted.add("…", .dim) }
        return fitted
    }

    /// One after the other, as many on a line as find room.
    static func packed(_ parts: [StyledLine], columns: Int) -> [StyledLine] {
        var lines: [StyledLine] = []
        for part in parts {
            if let last = lines.last, last.width + packingGap.count + part.width <= columns {
                lines[lines.count - 1].pieces += [Piece(text: packingGap, style: .plain)] + part.pieces
            } else {
                lines.append(part)
            }
        }
        return lines
    }

    /// With the sequences that a terminal knows.
    func escaped(inColour isColourful: Bool) -> String {
        pieces.map { piece in
            let style = isColourful ? piece.style : piece.style.colourless
            return style == .plain ? piece.text : "\u{1B}[\(style.rawValue)m\(piece.text)\u{1B}[0m"
        }
        .joined()
    }

    /// Of East Asian characters and pictures, two columns each, as terminals have it.
    static func width(_ text: String) -> Int {
        text.reduce(0) { width, character in
            guard let scalar = character.unicodeScalars.first else { return width }
            if scalar.properties.generalCategory == .nonspacingMark { return width }
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
                return width + 2
            default: return width + 1
            }
        }
    }

    static func left(_ text: String, _ columns: Int) -> String {
        let fitted = StyledLine(text).fitted(to: columns).text
        return fitted + String(repeating: " ", count: max(0, columns - width(fitted)))
    }

    static func right(_ text: String, _ columns: Int) -> String {
        String(repeating: " ", count: max(0, columns - width(text))) + text
    }
}
