import MCP

/// What must hold of a response over HTTP.
struct ResponseOracle {
    private static let statuses: Set<Int> = [200, 202, 204, 400, 404, 405, 406, 413, 415, 503]
    private static let eventStart = Array("event: message\ndata: ".utf8)

    private var messages: MessageOracle

    init(version: ProtocolVersion, body: ArraySlice<UInt8>, hasMessages: Bool) {
        messages = MessageOracle(version: version)
        // Sent before, in a request of its own.
        messages.mayBeCancelled = true
        if hasMessages { messages.expect(body) }
    }

    var isSubscribed: Bool { messages.isSubscribed }

    mutating func check(_ response: HTTPEndpointResponse) throws(FuzzFinding) {
        guard Self.statuses.contains(response.status) else { throw FuzzFinding("status \(response.status)") }
        for header in response.headers where (header.name + header.value).utf8.contains(where: { $0 < 0x20 }) {
            throw FuzzFinding("a header that is none: \(header)")
        }
        let type = response.headers.first { $0.name == "Content-Type" }?.value
        switch response.body {
        case .none:
            guard [202, 204, 405].contains(response.status), type == nil else {
                throw FuzzFinding("nothing with the status \(response.status)")
            }
        case .json(let message):
            guard type == "application/json" else { throw FuzzFinding("JSON as \(type ?? "nothing")") }
            messages.mayBeRefused = response.status != 200
            try messages.check(message)
            try messages.finish()
        case .events:
            guard response.status == 200, type == "text/event-stream" else {
                throw FuzzFinding("events with \(response.status) and \(type ?? "nothing")")
            }
        }
    }

    /// One event, whole, or a comment.
    mutating func check(chunk: [UInt8]) throws(FuzzFinding) {
        guard !chunk.starts(with: [UInt8(ascii: ":")]) else { return }
        guard chunk.starts(with: Self.eventStart), chunk.suffix(2) == [0x0A, 0x0A] else {
            throw FuzzFinding("this is no event", chunk)
        }
        try messages.check(Array(chunk.dropFirst(Self.eventStart.count).dropLast(2)))
    }

    mutating func finish() throws(FuzzFinding) {
        try messages.finish()
    }
}
