import Reactor
import Testing

@testable import Worker

@Suite("Circuit")
struct CircuitTests {
    enum Event: Sendable {
        /// A call asks to go out; keeps its permit under the number.
        case begin(Int)
        /// A call asks to go out, and must not.
        case refused
        case succeeded(Int)
        /// The service refused what it was sent.
        case answered(Int)
        case failed(Int, retryAfter: Duration? = nil)
        case abandoned(Int)
        case wait(Duration)
    }

    private static let backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(1))
    /// More than the first wait can be.
    private static let over = Event.wait(.milliseconds(101))

    nonisolated static let sequences: [(String, [Event], Circuit.State, failures: Int)] = [
        ("nothing happened", [], .closed, 0),
        ("any number of calls go out", [.begin(1), .begin(2), .begin(3), .succeeded(1)], .closed, 0),
        ("a failure opens", [.begin(1), .failed(1), .refused], .open, 1),
        ("after the wait one call may go", [.begin(1), .failed(1), over], .halfOpen, 1),
        ("one alone", [.begin(1), .failed(1), over, .begin(2), .refused, .wait(.seconds(9)), .refused], .halfOpen, 1),
        (
            "the probe closes", [.begin(1), .failed(1), over, .begin(2), .succeeded(2), .begin(3), .begin(4)], .closed,
            0
        ),
        ("a refused probe closes too", [.begin(1), .failed(1), over, .begin(2), .answered(2)], .closed, 0),
        ("the probe opens again", [.begin(1), .failed(1), over, .begin(2), .failed(2), .refused], .open, 2),
        ("the probe was not made", [.begin(1), .failed(1), over, .begin(2), .abandoned(2), .begin(3)], .halfOpen, 1),
        ("in flight fail as one", [.begin(1), .begin(2), .begin(3), .failed(1), .failed(2), .failed(3)], .open, 1),
        ("late failure, no probe's", [.begin(1), .begin(2), .failed(1), over, .begin(3), .failed(2)], .halfOpen, 1),
        (
            "a late failure does not open what has recovered",
            [.begin(1), .begin(2), .failed(1), over, .begin(3), .succeeded(3), .failed(2)], .closed, 0
        ),
        ("a late success does not close", [.begin(1), .begin(2), .failed(1), .succeeded(2), .refused], .open, 1),
        ("a late refusal does not close", [.begin(1), .begin(2), .failed(1), .answered(2), .refused], .open, 1),
        ("late cancellation", [.begin(1), .begin(2), .failed(1), .abandoned(2), .refused], .open, 1),
        ("a cancelled call changes nothing", [.begin(1), .abandoned(1), .begin(2)], .closed, 0),
        (
            "the service's wish counts where it is longer",
            [.begin(1), .failed(1, retryAfter: .seconds(7)), .wait(.milliseconds(6_999)), .refused], .open, 1
        ),
        (
            "the service's wish is over",
            [.begin(1), .failed(1, retryAfter: .seconds(7)), .wait(.seconds(7)), .begin(2)], .halfOpen, 1
        ),
        (
            "the longest wish of calls that failed together counts",
            [
                .begin(1), .begin(2), .failed(1), .failed(2, retryAfter: .seconds(7)), .wait(.milliseconds(6_999)),
                .refused,
            ], .open, 1
        ),
        (
            "a success starts anew",
            [.begin(1), .failed(1), over, .begin(2), .succeeded(2), .begin(3), .failed(3), over, .begin(4)], .halfOpen,
            1
        ),
    ]

    @Test("Goes through its states", arguments: sequences)
    func states(_ name: String, _ events: [Event], _ state: Circuit.State, _ failures: Int) throws {
        var circuit = Circuit(backoff: Self.backoff)
        var now = ContinuousClock.now
        var permits: [Int: Circuit.Permit] = [:]
        for (index, event) in events.enumerated() {
            switch event {
            case .begin(let call):
                let permit = circuit.begin(at: now)
                #expect(permit != nil, "\(name): event \(index)")
                permits[call] = permit
            case .refused:
                let permit = circuit.begin(at: now)
                #expect(permit == nil, "\(name): event \(index)")
            case .succeeded(let call): _ = circuit.succeeded(try #require(permits[call]), began: now)
            case .answered(let call): _ = circuit.answered(try #require(permits[call]))
            case .failed(let call, let wish): _ = circuit.failed(try #require(permits[call]), at: now, retryAfter: wish)
            case .abandoned(let call): circuit.abandoned(try #require(permits[call]), at: now)
            case .wait(let duration): now += duration
            }
        }
        #expect(circuit.state(at: now) == state, "\(name)")
        #expect(circuit.failures == failures, "\(name)")
    }

    /// The macro does not take an expression that changes the circuit.
    private func required<Value>(_ value: Value?, _ location: SourceLocation = #_sourceLocation) throws -> Value {
        try #require(value, sourceLocation: location)
    }

    @Test("The wait grows with each failed probe up to its maximum, and starts anew after a success")
    func backoff() throws {
        var circuit = Circuit(backoff: Self.backoff)
        var now = ContinuousClock.now
        for ceiling in [0.1, 0.2, 0.4, 0.8, 1, 1] {
            let permit = try required(circuit.begin(at: now))
            let until = try required(circuit.failed(permit, at: now, retryAfter: nil))
            #expect(circuit.retryAt == until)
            #expect(now.duration(to: until) <= .seconds(ceiling))
            #expect(now.duration(to: until) >= .seconds(ceiling / 10))
            now = until
        }
        let probe = try required(circuit.begin(at: now))
        #expect(probe.isProbe)
        let hasClosed = circuit.succeeded(probe, began: now)
        #expect(hasClosed)
        let next = try required(circuit.begin(at: now))
        #expect(!next.isProbe)
        let hasClosedAgain = circuit.succeeded(next, began: now)
        #expect(!hasClosedAgain)
        let until = try required(circuit.failed(next, at: now, retryAfter: nil))
        #expect(now.duration(to: until) <= .milliseconds(100))
    }

    @Test("A failure is the batch's where it failed before, and a call that began since then succeeded")
    func blame() throws {
        var circuit = Circuit(backoff: Self.backoff)
        let start = ContinuousClock.now
        let failure = start + .seconds(1)
        let first = try required(circuit.begin(at: start))
        #expect(!circuit.blamesBatch(first, thatFailedBefore: nil))
        #expect(!circuit.blamesBatch(first, thatFailedBefore: failure))
        // Was out already when the batch failed.
        _ = circuit.succeeded(first, began: failure - .milliseconds(1))
        #expect(!circuit.blamesBatch(first, thatFailedBefore: failure))
        _ = circuit.succeeded(first, began: failure + .milliseconds(1))
        #expect(circuit.blamesBatch(first, thatFailedBefore: failure))
        #expect(!circuit.blamesBatch(first, thatFailedBefore: nil))
        // An older success takes nothing away.
        _ = circuit.succeeded(first, began: start)
        #expect(circuit.blamesBatch(first, thatFailedBefore: failure))

        // In an outage, that of before is worth nothing: neither to a call that was out, nor to the probe.
        let other = try required(circuit.begin(at: failure))
        let retryAt = try required(circuit.failed(other, at: failure, retryAfter: nil))
        #expect(!circuit.blamesBatch(first, thatFailedBefore: failure))
        let probe = try required(circuit.begin(at: retryAt))
        #expect(!circuit.blamesBatch(probe, thatFailedBefore: failure))
    }
}
