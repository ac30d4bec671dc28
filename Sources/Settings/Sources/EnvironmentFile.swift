/// A `.env` file: lines of `NAME=value`, as Docker Compose and the Python tools around Memoir read them.
///
/// `export` in front is allowed. A value in single quotes is taken as it stands; in double quotes `\n`, `\t`, `\"`,
/// `\$` and `\\` are read; without quotes it ends at a `#` after a space. swift-configuration's own reader keeps quotes
/// and passes over lines it does not understand, which turns a typing mistake into a wrong password.
struct EnvironmentFile: Equatable {
    struct Variable: Equatable {
        let value: String
        let line: Int
    }

    private(set) var variables: [String: Variable] = [:]
    /// Lines that are no assignments, and why.
    private(set) var faults: [(line: Int, reason: String)] = []

    init(_ text: String) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let trimmed = line.trimmingPrefix(while: \.isWhitespace)
            guard !trimmed.isEmpty, !trimmed.hasPrefix("#") else { continue }
            do throws(InvalidValue) {
                let (name, value) = try Self.assignment(trimmed)
                variables[name] = Variable(value: value, line: index + 1)
            } catch {
                faults.append((index + 1, error.reason))
            }
        }
    }

    static func == (left: Self, right: Self) -> Bool {
        left.variables == right.variables && left.faults.elementsEqual(right.faults, by: ==)
    }

    private static func assignment(_ line: Substring) throws(InvalidValue) -> (name: String, value: String) {
        let statement = line.hasPrefix("export ") ? line.dropFirst(7).drop(while: \.isWhitespace) : line
        guard let equals = statement.firstIndex(of: "=") else { throw InvalidValue("expected NAME=value") }
        let name = trimmingEnd(statement[..<equals])
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard isName, let first = name.first, !first.isNumber else {
            throw InvalidValue("expected NAME=value with a name of letters, digits and _")
        }
        let value = statement[statement.index(after: equals)...].drop(while: \.isWhitespace)
        return (String(name), try read(value: value))
    }

    private static func read(value: Substring) throws(InvalidValue) -> String {
        guard let quote = value.first, quote == "\"" || quote == "'" else {
            let comment = value.firstRange(of: " #")?.lowerBound ?? value.endIndex
            return String(trimmingEnd(value[..<(value.hasPrefix("#") ? value.startIndex : comment)]))
        }
        var content = ""
        var rest = value.dropFirst()
        while let character = rest.popFirst() {
            if character == quote {
                let tail = rest.drop(while: \.isWhitespace)
                guard tail.isEmpty || tail.hasPrefix("#") else { throw InvalidValue("text follows the closing quote") }
                return content
            }
            guard character == "\\", quote == "\"", let escaped = rest.first else {
                content.append(character)
                continue
            }
            switch escaped {
            case "n": content.append("\n")
            case "t": content.append("\t")
            case "\"", "\\", "$": content.append(escaped)
            default: content += "\\\(escaped)"
            }
            rest.removeFirst()
        }
        throw InvalidValue("the closing quote is missing; a value ends on its line")
    }

    private static func trimmingEnd(_ text: Substring) -> Substring {
        text[..<(text.lastIndex { !$0.isWhitespace }.map(text.index(after:)) ?? text.startIndex)]
    }
}
