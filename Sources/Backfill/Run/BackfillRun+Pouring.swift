internal import JobQueue
internal import PostgresClient
internal import Reactor
internal import RedisClient

/// From the source onto the lane.
extension BackfillRun {
    func pour() async throws(BackfillError) {
        var page = try await nextPage()
        while let current = page, !isOver {
            var later = checkpoint
            later.add(current)
            // Read while this one is written. What was read is of no use where Redis comes back with less.
            if !current.isLast { beginReading(behind: later) }
            defer { reading?.cancel() }
            switch try await add(current, reaching: later) {
            case .added: page = current.isLast ? nil : try await pageRead()
            case .again:
                await giveUpReading()
                page = try await nextPage()
            case .over: return await giveUpReading()
            }
        }
    }

    /// Prefers the loop: a row that is there already must not cost a turn of the loop's queue.
    private func beginReading(behind checkpoint: Checkpoint) {
        reading = Task(executorPreference: Reactor.loop) { try await self.read(behind: checkpoint) }
    }

    /// The connection to the database is free afterwards.
    private func giveUpReading() async {
        reading?.cancel()
        _ = await reading?.result
        reading = nil
    }

    /// Nil where nothing is read, or it is not wanted any more.
    private func pageRead() async throws(BackfillError) -> SourcePage? {
        guard let reading else { return nil }
        defer { self.reading = nil }
        do {
            return try await reading.value
        } catch {
            throw error as? BackfillError ?? BackfillError(.databaseAway, "\(error)")
        }
    }

    private var isHeldBack: Bool { heldBackAt.map { $0.duration(to: .now) < Self.calmTime } ?? false }

    var isOver: Bool { isStopped || failure != nil }

    private func nextPage() async throws(BackfillError) -> SourcePage? {
        guard !checkpoint.isComplete else { return nil }
        beginReading(behind: checkpoint)
        return try await pageRead()
    }

    /// Tries until the database answers.
    private func read(behind checkpoint: Checkpoint) async throws(BackfillError) -> SourcePage? {
        let rest = (selection.limit ?? .max) - checkpoint.read
        let pace = throttle.limits.rowsPerSecond.map { max(1, Int($0)) } ?? .max
        let maximum = min(rest, pace, gauges.roomOfLane ?? .max, isHeldBack ? Self.calmRows : .max)
        var failures = 0
        while !isOver {
            do throws(PostgresError) {
                return try await pages.read(
                    after: checkpoint.after,
                    number: checkpoint.read,
                    maximum: maximum
                )
            } catch {
                if error.code == .cancelled { return nil }
                guard error.isPassing else { throw BackfillError(error) }
                failures += 1
                await wait(for: .databaseAway("\(error)"), configuration.backoff.wait(afterFailures: failures))
            }
        }
        return nil
    }

    private enum Addition {
        case added
        /// What follows on `checkpoint` is to be read again: Redis knows less than it did, or has less room.
        case again
        case over
    }

    /// Waits until the page may go, and until Redis has it.
    private func add(_ page: SourcePage, reaching later: Checkpoint) async throws(BackfillError) -> Addition {
        var failures = 0
        while !isOver {
            // Of a lane that holds less than the page, a smaller one is read.
            if let room = gauges.roomOfLane, page.jobs.count > room { return .again }
            if let reason = await reasonToWait(page.jobs.count) {
                heldBackAt = .now
                await wait(for: reason, Self.tellInterval)
                continue
            }
            let outcome: RunWriter.Outcome
            do throws(RedisError) {
                outcome = try await writer.add(page.jobs, failures: page.failures, fields: later.fields)
                failures = 0
            } catch {
                guard error.isPassing else { throw BackfillError(error) }
                failures += 1
                await wait(for: .redisAway("\(error)"), configuration.backoff.wait(afterFailures: failures))
                continue
            }
            switch outcome {
            case .added:
                checkpoint = later
                rowsSent += page.rows
                gauges.added(page.jobs.count)
                await goOn()
                return .added
            case .full(let full): await wait(for: .laneFull(jobs: full.length, bound: full.bound), Self.tellInterval)
            case .paused: await wait(for: .lanePaused, Self.tellInterval)
            case .superseded(let owner): throw Self.superseded(by: owner)
            case .rolledBack(let state):
                checkpoint = Checkpoint(state.fields)
                return .again
            }
        }
        // A page whose answer was lost may be in all the same.
        return .over
    }

    func reasonToWait(_ rows: Int) async -> WaitReason? {
        do throws(RedisError) {
            try await gauges.refresh()
        } catch {
            return .redisAway("\(error)")
        }
        update()
        return throttle.reasonToWait(rows, gauges.figures)
    }

    /// After a page: tells, and keeps to the rate.
    func goOn() async {
        update()
        if waiting != nil {
            waiting = nil
            tell(.goesOn(progress))
        } else if told.duration(to: .now) >= Self.tellInterval {
            told = .now
            tell(.progress(progress))
        }
        let pause = throttle.pause(afterRows: rowsSent, in: start.duration(to: .now))
        if pause > .zero { try? await Task.sleep(for: pause) }
    }

    func wait(for reason: WaitReason, _ duration: Duration) async {
        if waiting?.code != reason.code {
            waiting = reason
            tell(.waiting(reason, progress))
        } else if told.duration(to: .now) >= Self.tellInterval {
            told = .now
            tell(.progress(progress))
        }
        try? await Task.sleep(for: duration)
    }
}
