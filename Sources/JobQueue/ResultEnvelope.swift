internal import JSON

/// Writes results: the envelope that every job shares, around what the domain answers.
///
///     {"id", "type", "status", "result", "error", "attempts", "worker", "timings_ms"}
package struct ResultEnvelope: Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case ok
        case error
        case expired
    }

    private let worker: String

    /// - Parameter worker: the id of the worker that answers.
    package init(worker: String) {
        self.worker = worker
    }

    /// - Parameter body: appends one JSON value, the domain's answer.
    package func ok(
        _ job: Job,
        timings: JobTimings,
        reservingCapacity capacity: Int = 256,
        body: (inout [UInt8]) -> Void
    ) -> [UInt8] {
        envelope(job, .ok, timings, capacity) { writer in
            writer.name("result")
            writer.raw(appending: body)
            writer.name("error")
            writer.null()
        }
    }

    package func error(_ job: Job, _ error: JobError, timings: JobTimings) -> [UInt8] {
        failure(job, .error, error, timings)
    }

    package func expired(_ job: Job, timings: JobTimings) -> [UInt8] {
        let error = JobError(
            code: "expired",
            message: "deadline: had passed before the job was run",
            isRetryable: true
        )
        return failure(job, .expired, error, timings)
    }

    private func failure(_ job: Job, _ status: Status, _ error: JobError, _ timings: JobTimings) -> [UInt8] {
        envelope(job, status, timings, 256 + error.message.utf8.count) { writer in
            writer.name("result")
            writer.null()
            writer.name("error")
            writer.beginObject()
            writer.name("code")
            writer.string("\(error.code)")
            writer.name("message")
            writer.string(error.message)
            writer.name("retryable")
            writer.bool(error.isRetryable)
            writer.endObject()
        }
    }

    private func envelope(
        _ job: Job,
        _ status: Status,
        _ timings: JobTimings,
        _ capacity: Int,
        outcome: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: capacity + 256)
        writer.beginObject()
        writer.name("id")
        writer.string(job.id)
        writer.name("type")
        writer.string(job.type.rawValue)
        writer.name("status")
        writer.string(status.rawValue)
        outcome(&writer)
        writer.name("attempts")
        writer.integer(1)
        writer.name("worker")
        writer.string(worker)
        writer.name("timings_ms")
        writer.beginObject()
        writer.name("queued")
        writer.milliseconds(timings.queued)
        writer.name("embedding")
        writer.milliseconds(timings.embedding)
        writer.name("store")
        writer.milliseconds(timings.store)
        writer.name("total")
        writer.milliseconds(timings.total)
        writer.endObject()
        writer.endObject()
        return writer.finish()
    }
}

extension JSONWriter {
    /// Microseconds as milliseconds with three decimals.
    fileprivate mutating func milliseconds(_ microseconds: Int) {
        let value = max(0, microseconds)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { buffer in
            var position = buffer.count
            var rest = value
            var written = 0
            while written < 4 || rest > 0 {
                if written == 3 {
                    position -= 1
                    buffer[position] = UInt8(ascii: ".")
                }
                position -= 1
                buffer[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
                written += 1
            }
            raw(UnsafeBufferPointer(rebasing: buffer[position...]))
        }
    }
}
