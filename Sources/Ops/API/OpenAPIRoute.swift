internal import Hummingbird

/// The description of all paths, for programs and their makers.
enum OpenAPIRoute {
    static func add(to router: some RouterMethods<OpsContext>) {
        let bytes = EmbeddedDescription.files.flatMap { file in file.text.withUTF8Buffer { Array($0) } }
        router.serveGet("/openapi.json") { _, _ in .json(bytes) }
    }
}
