import Foundation

/// Writes a Swift file that holds files of a folder as literals: `embed-page NAME OUTPUT FOLDER FILE…`.
@main
struct EmbedPage {
    /// Delimits the literals: followed by quotes it stands in no file.
    private static let fence = "####"

    static func main() throws {
        let arguments = CommandLine.arguments
        let folder = URL(fileURLWithPath: arguments[3])
        var text = "enum \(arguments[1]) {\n    static let files: [(path: String, text: StaticString)] = [\n"
        for name in arguments.dropFirst(4) {
            let content = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            text += "(\"\(name)\", \(fence)\"\"\"\n\(content)\n\"\"\"\(fence)),\n"
        }
        text += "    ]\n}\n"
        try text.write(to: URL(fileURLWithPath: arguments[2]), atomically: true, encoding: .utf8)
    }
}
