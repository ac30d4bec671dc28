import Foundation
import PackagePlugin

/// Puts the files of the page into the program, so that there is one file to install.
///
/// SwiftPM's own `.embedInCode` writes arrays of numbers, which the compiler takes most of a minute to read; the same text
/// as a literal costs nothing.
@main
struct EmbedPage: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = target.directoryURL.appending(path: "Page")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let files = names.filter { $0.contains(".") }.sorted().map { folder.appending(path: $0) }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedPage.swift")
        return [
            .buildCommand(
                displayName: "Embedding the page",
                executable: try context.tool(named: "embed-page").url,
                arguments: [folder.path, output.path],
                inputFiles: files,
                outputFiles: [output]
            )
        ]
    }
}
