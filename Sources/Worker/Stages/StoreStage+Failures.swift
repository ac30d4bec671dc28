internal import JobQueue
internal import Reactor
internal import VectorStore

/// What becomes of items whose call failed.
extension StoreStage {
    /// Whether the call's other parts are still to be tried. Otherwise all of it waits again.
    func goesOn(
        after error: VectorStoreError,
        _ items: [WorkItem],
        _ bisection: inout Bisection,
        _ call: Call
    ) async -> Bool {
        if error.code == .noSuchCollection {
            return await makesCollection(after: error, items, &bisection, call)
        }
        switch error.blame {
        case .job:
            health.answered(call.permit, call.target)
            if items.count > 1 { bisection.divide(items) } else { refuse(items, error) }
            return true
        case .passing where health.blamesBatch(call.permit, call.target, thatFailedBefore: failedBefore(items)):
            bisection.failed(items, at: .now, error)
            guard bisection.isDoubtful else { return true }
            for item in bisection.rest { item.failedAt = .now }
            convict(bisection.culprits, call)
            storeFailed(call, error)
            queue.putBack(bisection.rest, to: call.target)
            return false
        case .passing, .service:
            if error.blame == .passing { for item in items { item.failedAt = .now } }
            storeFailed(call, error)
        case .cancelled:
            health.abandoned(call.permit, call.target)
        }
        putBack(items, bisection, call.target)
        return false
    }

    /// The collection is declared, or the job would not be here: it is made, and the call is made again.
    private func makesCollection(
        after missing: VectorStoreError,
        _ items: [WorkItem],
        _ bisection: inout Bisection,
        _ call: Call
    ) async -> Bool {
        do throws(VectorStoreError) {
            try await maker.make(call.target.collection, missing)
            bisection.retry(items)
            return true
        } catch {
            if error.blame == .cancelled {
                health.abandoned(call.permit, call.target)
            } else {
                storeFailed(call, error)
            }
            putBack(items, bisection, call.target)
            return false
        }
    }

    func putBack(_ items: [WorkItem], _ bisection: Bisection, _ target: CallTarget) {
        queue.putBack(bisection.culprits.map(\.part) + items + bisection.rest, to: target)
    }

    /// When the last of them failed that each failed before; nil where one never did.
    private func failedBefore(_ items: [WorkItem]) -> ContinuousClock.Instant? {
        let times = items.compactMap(\.failedAt)
        return times.count == items.count ? times.max() : nil
    }

    /// Each failed alone. It is charged where another call succeeded afterwards, or where this is not the first time.
    func convict(_ culprits: [Bisection.Culprit], _ call: Call) {
        for culprit in culprits where !culprit.part.isSettled {
            let item = culprit.part
            item.failuresAlone += 1
            let isProven = health.hasSucceeded(call.target, since: culprit.failedAt)
            if isProven || item.failuresAlone >= Self.failuresAlone {
                delegate?.failedInPassing(item, .storeFailed(culprit.error.message))
            } else {
                item.failedAt = .now
                storeFailed(call, culprit.error)
                queue.putBack([item], to: call.target)
            }
        }
    }

    private func storeFailed(_ call: Call, _ error: VectorStoreError) {
        health.failed(
            call.permit,
            call.target,
            error.message,
            code: "\(error.code)",
            hint: error.hint,
            retryAfter: error.retryAfter
        )
    }

    private func refuse(_ items: [WorkItem], _ error: VectorStoreError) {
        for item in items where !item.isSettled { delegate?.failed(item, .storeRefused(item.job, error.message)) }
    }
}
