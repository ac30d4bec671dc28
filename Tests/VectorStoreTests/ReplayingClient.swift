import HTTPTransport
import Synchronization

/// Answers with what it was given, in order, and keeps what it was asked.
final class ReplayingClient: HTTPClient {
    private struct State {
        var answers: [Result<HTTPResponse, HTTPTransportError>]
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    init(_ answers: [Result<HTTPResponse, HTTPTransportError>]) {
        state = Mutex(State(answers: answers))
    }

    convenience init(_ bodies: String...) {
        self.init(bodies.map { .success(HTTPResponse(status: 200, body: Array($0.utf8))) })
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func perform(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw HTTPTransportError(.closed, "no answer is left", url: request.url) }
        return try answer.get()
    }
}
