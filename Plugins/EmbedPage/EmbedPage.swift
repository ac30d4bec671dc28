import Foundation
import PackagePlugin

/// Puts the files of the page, and the description of the API, into the program, so that there is one file to install.
///
/// SwiftPM's own `.embedInCode` writes arrays of numbers, which the compiler takes most of a minute to read; the same text
/// as a literal costs nothing.
@main
struct EmbedPage: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let page = target.directoryURL.appending(path: "Page")
        let names = try FileManager.default.subpathsOfDirectory(atPath: page.path)
        let api = target.directoryURL.appending(path: "API")
        return [
            try embed(names.filter { $0.contains(".") }.sorted(), of: page, as: "EmbeddedPage", context),
            try embed(["openapi.json"], of: api, as: "EmbeddedDescription", context),
        ]
    }

    private func embed(_ names: [String], of folder: URL, as type: String, _ context: PluginContext) throws -> Command {
        let output = context.pluginWorkDirectoryURL.appending(path: "\(type).swift")
        return .buildCommand(
            displayName: "Embedding \(folder.lastPathComponent)",
            executable: try context.tool(named: "embed-page").url,
            arguments: [type, output.path, folder.path] + names,
            inputFiles: names.map { folder.appending(path: $0) },
            outputFiles: [output]
        )
    }
}
