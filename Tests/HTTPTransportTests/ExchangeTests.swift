import HTTPTransport
import Testing

@Suite struct ExchangeTests {
    let server: TestServer
    let transport: HTTPTransport

    init() async throws {
        server = try TestServer.shared()
        transport = try await HTTPTransport()
    }

    static let sizes: [Int?] = [nil, 0, 1, 65_536, 65_537, 1_000_000]

    @Test(arguments: [HTTPRequest.Method.get, .put, .post, .delete], sizes)
    func methodAndBodyArriveAsGiven(_ method: HTTPRequest.Method, _ size: Int?) async throws {
        let body = size.map(pattern)
        let request = HTTPRequest(method, "\(server.origin)/echo?a=b%20c", body: body)
        let response = try await transport.perform(request)
        #expect(response.status == 200)
        let (fields, received) = try taken(response)
        #expect(fields.first == "\(method.rawValue) /echo?a=b%20c HTTP/1.1")
        #expect(received == body ?? [])
        let hasLength = fields.contains("content-length: \(size ?? 0)")
        #expect(hasLength == (size != nil || method == .put || method == .post))
    }

    @Test func headersArriveAsGivenAndNoOthers() async throws {
        let headers = [
            ("Authorization", "Bearer key"), ("X-Empty", ""), ("X-Comma", "a, b; c=\"d\""), ("X-Twice", "1"),
            ("X-Twice", "2"),
        ]
        let body = [UInt8](repeating: 0, count: 2 << 20)
        let request = HTTPRequest(.put, "\(server.origin)/echo", headers: headers, body: body)
        let (fields, _) = try taken(try await transport.perform(request))
        let host = try #require(server.origin.split(separator: "/").last)
        #expect(
            fields.dropFirst().sorted() == [
                "accept: */*", "authorization: Bearer key", "content-length: 2097152", "host: \(host)",
                "user-agent: memoir", "x-comma: a, b; c=\"d\"", "x-empty:", "x-twice: 1", "x-twice: 2",
            ]
        )
    }

    @Test func headersOfTheRequestReplaceTheTransports() async throws {
        let headers = [("user-agent", "other"), ("Accept", "application/json"), ("CONTENT-TYPE", "application/json")]
        let request = HTTPRequest(.post, "\(server.origin)/echo", headers: headers, body: [])
        let (fields, _) = try taken(try await transport.perform(request))
        let given = ["user-agent: other", "accept: application/json", "content-type: application/json"]
        #expect(given.allSatisfy { field in fields.count { $0 == field } == 1 })
        #expect(fields.count { $0.hasPrefix("user-agent:") || $0.hasPrefix("accept:") } == 2)
    }

    @Test func userAndPasswordAreSentAsBasicAuthentication() async throws {
        let url = "\(server.origin)/echo".replacing("http://", with: "http://user:pass%40word@")
        let (fields, _) = try taken(try await transport.perform(HTTPRequest(.get, url)))
        #expect(fields.contains("authorization: Basic dXNlcjpwYXNzQHdvcmQ="))
    }

    @Test(arguments: [200, 201, 204, 304, 400, 401, 404, 409, 429, 500, 503])
    func everyStatusIsAResponse(_ status: Int) async throws {
        let response = try await transport.perform(HTTPRequest(.post, "\(server.origin)/status?code=\(status)"))
        #expect(response.status == status)
        #expect(response.text == ([204, 304].contains(status) ? "" : "status"))
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectionsAreNotFollowed(_ status: Int) async throws {
        let target = "\(server.secureOrigin)/echo"
        let url = "\(server.origin)/status?code=\(status)&location=\(target)"
        let response = try await transport.perform(HTTPRequest(.get, url))
        #expect(response.status == status)
        #expect(response.header("location") == target)
        #expect(await transport.statistics.connectionsOpened == 1)
    }

    @Test func chunkedBodiesArePutTogetherAndTrailersDropped() async throws {
        let response = try await transport.perform(HTTPRequest(.get, "\(server.origin)/chunked?chunks=1000"))
        #expect(response.text == String(repeating: "chunk", count: 1_000))
        #expect(response.header("x-late") == nil)
    }

    @Test func interimResponsesArePassedOver() async throws {
        let response = try await transport.perform(HTTPRequest(.get, "\(server.origin)/interim"))
        #expect(response.status == 200)
        #expect(response.text == "final")
        #expect(response.header("link") == nil)
    }

    @Test func connectionsAreKeptAlive() async throws {
        var connections = Set<String?>()
        for _ in 0..<20 {
            let response = try await transport.perform(HTTPRequest(.post, "\(server.origin)/reflect", body: [1]))
            connections.insert(response.header("x-connection"))
        }
        #expect(connections.count == 1)
        #expect(await transport.statistics.connectionsOpened == 1)
        #expect(await transport.statistics.responses == 20)
    }

    @Test func largeBodiesGoBothWays() async throws {
        let body = pattern(count: 20_000_000)
        let response = try await transport.perform(HTTPRequest(.put, "\(server.origin)/reflect", body: body))
        #expect(response.body == body)
    }

    @Test(arguments: [3, 200_000])
    func connectionFoundClosedIsReplacedAndTheRequestSentAgain(_ size: Int) async throws {
        let body = pattern(count: size)
        let request = HTTPRequest(.post, "\(server.origin)/drop-unless-first", body: body)
        for _ in 0..<3 {
            let response = try await transport.perform(request)
            #expect(response.body == body)
            #expect(response.header("x-served") == "1")
        }
    }

    /// Request line and header lines, with names in lower case, and the body, as the server took them.
    private func taken(_ response: HTTPResponse) throws -> (fields: [String], body: [UInt8]) {
        let end = try #require(response.body.indices.first { response.body[$0...].starts(with: "\r\n\r\n".utf8) })
        let lines = String(decoding: response.body[..<end], as: UTF8.self).split(separator: "\r\n")
        let fields = lines.enumerated().map { index, line in
            guard index > 0, let colon = line.firstIndex(of: ":") else { return String(line) }
            return line[..<colon].lowercased() + line[colon...]
        }
        return (fields, Array(response.body[(end + 4)...]))
    }
}
