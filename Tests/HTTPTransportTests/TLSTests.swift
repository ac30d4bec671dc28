import HTTPTransport
import Testing

@Suite struct TLSTests {
    let server: TestServer
    let trusting: HTTPTransport

    init() async throws {
        server = try TestServer.shared()
        var configuration = HTTPTransport.Configuration()
        configuration.certificateAuthorityFile = server.certificateFile
        trusting = try await HTTPTransport(configuration: configuration)
    }

    @Test func trustedCertificateIsAccepted() async throws {
        for _ in 0..<3 {
            let request = HTTPRequest(.put, "\(server.secureOrigin)/reflect", body: .init(repeating: 1, count: 300_000))
            #expect(try await trusting.perform(request).body.count == 300_000)
        }
        #expect(await trusting.statistics.connectionsOpened == 1)
    }

    @Test func exchangesAtATimeWithoutHTTP2HaveConnectionsOfTheirOwn() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<30 {
                let request = HTTPRequest(.get, "\(server.secureOrigin)/gauge")
                group.addTask { [trusting] in try await trusting.perform(request).status }
            }
            for try await status in group {
                #expect(status == 200)
            }
        }
    }

    @Test func unknownAuthorityIsRefused() async throws {
        let transport = try await HTTPTransport()
        let request = HTTPRequest(.get, "\(server.secureOrigin)/echo")
        let code = await transport.failure(of: request)
        #expect(code == .tlsFailed)
    }

    @Test func certificateOfAnotherNameIsRefused() async throws {
        let request = HTTPRequest(.get, "\(server.secureOriginOfAnotherName)/echo")
        let code = await trusting.failure(of: request)
        #expect(code == .tlsFailed)
    }
}
