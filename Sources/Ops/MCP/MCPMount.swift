internal import HTTPTypes
package import Hummingbird
package import Logging
package import MCP
internal import NIOCore

/// An endpoint of the Model Context Protocol at `/mcp`: who calls is found out here, the rest is the endpoint's.
package struct MCPMount<Caller: Sendable>: MCPMounting {
    private let endpoint: HTTPEndpoint<Caller>
    private let access: MCPAccess<Caller>
    private let maximumBodyBytes: Int
    private let closing: @Sendable () async -> Void

    /// - Parameter close: called when the last request has been answered.
    package init(
        _ server: MCPServer<Caller>,
        access: MCPAccess<Caller>,
        configuration: HTTPEndpointConfiguration,
        close: @escaping @Sendable () async -> Void
    ) {
        endpoint = HTTPEndpoint(server, configuration)
        self.access = access
        maximumBodyBytes = configuration.maximumBodyBytes
        closing = close
    }

    package func stop() {
        endpoint.stop()
    }

    package func close() async {
        await closing()
    }

    package func add(
        to router: Router<OpsContext>,
        rules: RequestRules,
        connections: Connections,
        logger: Logger
    ) {
        // The endpoint says itself which methods there are.
        for method in [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect] as [HTTPRequest.Method] {
            router.on("/mcp", method: method) { request, context in
                do throws(OpsError) {
                    let (caller, owner) = try access.admit(request.facts, rules)
                    return try await answer(request, caller, owner, context.channel, connections)
                } catch {
                    log(error, request, logger)
                    return error.messageResponse
                }
            }
        }
    }

    private func answer(
        _ request: Request,
        _ caller: Caller,
        _ owner: String,
        _ channel: any Channel,
        _ connections: Connections
    ) async throws(OpsError) -> Response {
        let fields = request.headers
        let message = HTTPEndpointRequest(
            method: request.method.rawValue,
            headers: { name in HTTPField.Name(name).map { fields[values: $0] } ?? [] },
            body: request.method == .post ? try await body(of: request)[...] : [],
            caller: caller,
            owner: owner
        )
        // What a client's going away means is the endpoint's to say.
        let answer = try await connections.whileConnected(channel) { [endpoint] () async throws(OpsError) in
            await endpoint.handle(message)
        }
        var response = Response(status: HTTPResponse.Status(code: answer.status))
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { response.headers.append(HTTPField(name: name, value: value)) }
        }
        switch answer.body {
        case .none: break
        case .json(let bytes): response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .events(let stream): response.body = Self.body(stream, channel, connections)
        }
        return response
    }

    private func body(of request: Request) async throws(OpsError) -> [UInt8] {
        do {
            return try await request.bytes(upTo: maximumBodyBytes, setting: "mcp.maximumBodyBytes")
        } catch let error as OpsError {
            throw error
        } catch {
            throw OpsError(400, "unreadable", "the body ended before its end")
        }
    }

    private static func body(
        _ stream: HTTPEventStream,
        _ channel: any Channel,
        _ connections: Connections
    ) -> ResponseBody {
        ResponseBody { writer in
            connections.whenDeparted(channel) { stream.abandon() }
            connections.beginAnswer(channel)
            defer {
                connections.forgetDeparture(of: channel)
                connections.endAnswer(channel)
                stream.abandon()
            }
            for await chunk in stream {
                // A client that does not read is one that keeps us waiting.
                connections.endAnswer(channel)
                try await writer.write(ByteBuffer(bytes: chunk))
                connections.beginAnswer(channel)
            }
            try await writer.finish(nil)
        }
    }

    /// Never the token or the body.
    private func log(_ error: OpsError, _ request: Request, _ logger: Logger) {
        logger.info(
            "mcp_refused",
            metadata: ["method": "\(request.method.rawValue)", "status": "\(error.status) \(error.code)"]
        )
    }
}
