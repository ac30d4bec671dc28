import Foundation
import Testing

@testable import Ops

@Suite struct DashboardPageTests {
    private static let texts = Dictionary(
        uniqueKeysWithValues: DashboardPage.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
    )

    @Test func everyFileHasItsTypeAndItsOwnTag() throws {
        let types = Dictionary(uniqueKeysWithValues: DashboardPage.files.map { ($0.path, $0.contentType) })
        #expect(types["/"] == "text/html; charset=utf-8")
        #expect(types["/dashboard.css"] == "text/css; charset=utf-8")
        #expect(types["/dashboard.js"] == "text/javascript; charset=utf-8")
        #expect(types["/dashboard/letters.js"] == "text/javascript; charset=utf-8")
        #expect(Set(DashboardPage.files.map(\.etag)).count == DashboardPage.files.count)
        let other = DashboardFile("dashboard.css", Array("a {}".utf8))
        #expect(other.path == "/dashboard.css" && other.etag != DashboardFile("x.css", Array("b {}".utf8)).etag)
        #expect(other.etag.hasPrefix("\"") && other.etag.hasSuffix("\""))
    }

    @Test func whatTheFilesNameIsGivenOut() throws {
        let page = try #require(Self.texts["/"])
        let named = page.matches(of: /(?:src|stylesheet" href)="([^"]+)"/).map { String($0.1) }
        #expect(named.count == 3)
        for path in named { #expect(Self.texts[path] != nil, "\(path)") }
        var imports = 0
        for (path, text) in Self.texts where path.hasSuffix(".js") {
            for match in text.matches(of: /from '([^']+)';/) {
                let base = try #require(URL(string: "http://worker\(path)"))
                let imported = try #require(URL(string: String(match.1), relativeTo: base)).path
                #expect(Self.texts[imported] != nil, "\(path) imports \(imported)")
                imports += 1
            }
        }
        #expect(imports > 20)
    }

    /// No markup is made of texts, nothing is loaded from elsewhere, and nothing stands in the page that its policy forbids.
    @Test(arguments: [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "https://", " style=", " onclick=",
    ])
    func noFileHas(_ forbidden: String) {
        for (path, text) in Self.texts {
            #expect(!text.contains(forbidden), "\(path)")
        }
    }
}
