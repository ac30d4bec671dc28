internal import JSON
internal import MCP
internal import Memory

/// The arguments of one call, each read as what its schema says. null is as if the argument were not there.
struct ToolArguments {
    private struct Argument {
        let name: String
        let kind: JSONScanner.Kind
        /// As it was sent.
        let json: ArraySlice<UInt8>
    }

    private let arguments: [Argument]

    /// - Parameters:
    ///   - bytes: a JSON object.
    ///   - allowed: all that the tool takes.
    init(_ bytes: ArraySlice<UInt8>, of tool: String, allowed: [String]) throws(ToolError) {
        var arguments: [Argument] = []
        var names: Set<String> = []
        var scanner = JSONScanner(bytes)
        do throws(JSONError) {
            try scanner.beginObject()
            while let name = try scanner.nextName()?.string {
                let kind = try scanner.nextKind()
                arguments.append(Argument(name: name, kind: kind, json: bytes[try scanner.skipValue()]))
            }
            try scanner.finish()
        } catch {
            throw ToolError("The arguments are no JSON object: \(error)")
        }
        for argument in arguments {
            guard allowed.contains(argument.name) else { throw Self.unknown(argument.name, tool, allowed) }
            guard names.insert(argument.name).inserted else {
                throw .invalid(argument.name, "is sent twice: send it once")
            }
        }
        self.arguments = arguments.filter { $0.kind != .null }
    }

    func text(_ name: String) throws(ToolError) -> String? {
        guard let argument = self[name] else { return nil }
        guard argument.kind == .string, let text = Self.string(argument.json) else {
            throw wrong(argument, "send a text")
        }
        return text
    }

    func text(_ name: String, orElse missing: String) throws(ToolError) -> String {
        guard let text = try text(name) else { throw .invalid(name, "is missing: \(missing)") }
        return text
    }

    /// 5.0 is a whole number too, as JSON Schema has it.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(ToolError) -> Int? {
        guard let argument = self[name] else { return nil }
        let expected = "send a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard argument.kind == .number, let number = Self.number(argument.json), number == number.rounded(),
            Double(range.lowerBound) <= number, number <= Double(range.upperBound)
        else { throw wrong(argument, expected) }
        return Int(number)
    }

    func number(_ name: String) throws(ToolError) -> Double? {
        guard let argument = self[name] else { return nil }
        guard argument.kind == .number, let number = Self.number(argument.json) else {
            throw wrong(argument, "send a number such as 0.5")
        }
        return number
    }

    /// JSON, as it was sent.
    func object(_ name: String, such example: String) throws(ToolError) -> String? {
        guard let argument = self[name] else { return nil }
        guard argument.kind == .object else { throw wrong(argument, "send a JSON object such as \(example)") }
        return String(decoding: argument.json, as: UTF8.self)
    }

    private subscript(name: String) -> Argument? {
        arguments.first { $0.name == name }
    }

    private func wrong(_ argument: Argument, _ expected: String) -> ToolError {
        let shown = String(decoding: argument.json.prefix(40), as: UTF8.self)
        return .invalid(argument.name, "is \(shown)\(argument.json.count > 40 ? "…" : ""): \(expected)")
    }

    private static func string(_ json: ArraySlice<UInt8>) -> String? {
        var scanner = JSONScanner(json)
        return (try? scanner.readString())?.string
    }

    private static func number(_ json: ArraySlice<UInt8>) -> Double? {
        var scanner = JSONScanner(json)
        return try? scanner.readDouble()
    }

    private static func unknown(_ name: String, _ tool: String, _ allowed: [String]) -> ToolError {
        guard !allowed.isEmpty else { return .invalid("\(name.prefix(64))", "\(tool) takes no arguments") }
        let nearest = NearestMatch.find(ArraySlice(name.utf8), among: allowed).map { "; did you mean \($0)?" } ?? "."
        let known = allowed.joined(separator: ", ")
        return .invalid("\(name.prefix(64))", "is no argument of \(tool)\(nearest) It takes: \(known)")
    }
}
