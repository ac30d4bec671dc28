import Reactor
import Testing

@testable import Worker

@Suite("ServiceGate")
struct ServiceGateTests {
    private let start = ContinuousClock.now

    private func gate() -> ServiceGate {
        ServiceGate(backoff: Backoff(initial: .milliseconds(100), maximum: .seconds(1)))
    }

    @Test("While all is well, any number of calls go out")
    func open() {
        var gate = gate()
        for _ in 0..<3 { #expect(gate.begin(at: start) == true) }
        #expect(gate.succeeded() == false)
    }

    @Test("After a failure none goes out until the backoff is over, then one alone")
    func oneProbe() {
        var gate = gate()
        #expect(gate.begin(at: start) == true)
        let until = gate.failed(at: start, retryAfter: nil)
        #expect(until > start && until <= start + .milliseconds(100))
        #expect(!gate.isOpen)
        #expect(gate.begin(at: start) == false)
        #expect(gate.begin(at: until) == true)
        #expect(gate.begin(at: until + .seconds(60)) == false)
        #expect(gate.succeeded() == true)
        #expect(gate.isOpen)
        #expect(gate.succeeded() == false)
        for _ in 0..<3 { #expect(gate.begin(at: until) == true) }
    }

    @Test("Calls that fail together are one failure")
    func failingTogether() {
        var gate = gate()
        let until = gate.failed(at: start, retryAfter: nil)
        #expect(gate.failed(at: start, retryAfter: .seconds(30)) == until)
    }

    @Test("The wait grows with each failed probe up to its maximum, and starts anew after a success")
    func backoff() {
        var gate = gate()
        var now = start
        for ceiling in [0.1, 0.2, 0.4, 0.8, 1, 1] {
            let until = gate.failed(at: now, retryAfter: nil)
            #expect(now.duration(to: until) <= .seconds(ceiling))
            #expect(now.duration(to: until) >= .seconds(ceiling / 10))
            now = until
            #expect(gate.begin(at: now) == true)
        }
        _ = gate.succeeded()
        #expect(now.duration(to: gate.failed(at: now, retryAfter: nil)) <= .milliseconds(100))
    }

    @Test("The service's own wish for a pause counts where it is the longer one")
    func retryAfter() {
        var gate = gate()
        #expect(gate.failed(at: start, retryAfter: .seconds(7)) == start + .seconds(7))
    }

    @Test("A probe that told nothing makes room for the next at once")
    func abandoned() {
        var gate = gate()
        gate.abandoned()
        #expect(gate.isOpen)
        let until = gate.failed(at: start, retryAfter: nil)
        gate.abandoned()
        #expect(gate.begin(at: start) == false, "a call that was out before must not end the backoff")
        #expect(gate.begin(at: until) == true)
        gate.abandoned()
        #expect(gate.begin(at: .now) == true)
    }

    @Test("A call that was out before the failure and succeeds opens the gate")
    func lateSuccess() {
        var gate = gate()
        _ = gate.failed(at: start, retryAfter: nil)
        #expect(gate.succeeded() == true)
        #expect(gate.begin(at: start) == true)
    }
}
