import HTTPTransport
import Testing

/// Each with a server of its own, since they count what arrives there.
@Suite struct AdmissionTests {
    let server: TestServer

    init() throws {
        server = try TestServer()
    }

    @Test func twoHundredExchangesShareSixtyFourSlots() async throws {
        let transport = try await HTTPTransport()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<200 {
                let request = HTTPRequest(.post, "\(server.origin)/gauge", body: [1])
                group.addTask { try await transport.perform(request).status }
            }
            for try await status in group {
                #expect(status == 200)
            }
        }
        #expect(try await server.figure("peak") == 64)
        // Those of the exchanges, that of the question before, and that of this one.
        #expect(try await server.figure("connections") == 66)
        #expect(await transport.statistics.connectionsOpened == 64)
    }

    @Test func lineHasABoundAndATimeout() async throws {
        var configuration = HTTPTransport.Configuration()
        configuration.maximumConcurrentExchanges = 1
        configuration.maximumWaitingExchanges = 1
        let transport = try await HTTPTransport(configuration: configuration)
        let holding = Task { try await transport.perform(HTTPRequest(.get, "\(server.origin)/hold?token=c")) }
        try await server.wait(for: "started:c")

        let late = HTTPRequest(.get, "\(server.origin)/echo", timeout: .milliseconds(200))
        let waiting = Task { await transport.failure(of: late) }
        while await transport.statistics.waiting == 0 { await Task.yield() }
        let refused = await transport.failure(of: late)
        #expect(refused == .queueFull)
        #expect(await waiting.value == .timedOut)
        #expect(await transport.statistics.waiting == 0)

        _ = try await HTTPTransport().perform(HTTPRequest(.get, "\(server.origin)/set?event=release:c"))
        #expect(try await holding.value.text == "released")
        #expect(try await transport.perform(HTTPRequest(.get, "\(server.origin)/reflect")).status == 200)
    }

    @Test func shutdownEndsEverything() async throws {
        var configuration = HTTPTransport.Configuration()
        configuration.maximumConcurrentExchanges = 1
        let transport = try await HTTPTransport(configuration: configuration)
        let request = HTTPRequest(.get, "\(server.origin)/hold?token=d")
        let running = Task { await transport.failure(of: request) }
        try await server.wait(for: "started:d")
        let waiting = Task { await transport.failure(of: request) }
        while await transport.statistics.waiting == 0 { await Task.yield() }

        await transport.shutdown()
        #expect(await running.value == .closed)
        #expect(await waiting.value == .closed)
        try await server.wait(for: "aborted:d")
        let later = await transport.failure(of: request)
        #expect(later == .closed)
        let statistics = await transport.statistics
        #expect(statistics.inFlight == 0 && statistics.waiting == 0)
        await transport.shutdown()
    }

    @Test func idleConnectionsAreClosedWithTheTransport() async throws {
        weak var gone: HTTPTransport?
        do {
            let transport = try await HTTPTransport()
            gone = transport
            #expect(try await transport.perform(HTTPRequest(.get, "\(server.origin)/reflect")).status == 200)
        }
        while gone != nil { await Task.yield() }
    }
}
