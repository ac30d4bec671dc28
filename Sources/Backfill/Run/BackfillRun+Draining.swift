internal import JobQueue
internal import Reactor
internal import RedisClient

/// Until the workers are done.
extension BackfillRun {
    /// Until every job of the run is done.
    ///
    /// - Returns: nil where Redis has come back with less than it had, and the rest is to be poured in again.
    func drain() async throws(BackfillError) -> BackfillSummary.State? {
        var watch = VanishedJobs()
        while !isOver {
            let reason = await reasonToWait(0)
            if let reason, case .redisAway = reason {
                await wait(for: reason, Self.tellInterval)
                continue
            }
            if progress.tally.finished >= checkpoint.enqueued {
                await settleAccounts()
                return .finished
            }
            if gauges.isTallyGone {
                throw BackfillError(
                    .jobsVanished,
                    "Redis has lost the count of the run \(writer.run): run it again with --restart; nothing is doubled"
                )
            }
            let missing = checkpoint.enqueued - progress.tally.finished
            if watch.areGone(missing: missing, inQueue: gauges.inQueue) {
                if await isRolledBack() { return nil }
                throw BackfillError(
                    .jobsVanished,
                    "\(missing) jobs are on the lane no more and were not done: run it again with --restart; nothing is "
                        + "doubled"
                )
            }
            if let reason = reasonToDrainSlowly(reason) {
                await wait(for: reason, Self.tellInterval)
            } else {
                await goOn()
                try? await Task.sleep(for: Self.tellInterval)
            }
        }
        return .stopped
    }

    private func isRolledBack() async -> Bool {
        let outcome = try? await writer.recover()
        guard case .rolledBack(let state)? = outcome else { return false }
        checkpoint = Checkpoint(state.fields)
        return true
    }

    /// Nothing is added any more: what keeps others from adding is no news.
    private func reasonToDrainSlowly(_ reason: WaitReason?) -> WaitReason? {
        switch reason {
        case .lanePaused?, .budget?, .provider?: reason
        default: gauges.figures.workers == 0 ? .noWorkers(jobs: gauges.figures.lag) : nil
        }
    }

    /// What a call has cost is booked a little after its jobs are done.
    private func settleAccounts() async {
        var before: Int?
        for _ in 0..<Self.maximumLooks {
            do throws(RedisError) {
                try await gauges.refreshLedger()
            } catch {
                return
            }
            if before != nil, before == gauges.tokens { break }
            before = gauges.tokens
            try? await Task.sleep(for: Self.tellInterval)
        }
        update()
    }
}
