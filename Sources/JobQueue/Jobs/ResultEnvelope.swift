internal import JSON

/// Writes results: the envelope that every job shares, around what the domain answers.
///
///     {"id", "type", "status", "result", "error", "attempts", "worker", "timings_ms"}
///
/// Most of it is the same for all jobs of a worker and is kept ready as bytes.
package struct ResultEnvelope: Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case ok
        case error
        case expired
    }

    private static let beginning = Array(#"{"id":"#.utf8)
    private static let noError = Array(#","error":null"#.utf8)

    /// `,"type":"save","status":"ok","result":`
    private let heads: [JobType: [Status: [UInt8]]]
    /// `,"worker":"…","timings_ms":{"queued":`
    private let tail: [UInt8]

    /// - Parameter worker: the id of the worker that answers.
    package init(worker: String) {
        var heads: [JobType: [Status: [UInt8]]] = [:]
        for type in JobType.allCases {
            for status in Status.allCases {
                let head = #","type":"\#(type.rawValue)","status":"\#(status.rawValue)","result":"#
                heads[type, default: [:]][status] = Array(head.utf8)
            }
        }
        self.heads = heads
        var tail = Array(#","worker":"#.utf8)
        tail.appendJSONString(ArraySlice(worker.utf8))
        tail.append(contentsOf: #","timings_ms":{"queued":"#.utf8)
        self.tail = tail
    }

    /// - Parameters:
    ///   - capacity: bytes that the body is likely to take.
    ///   - body: appends one JSON value, the domain's answer.
    package func ok(
        _ job: Job,
        timings: JobTimings,
        reservingCapacity capacity: Int = 256,
        body: (inout [UInt8]) -> Void
    ) -> [UInt8] {
        var bytes = begin(job, .ok, capacity)
        body(&bytes)
        bytes.append(contentsOf: Self.noError)
        end(&bytes, job, timings)
        return bytes
    }

    package func error(_ job: Job, _ error: JobError, timings: JobTimings) -> [UInt8] {
        failure(job, .error, error, timings)
    }

    /// - Parameter lastFailure: the last attempt's; nil where there was none.
    package func expired(_ job: Job, after lastFailure: JobError? = nil, timings: JobTimings) -> [UInt8] {
        failure(job, .expired, Self.expiry(after: lastFailure), timings)
    }

    /// What is said of a job whose deadline has passed.
    package static func expiry(after lastFailure: JobError? = nil) -> JobError {
        let reason =
            if let lastFailure {
                "comes before the next attempt; the last one failed: \(lastFailure.message)"
            } else {
                "had passed before the job was done"
            }
        return JobError(code: "expired", message: "deadline: \(reason)", isRetryable: true)
    }

    private func failure(_ job: Job, _ status: Status, _ error: JobError, _ timings: JobTimings) -> [UInt8] {
        var bytes = begin(job, status, error.message.utf8.count)
        bytes.append(contentsOf: #"null,"error":{"code":"#.utf8)
        bytes.appendJSONString(ArraySlice("\(error.code)".utf8))
        bytes.append(contentsOf: #","message":"#.utf8)
        bytes.appendJSONString(ArraySlice(error.message.utf8))
        bytes.append(contentsOf: (error.isRetryable ? #","retryable":true}"# : #","retryable":false}"#).utf8)
        end(&bytes, job, timings)
        return bytes
    }

    private func begin(_ job: Job, _ status: Status, _ capacity: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(capacity + job.id.count + tail.count + 192)
        bytes.append(contentsOf: Self.beginning)
        bytes.appendJSONString(job.id)
        if let head = heads[job.type]?[status] { bytes.append(contentsOf: head) }
        return bytes
    }

    private func end(_ bytes: inout [UInt8], _ job: Job, _ timings: JobTimings) {
        bytes.append(contentsOf: #","attempts":"#.utf8)
        bytes.appendDecimal(UInt64(job.history.attempts + 1))
        bytes.append(contentsOf: tail)
        bytes.appendMilliseconds(timings.queued)
        bytes.append(contentsOf: #","embedding":"#.utf8)
        bytes.appendMilliseconds(timings.embedding)
        bytes.append(contentsOf: #","store":"#.utf8)
        bytes.appendMilliseconds(timings.store)
        bytes.append(contentsOf: #","total":"#.utf8)
        bytes.appendMilliseconds(timings.total)
        bytes.append(contentsOf: "}}".utf8)
    }
}

extension [UInt8] {
    /// Microseconds as milliseconds with three decimals; what is below zero, which clocks that differ can give, as zero.
    fileprivate mutating func appendMilliseconds(_ microseconds: Int) {
        appendDecimal(UInt64(Swift.max(0, microseconds)), decimals: 3)
    }
}
