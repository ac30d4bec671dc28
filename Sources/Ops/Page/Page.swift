internal import HTTPTypes
internal import Hummingbird

/// The page for people, and what belongs to it. Everything comes from here: no other host is asked for anything.
enum Page {
    static func addRoutes(to router: some RouterMethods<OpsContext>) {
        router.serveGet("/") { _, _ in .bytes(html.utf8, type: "text/html; charset=utf-8") }
        router.serveGet("/dashboard.css") { _, _ in .bytes(css.utf8, type: "text/css; charset=utf-8") }
        router.serveGet("/dashboard.js") { _, _ in .bytes(script.utf8, type: "text/javascript; charset=utf-8") }
    }

    private static let html = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Memoir</title><link rel="stylesheet" href="/dashboard.css"></head>
        <body><h1>Memoir</h1><p><a href="/api/stats">Figures</a></p><script src="/dashboard.js"></script></body>
        </html>
        """
    private static let css = "body { font-family: sans-serif }\n"
    private static let script = "\"use strict\";\n"
}
