internal import Reactor

/// One call of `perform` until it is answered.
struct Exchange {
    enum State {
        case new
        /// For a slot, until the timer fires at the deadline.
        case waiting(TimerToken)
        case running(Transfer)
    }

    typealias Outcome = Result<HTTPResponse, HTTPTransportError>

    let request: HTTPRequest
    let url: RequestURL
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Outcome, Never>
    var state = State.new
}
