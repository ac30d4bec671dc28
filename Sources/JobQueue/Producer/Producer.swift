package import Reactor
package import RedisClient

/// Puts jobs onto their lanes, within the lanes' bounds.
@Reactor
package struct Producer {
    private let connection: RedisConnection
    private let keys: JobKeys
    private let limits: LaneLimits
    private let script = RedisScript(EnqueueScript.source)

    /// - Parameter limits: hold where none are published in Redis.
    package init(connection: RedisConnection, keys: JobKeys, limits: LaneLimits = LaneLimits()) {
        self.connection = connection
        self.keys = keys
        self.limits = limits
    }

    /// - Parameters:
    ///   - fields: names and values in turn, as the wire format has them.
    ///   - timeout: from now to the answer of Redis; the connection's own when nil.
    package func enqueue(
        _ fields: RedisArguments,
        on lane: Lane,
        timeout: Duration? = nil
    ) async throws(EnqueueError) {
        precondition(fields.count.isMultiple(of: 2), "a field without a value")
        var arguments = RedisArguments(capacity: 512)
        arguments.append(keys.jobs(lane))
        arguments.append(keys.limits)
        arguments.append(keys.delayed)
        arguments.append(lane.rawValue)
        arguments.append(limits[lane])
        arguments.append(fields)
        do throws(RedisError) {
            _ = try await script.run(on: connection, keyCount: 3, arguments, timeout: timeout)
        } catch {
            throw EnqueueError(error)
        }
    }
}
