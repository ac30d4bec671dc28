package import Reactor
package import RedisClient

/// A role that one process plays for all, such as that of the promoter. It is held for a while and renewed; when the
/// holder is gone it falls to whoever asks first. What a role does must bear two holders for a moment all the same.
@Reactor
package final class RoleLease {
    private let connection: RedisConnection
    private let key: String
    private let holder: String
    private let duration: Duration
    private let script = RedisScript(LeaseScript.source)
    private let releaseScript = RedisScript(LeaseScript.release)

    /// - Parameters:
    ///   - holder: the id of the worker that asks.
    ///   - duration: how long it lasts unless it is renewed.
    package init(_ role: String, connection: RedisConnection, keys: JobKeys, holder: String, duration: Duration) {
        self.connection = connection
        self.holder = holder
        self.duration = duration
        key = keys.lease(role)
    }

    /// Takes or renews it. Whether it is held now.
    package func acquire() async throws(RedisError) -> Bool {
        var arguments = RedisArguments()
        arguments.append(key)
        arguments.append(holder)
        arguments.append(max(1, Int(duration / .milliseconds(1))))
        return try await script.run(on: connection, keyCount: 1, arguments).integer == 1
    }

    /// Gives it up, if it is held.
    package func release() async throws(RedisError) {
        var arguments = RedisArguments()
        arguments.append(key)
        arguments.append(holder)
        _ = try await releaseScript.run(on: connection, keyCount: 1, arguments)
    }
}
