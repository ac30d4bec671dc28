import HTTPTransport
import JSON
import Reactor
import Synchronization

/// A collector that answers as it is told to, and keeps what it was sent.
final class ScriptedCollector: HTTPClient {
    enum Answer {
        case status(Int)
        case unreachable
        /// Until the exporter gives up waiting.
        case never
    }

    private struct State {
        var answers: [Answer] = []
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    /// - Parameter answers: in order; after the last one everything is accepted.
    init(_ answers: [Answer] = []) {
        state = Mutex(State(answers: answers))
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// The names of the spans of each request.
    var batches: [[String]] {
        requests.map { request in
            guard let document = try? JSONValue(parsing: request.body ?? []),
                case .array(let resources) = document["resourceSpans"],
                case .array(let scopes) = resources.first?["scopeSpans"],
                case .array(let spans) = scopes.first?["spans"]
            else { return [] }
            return spans.map { span in
                guard case .string(let name) = span["name"] else { return "" }
                return name
            }
        }
    }

    func perform(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? .status(200) : state.answers.removeFirst()
        }
        switch answer {
        case .status(let status): return HTTPResponse(status: status)
        case .unreachable: throw HTTPTransportError(.cannotConnect, "refused", url: "http://127.0.0.1:4318")
        case .never:
            try? await Task.sleep(for: .seconds(600))
            throw HTTPTransportError(.cancelled, "was cancelled", url: "http://127.0.0.1:4318")
        }
    }
}
