/// Takes a template apart, once at start.
struct TemplateParser {
    private let characters: [Character]
    private var at = 0
    private var parts: [TextTemplate.Part] = []
    private var text = ""

    init(_ text: String) { characters = Array(text) }

    mutating func run() throws(TemplateError) -> [TextTemplate.Part] {
        while at < characters.count {
            let character = characters[at]
            let isDoubled = at + 1 < characters.count && characters[at + 1] == character
            switch character {
            case "{" where isDoubled, "}" where isDoubled:
                text.append(character)
                at += 2
            case "{": try readColumn()
            case "}": throw TemplateError(at: at + 1, "has a } without its {; write }} for a brace")
            default:
                text.append(character)
                at += 1
            }
        }
        endText()
        return parts
    }

    /// From the opening brace to past the closing one.
    private mutating func readColumn() throws(TemplateError) {
        let start = at
        guard let end = characters[start...].firstIndex(of: "}") else {
            throw TemplateError(at: start + 1, "has a { that is never closed; write {{ for a brace")
        }
        let inside = characters[(start + 1)..<end]
        if let brace = inside.firstIndex(of: "{") {
            throw TemplateError(at: brace + 1, "has a { inside of a column's braces; close them first")
        }
        let bar = inside.firstIndex(of: "|")
        let name = String(inside[..<(bar ?? inside.endIndex)])
        guard !name.allSatisfy(\.isWhitespace) else {
            throw TemplateError(at: start + 1, "names no column between { and }; write {{ for a brace")
        }
        endText()
        parts.append(.column(name, default: bar.map { String(inside[($0 + 1)...]) }))
        at = end + 1
    }

    private mutating func endText() {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
    }
}
