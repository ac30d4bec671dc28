internal import Reactor

extension MemoryClient {
    /// Between two attempts at a lane that is full.
    private static let fullLaneBackoff = Backoff(initial: .milliseconds(50), maximum: .seconds(1))

    /// Remembers many texts, many at a time, and tells what became of each in their order.
    ///
    ///     for try await outcome in memory.saveMany(invoices, in: "invoices", options: CallOptions(lane: .bulk)) {
    ///         switch outcome {
    ///         case .success(let saved): print(saved.id)
    ///         case .failure(let error): print(error)
    ///         }
    ///     }
    ///
    /// It begins at once. Texts are taken from the source as there is room, so that neither the source nor the results are
    /// ever held whole. One that fails holds up no other. While the lane is full they wait, until their timeout.
    ///
    /// - Parameters:
    ///   - maximumInFlight: begun and not taken from the results, at least 1.
    ///   - options: of each save. A backfill that can wait belongs on the lane `bulk`.
    public func saveMany<Source: AsyncSequence & Sendable>(
        _ source: Source,
        in collection: String,
        maximumInFlight: Int = 256,
        options: CallOptions = CallOptions()
    ) -> SaveOutcomes where Source.Element == MemoryToSave {
        SaveOutcomes(source, maximumInFlight: max(1, maximumInFlight)) { memory in
            await self.outcome(of: memory, in: collection, options)
        }
    }

    /// Remembers many texts, many at a time, and tells what became of each in their order.
    public func saveMany(
        _ memories: some Sequence<MemoryToSave> & Sendable,
        in collection: String,
        maximumInFlight: Int = 256,
        options: CallOptions = CallOptions()
    ) -> SaveOutcomes {
        saveMany(
            EachOf(sequence: memories),
            in: collection,
            maximumInFlight: maximumInFlight,
            options: options
        )
    }

    private func outcome(
        of memory: MemoryToSave,
        in collection: String,
        _ options: CallOptions
    ) async -> Result<SavedMemory, MemoryError> {
        do throws(MemoryError) {
            return .success(try await savePatiently(memory, in: collection, options))
        } catch {
            return .failure(error)
        }
    }

    /// Waits while the lane is full: that is what bounds how fast many are saved.
    private func savePatiently(
        _ memory: MemoryToSave,
        in collection: String,
        _ options: CallOptions
    ) async throws(MemoryError) -> SavedMemory {
        var options = options
        // Of one save, and there are many.
        options.jobID = nil
        let end = ContinuousClock.now + (options.timeout ?? timeout)
        var refusals = 0
        while true {
            do throws(MemoryError) {
                options.timeout = ContinuousClock.now.duration(to: end)
                return try await save(
                    memory.content,
                    in: collection,
                    metadata: memory.metadata,
                    key: memory.key,
                    tenant: memory.tenant,
                    options: options
                )
            } catch {
                refusals += 1
                let next = ContinuousClock.now + Self.fullLaneBackoff.wait(afterFailures: refusals)
                guard error.code == .queueFull || error.code == .tooManyJobs, next < end else { throw error }
                try? await Task.sleep(until: next)
            }
        }
    }
}
