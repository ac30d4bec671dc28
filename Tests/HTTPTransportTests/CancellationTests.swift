import HTTPTransport
import Testing

/// Each with a server of its own, since they count what arrives there.
@Suite struct CancellationTests {
    let server: TestServer

    init() throws {
        server = try TestServer()
    }

    @Test func cancelledExchangeClosesItsConnection() async throws {
        let transport = try await HTTPTransport()
        let request = HTTPRequest(.get, "\(server.origin)/hold?token=a")
        let task = Task { await transport.failure(of: request) }
        try await server.wait(for: "started:a")
        #expect(await transport.statistics.inFlight == 1)
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(await transport.statistics.inFlight == 0)
        try await server.wait(for: "aborted:a")
        let next = try await transport.perform(HTTPRequest(.get, "\(server.origin)/chunked?chunks=1"))
        #expect(next.text == "chunk")
    }

    @Test func cancelledUploadLetsGoOfTheBody() async throws {
        let transport = try await HTTPTransport()
        let body = [UInt8](repeating: 7, count: 20_000_000)
        let request = HTTPRequest(.put, "\(server.origin)/reflect", body: body)
        for round in 0..<20 {
            // A route that never answers: an exchange that is done cannot be cancelled any more.
            let held = HTTPRequest(.put, "\(server.origin)/hold?token=upload\(round)", body: body)
            let task = Task { await transport.failure(of: held) }
            while await transport.statistics.inFlight == 0 { await Task.yield() }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
        #expect(try await transport.perform(request).body == body)
    }

    @Test func taskCancelledBeforehandSendsNothing() async throws {
        let transport = try await HTTPTransport()
        let request = HTTPRequest(.get, "\(server.origin)/echo")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await transport.failure(of: request)
        }
        #expect(await task.value == .cancelled)
        #expect(await transport.statistics == HTTPTransport.Statistics())
        #expect(try await server.figure("requests") == 1)
    }

    @Test func exchangeCancelledWhileItWaitsIsNeverSent() async throws {
        let transport = try await transport(slots: 1, line: 10)
        let holding = Task { try await transport.perform(HTTPRequest(.get, "\(server.origin)/hold?token=b")) }
        try await server.wait(for: "started:b")
        let request = HTTPRequest(.get, "\(server.origin)/echo")
        let waiting = Task { await transport.failure(of: request) }
        while await transport.statistics.waiting == 0 { await Task.yield() }
        waiting.cancel()
        #expect(await waiting.value == .cancelled)
        #expect(await transport.statistics.waiting == 0)
        _ = try await HTTPTransport().perform(HTTPRequest(.get, "\(server.origin)/set?event=release:b"))
        #expect(try await holding.value.text == "released")
        // The held one, "until", "set" and this question: the cancelled one is not among them.
        #expect(try await server.figure("requests") == 4)
    }

    @Test func manyCancelledAtRandomLeaveNothingBehind() async throws {
        let transport = try await transport(slots: 16, line: 1_000)
        let codes = await withTaskGroup(of: HTTPTransportError.Code?.self) { group in
            for index in 0..<300 {
                let request = HTTPRequest(.get, "\(server.origin)/gauge")
                let task = Task {
                    await transport.failure(of: request)
                }
                group.addTask {
                    if index % 3 != 0 {
                        try? await Task.sleep(for: .microseconds(index * 500))
                        task.cancel()
                    }
                    return await task.value
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.allSatisfy { $0 == nil || $0 == .cancelled })
        #expect(codes.count { $0 == nil } >= 100)
        let statistics = await transport.statistics
        #expect(statistics.inFlight == 0 && statistics.waiting == 0)
        #expect(statistics.responses + statistics.failures <= 300)
    }

    private func transport(slots: Int, line: Int) async throws -> HTTPTransport {
        var configuration = HTTPTransport.Configuration()
        configuration.maximumConcurrentExchanges = slots
        configuration.maximumWaitingExchanges = line
        return try await HTTPTransport(configuration: configuration)
    }
}
