import Glibc
import HTTPTransport
import Testing

@Suite struct FailureTests {
    let server: TestServer
    let transport: HTTPTransport

    init() async throws {
        server = try TestServer.shared()
        transport = try await HTTPTransport()
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        let target: String
        let code: HTTPTransportError.Code
        var maximumResponseBytes = 1 << 20
        var testDescription: String { target }
    }

    static let failures = [
        Failure(target: "/drop", code: .connectionLost),
        Failure(target: "/cut", code: .connectionLost),
        Failure(target: "/garbage", code: .invalidResponse),
        // Refused by the length announced: the server sends no more than one byte of it.
        Failure(target: "/claim?count=1000001", code: .responseTooLarge, maximumResponseBytes: 1_000_000),
        Failure(target: "/claim?count=99999999999999999999", code: .responseTooLarge),
        Failure(target: "/bytes?count=1001", code: .responseTooLarge, maximumResponseBytes: 1_000),
        Failure(target: "/endless", code: .responseTooLarge),
        Failure(target: "/headers?count=70&bytes=1000", code: .responseTooLarge),
        Failure(target: "/headers?count=1&bytes=300000", code: .responseTooLarge),
        Failure(target: "/endless-interim", code: .responseTooLarge),
    ]

    @Test(arguments: failures)
    func brokenAnswersHaveACode(_ failure: Failure) async throws {
        let request = HTTPRequest(
            .get,
            server.origin + failure.target,
            timeout: .seconds(15),
            maximumResponseBytes: failure.maximumResponseBytes
        )
        let code = await transport.failure(of: request)
        #expect(code == failure.code)
        // Nothing of it is left behind for the next exchange.
        let next = try await transport.perform(HTTPRequest(.get, "\(server.origin)/chunked?chunks=1"))
        #expect(next.text == "chunk")
    }

    @Test func responseOfExactlyTheBoundIsTaken() async throws {
        let request = HTTPRequest(.get, "\(server.origin)/bytes?count=1000", maximumResponseBytes: 1_000)
        #expect(try await transport.perform(request).body.count == 1_000)
        let headers = HTTPRequest(.get, "\(server.origin)/headers?count=60&bytes=1000")
        #expect(try await transport.perform(headers).headers.count == 63)
    }

    /// Without a deadline of the whole, one of them would go on for hours.
    @Test(.timeLimit(.minutes(1)), arguments: ["/hold?token=timeout", "/trickle"])
    func timeoutCoversTheWholeExchange(_ target: String) async throws {
        let request = HTTPRequest(.get, server.origin + target, timeout: .milliseconds(200))
        let start = ContinuousClock.now
        let code = await transport.failure(of: request)
        let elapsed = ContinuousClock.now - start
        #expect(code == .timedOut)
        // libcurl counts whole milliseconds of its own clock, from a moment before ours.
        #expect(elapsed >= .milliseconds(195))
    }

    @Test func timeoutThatIsOverAlreadyIsOne() async throws {
        let request = HTTPRequest(.get, "\(server.origin)/echo", timeout: .zero)
        let code = await transport.failure(of: request)
        #expect(code == .timedOut)
    }

    @Test func longestTimeoutIsBorne() async throws {
        let request = HTTPRequest(.get, "\(server.origin)/echo", timeout: .seconds(Int64.max))
        #expect(try await transport.perform(request).status == 200)
    }

    @Test func refusedConnectionIsToldFromOthers() async throws {
        let port = try freePort()
        let url = "http://user:secret@127.0.0.1:\(port)/path?key=secret"
        let error = await #expect(throws: HTTPTransportError.self) {
            try await transport.perform(HTTPRequest(.get, url))
        }
        #expect(error?.code == .cannotConnect)
        #expect(error?.url == "http://127.0.0.1:\(port)/path")
        #expect(error?.description.contains("secret") == false)
    }

    @Test func unknownHostIsToldFromOthers() async throws {
        let request = HTTPRequest(.get, "http://no-such-host.invalid/", timeout: .seconds(60))
        let code = await transport.failure(of: request)
        #expect(code == .cannotResolve)
    }

    /// A port on which nobody listens: bound and closed again.
    private func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
            }
        }
        try #require(result == 0)
        return UInt16(bigEndian: address.sin_port)
    }
}
