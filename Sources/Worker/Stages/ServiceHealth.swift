internal import Reactor

/// What the calls to one service say of it: a circuit for each target, and one line in the log when it goes away and one
/// when it is back.
@Reactor
final class ServiceHealth {
    /// What is shown of the circuits: the one that is worst off.
    struct Report: Sendable, Equatable {
        var state = Circuit.State.closed
        /// In a row.
        var failures = 0
        /// When the next call may go out, in milliseconds since 1970; nil unless it is open.
        var retryAt: Int?
    }

    private let backoff: Backoff
    /// A circuit that nobody has tried for so long after its wait has nothing waiting for it, and is no problem.
    private let forgottenAfter: Duration
    private let outage: OutageLog
    private let pool: CallPool
    private var circuits: [CallTarget: Circuit] = [:]

    init(backoff: Backoff, forgottenAfter: Duration = .seconds(5), outage: OutageLog, pool: CallPool) {
        self.backoff = backoff
        self.forgottenAfter = forgottenAfter
        self.outage = outage
        self.pool = pool
    }

    /// Why something does not go out, nil while all is well.
    var problem: String? { outage.current }

    var report: Report {
        var worst = Report()
        guard problem != nil else { return worst }
        let now = ContinuousClock.now
        for circuit in circuits.values where circuit.failures > worst.failures {
            let state = circuit.state(at: now)
            let wait = circuit.retryAt.map { Int(now.duration(to: $0) / .milliseconds(1)) }
            worst = Report(
                state: state,
                failures: circuit.failures,
                retryAt: state == .open ? wait.map { WallClock.milliseconds + $0 } : nil
            )
        }
        return worst
    }

    func admission(_ target: CallTarget) -> Circuit.Admission { circuit(target).admission(at: .now) }

    func begin(_ target: CallTarget) -> Circuit.Permit? { update(target) { $0.begin(at: .now) } }

    func isCurrent(_ permit: Circuit.Permit, _ target: CallTarget) -> Bool { circuit(target).isCurrent(permit) }

    func blamesBatch(
        _ permit: Circuit.Permit,
        _ target: CallTarget,
        thatFailedBefore earlier: ContinuousClock.Instant?
    ) -> Bool {
        circuit(target).blamesBatch(permit, thatFailedBefore: earlier)
    }

    /// Whether a call that began after that has succeeded.
    func hasSucceeded(_ target: CallTarget, since instant: ContinuousClock.Instant) -> Bool {
        circuit(target).lastSuccessBegan.map { $0 > instant } ?? false
    }

    func succeeded(_ permit: Circuit.Permit, _ target: CallTarget, began: ContinuousClock.Instant) {
        if update(target, { $0.succeeded(permit, began: began) }) { recovered() }
    }

    func answered(_ permit: Circuit.Permit, _ target: CallTarget) {
        if update(target, { $0.answered(permit) }) { recovered() }
    }

    func abandoned(_ permit: Circuit.Permit, _ target: CallTarget) {
        update(target) { $0.abandoned(permit, at: .now) }
    }

    /// - Parameters:
    ///   - code: stable, for programs.
    ///   - hint: what a person can do about it.
    func failed(
        _ permit: Circuit.Permit,
        _ target: CallTarget,
        _ error: String,
        code: String,
        hint: String,
        retryAfter: Duration?
    ) {
        if isCurrent(permit, target) { outage.failed(error, code: code, hint: hint) }
        if let retryAt = update(target, { $0.failed(permit, at: .now, retryAfter: retryAfter) }) {
            pool.wakeOne(at: retryAt)
        }
    }

    private func recovered() {
        pool.wakeAll()
        let isWell = circuits.values.allSatisfy { circuit in
            if let retryAt = circuit.retryAt { return retryAt + forgottenAfter < .now }
            return circuit.failures == 0
        }
        if isWell { outage.recovered() }
    }

    private func circuit(_ target: CallTarget) -> Circuit { circuits[target] ?? Circuit(backoff: backoff) }

    @discardableResult
    private func update<Result>(_ target: CallTarget, _ change: (inout Circuit) -> Result) -> Result {
        change(&circuits[target, default: Circuit(backoff: backoff)])
    }
}
