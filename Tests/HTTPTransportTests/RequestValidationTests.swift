import Testing

@testable import HTTPTransport

@Suite struct RequestValidationTests {
    static let redactions = [
        ("http://host", "http://host"),
        ("HTTPS://host:443/a/b?c=secret#secret", "https://host:443/a/b"),
        ("http://user:secret@host:80/a", "http://host:80/a"),
        ("http://user:sec@ret@host/a@b", "http://host/a@b"),
        ("http://[::1]:6333/collections", "http://[::1]:6333/collections"),
        ("http://user:secret@[::1]", "http://[::1]"),
        ("http://host?secret", "http://host"),
        ("http://user:secret@host?a=http://b@c/", "http://host"),
    ]

    @Test(arguments: redactions)
    func secretsAreCutFromURLs(_ url: String, _ redacted: String) throws {
        #expect(try RequestURL(url).redacted == redacted)
    }

    static let invalidURLs = [
        "", "host", "/path", "ftp://host/", "file:///etc/passwd", "http:/host", "http://", "http:///path", "http://@/",
        "http://host:port/", "http://host:99999/", "http://host:+80/", "http://user:secret/@host/", "http://[::1",
        "http://[::1]x/", "http://ho st/", "http://host/a b", "http://host/a\r\nX-Injected: 1", "http://host/\u{0}",
        " http://host/",
    ]

    @Test(arguments: invalidURLs)
    func invalidURLsAreRefusedWithoutRepeatingThem(_ url: String) async throws {
        let transport = try await HTTPTransport()
        let error = await #expect(throws: HTTPTransportError.self) {
            try await transport.perform(HTTPRequest(.get, url))
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.description.contains("secret") == false)
    }

    static let invalidHeaders = [
        ("", "x"), ("A B", "x"), ("A:", "x"), ("A\r\nB", "x"), ("\u{e9}", "x"), ("A", "x\r\nB: y"), ("A", "x\ny"),
        ("A", "x\ry"), ("A", "x\u{0}y"), ("Content-Length", "3"), ("transfer-encoding", "chunked"),
    ]

    @Test(arguments: invalidHeaders)
    func invalidHeadersAreRefusedAndNothingIsSent(_ name: String, _ value: String) async throws {
        let server = try TestServer.shared()
        let transport = try await HTTPTransport()
        let request = HTTPRequest(.get, "\(server.origin)/echo", headers: [(name, value)])
        let code = await transport.failure(of: request)
        #expect(code == .invalidRequest)
        #expect(await transport.statistics == HTTPTransport.Statistics())
    }

    static let invalidConfigurations: [@Sendable (inout HTTPTransport.Configuration) -> Void] = [
        { $0.connectTimeout = .zero }, { $0.maximumIdleConnections = 0 }, { $0.maximumConcurrentExchanges = 0 },
        { $0.maximumWaitingExchanges = -1 }, { $0.maximumHeaderBytes = 0 }, { $0.userAgent = "a\r\nb: c" },
        { $0.certificateAuthorityFile = "/nonexistent.pem" }, { $0.maximumIdleTime = .zero },
    ]

    @Test(arguments: invalidConfigurations.indices)
    func invalidConfigurationsAreRefused(_ index: Int) async {
        var configuration = HTTPTransport.Configuration()
        Self.invalidConfigurations[index](&configuration)
        let error = await #expect(throws: HTTPTransportError.self) {
            _ = try await HTTPTransport(configuration: configuration)
        }
        #expect(error?.code == .invalidConfiguration)
    }
}
