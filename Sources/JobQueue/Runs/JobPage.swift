package import RedisClient

/// Jobs that are added to a lane together, encoded while they are appended: a job costs no allocation of its own.
///
///     var page = JobPage(keys: keys)
///     page.begin(fields: 6)
///     page.append(common)          // RedisArguments: v, type, collection and their values
///     page.append("id"); page.append(id)
///     page.append("content"); page.append(content)
///     page.append("run"); page.append(run)
package struct JobPage: RedisArgumentEncoding, Sendable {
    /// Jobs of a page, so that it stays well below the bound on commands in flight.
    package static let maximumCount = 8_192

    private let stream: [UInt8]
    private(set) var command: RedisCommand
    let lane: Lane

    /// - Parameter capacity: bytes that are reserved.
    package init(keys: JobKeys, lane: Lane = .bulk, capacity: Int = 0) {
        self.lane = lane
        stream = Array(keys.jobs(lane).utf8)
        command = RedisCommand(capacity: capacity)
    }

    package var count: Int { command.count }
    /// As they go over the wire, which is about what they take in Redis.
    package var byteCount: Int { command.byteCount }

    /// Begins a job; exactly `fields` names must follow, each with its value. None of them may be `run_at`: jobs that wait
    /// for their time are counted elsewhere.
    package mutating func begin(fields: Int) {
        precondition(command.count < Self.maximumCount, "more than \(Self.maximumCount) jobs on one page")
        command.begin("XADD", arguments: 2 + 2 * fields)
        command.append(stream)
        command.append("*")
    }

    package mutating func append(_ argument: UnsafeRawBufferPointer) {
        command.append(argument)
    }

    /// Names and values that many jobs share, encoded once.
    package mutating func append(_ arguments: RedisArguments) {
        command.append(arguments)
    }

    /// For the next page, in the same buffer.
    package mutating func removeAll() {
        command.removeAll(keepingCapacity: true)
    }
}
