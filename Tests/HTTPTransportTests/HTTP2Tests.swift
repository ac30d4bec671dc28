import HTTPTransport
import Testing

/// Over TLS to an nginx, which passes everything on to `server.py`.
@Suite struct HTTP2Tests {
    let server: TestServer
    let transport: HTTPTransport

    init() async throws {
        server = try TestServer(http2: true)
        var configuration = HTTPTransport.Configuration()
        configuration.certificateAuthorityFile = server.certificateFile
        transport = try await HTTPTransport(configuration: configuration)
    }

    @Test func exchangesAtATimeShareOneConnection() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<32 {
                group.addTask {
                    for round in 0..<10 {
                        let body = [UInt8](repeating: UInt8(index), count: index * round * 500)
                        let request = HTTPRequest(.put, "\(server.http2Origin)/reflect", body: body)
                        let response = try await transport.perform(request)
                        #expect(response.header("x-protocol") == "HTTP/2.0")
                        #expect(response.body == body)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await transport.statistics.connectionsOpened == 1)
        #expect(await transport.statistics.responses == 320)
    }

    @Test func largeBodiesGoBothWays() async throws {
        let body = pattern(count: 5_000_000)
        let response = try await transport.perform(HTTPRequest(.put, "\(server.http2Origin)/reflect", body: body))
        #expect(response.body == body)
    }

    @Test func endOfOneExchangeLeavesTheOthers() async throws {
        let staying = HTTPRequest(.get, "\(server.http2Origin)/hold?token=staying")
        let leaving = HTTPRequest(.get, "\(server.http2Origin)/hold?token=leaving")
        let late = HTTPRequest(.get, "\(server.http2Origin)/hold?token=late", timeout: .milliseconds(300))
        let stays = Task { try await transport.perform(staying).text }
        let leaves = Task { await transport.failure(of: leaving) }
        try await server.wait(for: "started:staying")
        try await server.wait(for: "started:leaving")
        #expect(await transport.failure(of: late) == .timedOut)
        leaves.cancel()
        #expect(await leaves.value == .cancelled)
        // Asked on the same connection: libcurl 7.88 sends the reset of a stream along with the next request.
        let left = HTTPRequest(.get, "\(server.http2Origin)/until?event=aborted:leaving")
        #expect(try await transport.perform(left).text == "happened")
        _ = try await transport.perform(HTTPRequest(.get, "\(server.http2Origin)/set?event=release:staying"))
        #expect(try await stays.value == "released")
        #expect(await transport.statistics.connectionsOpened == 1)
    }
}
