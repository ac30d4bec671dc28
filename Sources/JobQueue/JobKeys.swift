/// The names on the wire: every key of one partition, sharing one Redis Cluster slot by the braces.
package struct JobKeys: Sendable {
    /// The consumer group of every lane.
    package static let group = "workers"

    private let base: String
    private let resultPrefix: [UInt8]
    private let repliesPrefix: [UInt8]
    private let ownPrefix: [UInt8]
    private let cachedEmbeddingPrefix: [UInt8]
    /// What the key of a cached search begins with; a digest follows.
    package let cachedSearchPrefix: [UInt8]

    /// - Parameters:
    ///   - prefix: what all keys begin with.
    ///   - partition: what stands in the braces.
    package init(prefix: String = "memory:", partition: String = "0") {
        base = "\(prefix){\(partition)}:"
        resultPrefix = Array("\(base)result:".utf8)
        repliesPrefix = Array("\(base)replies:".utf8)
        ownPrefix = Array("\(prefix){".utf8)
        cachedEmbeddingPrefix = Array("\(base)cache:embedding:".utf8)
        cachedSearchPrefix = Array("\(base)cache:search:".utf8)
    }

    package func jobs(_ lane: Lane) -> String { "\(base)jobs:\(lane.rawValue)" }

    package var delayed: String { "\(base)delayed" }
    package var dead: String { "\(base)dead" }
    package var stats: String { "\(base)stats" }
    /// Sorted set of the ids of cancelled jobs that no worker has answered yet, by the time in ms when they are forgotten.
    package var cancelled: String { "\(base)cancelled" }
    /// Hash of the collections' generations: raised with every save and forget that is answered, so that what was cached
    /// before is known to be old.
    package var generations: String { "\(base)generations" }
    /// Hash of what flows, as it was measured in the last seconds. Vanishes when nobody measures.
    package var rates: String { "\(base)rates" }
    /// Stream of what flowed in the last hour, an entry every ten seconds. Vanishes when nobody measures. See `LaneHistory`.
    package var history: String { "\(base)history" }
    /// Hash of the lanes that are paused, with the time in ms since when.
    package var paused: String { "\(base)paused" }
    /// Hash of the lanes' bounds: entries that a lane may hold before producers are refused.
    package var limits: String { "\(base)limits" }
    /// Stream on which workers are told at once that `cancelled` or `paused` has changed.
    package var control: String { "\(base)control" }

    /// Hash of the fleet's shared request and token buckets. Vanishes when nobody embeds.
    package var provider: String { "\(base)provider" }
    /// Hash of what a day's embedding calls have cost. See `CostLedger`.
    package func cost(_ day: UTCDay) -> String { "\(base)cost:\(day)" }
    /// The number of the last settlement of a worker that was booked, so that none is booked twice.
    package func settled(_ worker: String) -> String { "\(base)settled:\(worker)" }

    /// Hash that counts the finished jobs of a run, where whoever started it has made it. See `RunTally`.
    package func tally(_ run: String) -> String { "\(base)tally:\(run)" }
    /// Hash of the jobs of a run that failed, by their source. See `RunFailure`.
    package func failures(_ run: String) -> String { "\(base)failures:\(run)" }
    /// Hash of how far the last run into a collection is. See `RunState`.
    package func backfill(_ collection: String) -> String { "\(base)backfill:\(collection)" }

    /// Held by the one process that plays a role for all, such as `promoter`. Vanishes when its holder does.
    package func lease(_ role: String) -> String { "\(base)lease:\(role)" }
    /// All keys of the partition, for `SCAN … MATCH`: what a prefix holds of the pattern's own characters is escaped.
    package var pattern: String { GlobPattern.escaped(base) + "*" }

    package func worker(_ id: String) -> String { "\(base)worker:\(id)" }

    /// Where producers that share a client are told of results.
    package func replies(_ client: String) -> String { "\(base)replies:\(client)" }

    /// Whether replies may be put onto a stream of that name: any but Memoir's own keys, of whatever partition.
    func mayReceiveReplies(_ name: ArraySlice<UInt8>) -> Bool {
        !name.starts(with: ownPrefix) || name.starts(with: repliesPrefix)
    }

    /// Where a text's vector is kept.
    ///
    /// - Parameter appendDigest: appends the hexadecimal digits that name it.
    package func cachedEmbedding(_ appendDigest: (inout [UInt8]) -> Void) -> [UInt8] {
        var key = [UInt8]()
        key.reserveCapacity(cachedEmbeddingPrefix.count + 64)
        key.append(contentsOf: cachedEmbeddingPrefix)
        appendDigest(&key)
        return key
    }

    package func result(_ jobID: ArraySlice<UInt8>) -> [UInt8] {
        var key = [UInt8]()
        key.reserveCapacity(resultPrefix.count + jobID.count)
        key.append(contentsOf: resultPrefix)
        key.append(contentsOf: jobID)
        return key
    }
}
