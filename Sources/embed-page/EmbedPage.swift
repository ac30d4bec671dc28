import Foundation

/// Writes a Swift file that holds every file of a folder as a literal: `embed-page FOLDER OUTPUT`.
@main
struct EmbedPage {
    /// Delimits the literals: followed by quotes it stands in no file.
    private static let fence = "####"

    static func main() throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[1])
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        var text = "enum EmbeddedPage {\n    static let files: [(path: String, text: StaticString)] = [\n"
        for name in names.filter({ $0.contains(".") }).sorted() {
            let content = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            text += "(\"\(name)\", \(fence)\"\"\"\n\(content)\n\"\"\"\(fence)),\n"
        }
        text += "    ]\n}\n"
        try text.write(to: URL(fileURLWithPath: CommandLine.arguments[2]), atomically: true, encoding: .utf8)
    }
}
