import JSON
import MCP

/// What must hold of the messages that a server sends: that each is one of JSON-RPC 2.0, and answers what was asked,
/// once.
struct MessageOracle {
    private let version: ProtocolVersion?
    private var expected: [ExpectedAnswer] = []
    private var ids: [JSONValue] = []
    /// Which answer is whose then nobody can tell.
    private var hasSameIDs = false
    /// Errors that say not to whom: which of the answers that are still missing they are is told by what is left.
    private var unaddressed = 0
    private var hasBatch = false
    private var hasInitialize = false
    /// Requests may go unanswered.
    var mayBeCancelled = false
    /// Whatever was asked, the answer may be an error that says not to whom.
    var mayBeRefused = false
    /// A subscription was acknowledged, which goes on until somebody ends it.
    private(set) var isSubscribed = false

    /// - Parameter version: what was settled on before the first message.
    init(version: ProtocolVersion?) {
        self.version = version
    }

    /// What was sent.
    mutating func expect(_ line: ArraySlice<UInt8>) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(tolerant: line)
        } catch {
            expected.append(.unidentified)
            return
        }
        guard case .array(let elements) = value else { return expect(value) }
        // It may be refused as a whole, and then none of it is answered.
        hasBatch = true
        mayBeCancelled = true
        expected.append(.unidentified)
        for element in elements { expect(element) }
    }

    private mutating func expect(_ message: JSONValue) {
        switch message["method"] {
        case .string("notifications/cancelled"), .string("subscriptions/listen"): mayBeCancelled = true
        case .string("initialize"): hasInitialize = true
        default: break
        }
        guard let answer = ExpectedAnswer(message) else { return }
        if answer.ids.contains(where: ids.contains) { hasSameIDs = true }
        ids += answer.ids
        expected.append(answer)
    }

    /// - Parameter message: as it is sent, without what a transport puts around it.
    mutating func check(_ message: [UInt8]) throws(FuzzFinding) {
        do throws(FuzzFinding) {
            guard !message.contains(0x0A), !message.contains(0x0D) else { throw FuzzFinding("more than one line") }
            let value: JSONValue
            do throws(JSONError) {
                value = try JSONValue(tolerant: message[...])
            } catch {
                throw FuzzFinding("invalid JSON: \(error)")
            }
            guard case .array(let elements) = value else { return try check(value) }
            guard hasBatch, !elements.isEmpty else { throw FuzzFinding("an array that answers no batch") }
            for element in elements { try check(element) }
        } catch {
            throw FuzzFinding(error.description, message)
        }
    }

    /// Nothing more will come.
    func finish() throws(FuzzFinding) {
        guard !mayBeRefused else { return }
        let unidentified = expected.count(where: \.mayLackID)
        guard unaddressed <= unidentified else { throw FuzzFinding("\(unaddressed) errors with the id null") }
        guard !mayBeCancelled, unaddressed < expected.count else { return }
        throw FuzzFinding("not all was answered: \(expected)")
    }

    private mutating func check(_ message: JSONValue) throws(FuzzFinding) {
        guard case .object(let members) = message else { throw FuzzFinding("no object") }
        try MessageShape.checkNames(of: message)
        guard message["jsonrpc"] == .string("2.0") else { throw FuzzFinding("jsonrpc is not 2.0") }
        switch Set(members.map(\.name)) {
        case ["jsonrpc", "method", "params"]: try checkNotification(message)
        case ["jsonrpc", "id", "error"]:
            try MessageShape.check(error: message["error"] ?? .null)
            _ = try take(message["id"] ?? .null)
        case ["jsonrpc", "id", "result"]:
            guard let request = try take(message["id"] ?? .null), let result = message["result"] else {
                throw FuzzFinding("a result of nothing")
            }
            let mayBeFirst = version == .v2025March || hasInitialize
            try ResultShape(request, mayLackStructure: mayBeFirst && !request.isStateless).check(result)
        default: throw FuzzFinding("neither a result, an error nor a notification")
        }
    }

    /// What was asked under that id, which is then answered. nil for an error that says not to whom.
    private mutating func take(_ id: JSONValue) throws(FuzzFinding) -> ExpectedAnswer? {
        if id == .null {
            unaddressed += 1
            return nil
        }
        let index =
            expected.firstIndex { $0.ids.contains(id) && !$0.mayLackID } ?? expected.firstIndex { $0.ids.contains(id) }
        guard let index else { throw FuzzFinding("nothing was asked with that id, or it was answered before") }
        var answer = expected.remove(at: index)
        if hasSameIDs { answer.method = nil }
        return answer
    }

    private mutating func checkNotification(_ message: JSONValue) throws(FuzzFinding) {
        let parameters = message["params"]
        switch message["method"] {
        case .string("notifications/progress"):
            let token = parameters?["progressToken"]
            guard let token, hasSameIDs || expected.contains(where: { $0.token == token }) else {
                throw FuzzFinding("progress of no request that is worked on")
            }
            switch parameters?["progress"] {
            case .integer, .double: break
            default: throw FuzzFinding("progress is no number")
            }
        case .string("notifications/subscriptions/acknowledged"):
            guard case .object? = parameters?["notifications"] else { throw FuzzFinding("acknowledges nothing") }
            isSubscribed = true
        default: throw FuzzFinding("an unknown notification")
        }
    }
}
