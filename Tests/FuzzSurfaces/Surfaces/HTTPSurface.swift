import MCP
import MemoryTools

/// Requests over HTTP that come at once, with a session that is open: `h`, the session's version, who calls, how the
/// queue answers, whether the client stays to the end; then requests as they look on the wire, with `@session` for the
/// session's id, and between two of them the byte 0x1E.
enum HTTPSurface {
    private struct Request {
        let method: String
        let headers: [String: [String]]
        let body: ArraySlice<UInt8>

        init(_ text: ArraySlice<UInt8>, session: String) {
            var rest = text
            var lines: [String] = []
            while !rest.isEmpty {
                let line = rest.prefix { $0 != UInt8(ascii: "\n") }
                rest = rest.dropFirst(line.count + 1)
                if line.isEmpty || lines.count == 16 { break }
                lines.append(String(decoding: line, as: UTF8.self))
            }
            var headers: [String: [String]] = [:]
            for line in lines.dropFirst() {
                let name = line.prefix { $0 != ":" }
                let value = line.dropFirst(name.count + 1).drop { $0 == " " }
                headers[name.lowercased(), default: []].append(value == "@session" ? session : String(value))
            }
            method = lines.first ?? ""
            self.headers = headers
            body = rest
        }
    }

    static func run(_ reader: inout FuzzReader) async throws(FuzzFinding) {
        let version = reader.one(of: FuzzServer.versions) ?? .v2025November
        let caller = reader.one(of: FuzzServer.callers)
        let mood = reader.one(of: OddQueue.Mood.allCases)
        let isLeaving = reader.one(of: [false, true])
        let endpoint = HTTPEndpoint(FuzzServer.server)
        let session = try await open(endpoint, version, caller)
        let requests = reader.rest.split(separator: 0x1E, maxSplits: 7).map { Request($0, session: session) }
        let findings = await OddQueue.$mood.withValue(mood) {
            await withTaskGroup(of: FuzzFinding?.self) { group in
                for request in requests {
                    group.addTask {
                        do throws(FuzzFinding) {
                            try await answer(request, endpoint, version, caller, isLeaving: isLeaving)
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: [FuzzFinding]()) { if let finding = $1 { $0.append(finding) } }
            }
        }
        endpoint.stop()
        if let finding = findings.first { throw finding }
    }

    /// - Returns: the session's id.
    private static func open(
        _ endpoint: HTTPEndpoint<MemoryCaller>,
        _ version: ProtocolVersion,
        _ caller: MemoryCaller
    ) async throws(FuzzFinding) -> String {
        let parameters = #"{"protocolVersion":"\#(version.rawValue)"}"#
        let body = #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":\#(parameters)}"#
        let request = HTTPEndpointRequest(
            method: "POST",
            headers: { $0 == "content-type" ? ["application/json"] : [] },
            body: Array(body.utf8)[...],
            caller: caller,
            owner: ""
        )
        let response = await endpoint.handle(request)
        guard let session = response.headers.first(where: { $0.name == "Mcp-Session-Id" }) else {
            throw FuzzFinding("no session was opened: \(response.status)")
        }
        return session.value
    }

    private static func answer(
        _ request: Request,
        _ endpoint: HTTPEndpoint<MemoryCaller>,
        _ version: ProtocolVersion,
        _ caller: MemoryCaller,
        isLeaving: Bool
    ) async throws(FuzzFinding) {
        let response = await endpoint.handle(
            HTTPEndpointRequest(
                method: request.method,
                headers: { request.headers[$0] ?? [] },
                body: request.body,
                caller: caller,
                owner: ""
            )
        )
        var oracle = ResponseOracle(version: version, body: request.body, hasMessages: request.method == "POST")
        try oracle.check(response)
        guard case .events(let stream) = response.body else { return }
        for await chunk in stream {
            try oracle.check(chunk: chunk)
            // Ends the subscriptions, which would go on for ever.
            if oracle.isSubscribed { endpoint.stop() }
            if isLeaving { return }
        }
        try oracle.finish()
    }
}
