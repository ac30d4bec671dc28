import JSON

/// Results as people read them.
enum JobText {
    static func saved(_ result: JSONValue) -> String {
        let note = result["deduped"] == .bool(true) ? " (was there already)" : ""
        return "saved \(text(result["id"]))\(note)"
    }

    static func found(_ result: JSONValue) -> String {
        guard case .array(let hits)? = result["results"], !hits.isEmpty else { return "nothing found" }
        return hits.map(hit).joined(separator: "\n")
    }

    static func memory(_ result: JSONValue) -> String {
        guard let memory = result["memory"], memory != .null else { return "nothing found" }
        return point(memory)
    }

    static func page(_ result: JSONValue) -> String {
        guard case .array(let memories)? = result["memories"], !memories.isEmpty else { return "nothing found" }
        var lines = memories.map(point)
        if case .string(let next)? = result["next"] { lines.append("more follow: --after \(next)") }
        return lines.joined(separator: "\n")
    }

    static func embedded(_ result: JSONValue) -> String {
        guard case .array(let numbers)? = result["embedding"] else { return text(result["embedding"]) }
        return numbers.map(text).joined(separator: " ")
    }

    static func forgotten(_ result: JSONValue) -> String {
        "forgot \(text(result["forgotten"])) memories"
    }

    private static func hit(_ hit: JSONValue) -> String {
        var score = text(hit["score"])
        if let number = Double(score) { score = fixed(number) }
        return described(hit, as: score)
    }

    private static func point(_ point: JSONValue) -> String { described(point, as: text(point["id"])) }

    /// Its name, which is a score or an id, and its text on the first line, the rest of the payload on the second.
    private static func described(_ point: JSONValue, as name: String) -> String {
        let payload = point["payload"] ?? .null
        var lines = ["\(name)  \(excerpt(text(payload["content"])))"]
        if case .object(let members) = payload {
            let metadata = members.filter { $0.name != "content" && $0.name != "_memoir" }
            if !metadata.isEmpty {
                lines.append("       " + metadata.map { "\($0.name)=\(text($0.value))" }.joined(separator: " "))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func fixed(_ number: Double) -> String {
        let thousandths = Int((number * 1000).rounded())
        let digits = String(thousandths.magnitude)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(thousandths < 0 ? "-" : "")\(padded.dropLast(3)).\(padded.suffix(3))"
    }

    private static func excerpt(_ content: String) -> String {
        let line = content.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 160 ? "\(line.prefix(159))…" : line
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "" }
        if case .string(let text) = value { return text }
        return Output.json(value)
    }
}
