internal import RedisClient

/// A lane holds as many entries as it may: the job was not added.
package struct QueueFull: Error, Sendable, Equatable, CustomStringConvertible {
    package let lane: Lane
    /// Entries that the lane held.
    package let length: Int
    package let bound: Int

    package init(lane: Lane, length: Int, bound: Int) {
        self.lane = lane
        self.length = length
        self.bound = bound
    }

    /// Reads the error of the enqueue script; nil for another error.
    init?(_ error: RedisError) {
        guard error.serverCode == "QUEUE_FULL" else { return nil }
        var values: [Substring: Substring] = [:]
        for word in error.message.split(separator: " ").dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let lane = values["lane"].flatMap({ Lane(rawValue: String($0)) }),
            let length = values["length"].flatMap({ Int($0) }),
            let bound = values["bound"].flatMap({ Int($0) })
        else { return nil }
        self.init(lane: lane, length: length, bound: bound)
    }

    package var description: String {
        """
        queue_full: the lane \(lane.rawValue) holds \(length) jobs and may hold \(bound): send it again when workers have \
        caught up, start more of them, or raise queue.maximumLength.\(lane.rawValue)
        """
    }
}
