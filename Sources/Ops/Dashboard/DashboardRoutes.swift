internal import HTTPTypes
internal import Hummingbird

/// The page for people, and what belongs to it. Everything comes from here: no other host is asked for anything.
enum DashboardRoutes {
    static func add(to router: some RouterMethods<OpsContext>) {
        for file in DashboardPage.files {
            router.serveGet(RouterPath(file.path)) { request, _ in answer(file, to: request) }
        }
    }

    private static func answer(_ file: DashboardFile, to request: Request) -> Response {
        let isKnown = request.headers[.ifNoneMatch]?.contains(file.etag) ?? false
        var response = isKnown ? Response(status: .notModified) : .bytes(file.bytes, type: file.contentType)
        response.headers[.eTag] = file.etag
        for (name, value) in fields { response.headers[name] = value }
        return response
    }

    private static let fields = DashboardPage.headers.compactMap { name, value in
        HTTPField.Name(name).map { ($0, value) }
    }
}
