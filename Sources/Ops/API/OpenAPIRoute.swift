internal import Hummingbird

/// The description of all paths, for programs and their makers.
enum OpenAPIRoute {
    static func add(to router: some RouterMethods<OpsContext>) {
        router.serveGet("/openapi.json") { _, _ in .json(PackageResources.openapi_json) }
    }
}
