import RedisClient
import Testing

@Suite struct RedisErrorHintTests {
    static let errors: [(RedisError, String)] = [
        (RedisError(.authenticationFailed, "no"), "REDIS_PASSWORD"),
        (RedisError(server: "NOAUTH Authentication required."), "REDIS_PASSWORD"),
        (RedisError(server: "WRONGPASS invalid username-password pair"), "REDIS_PASSWORD"),
        (RedisError(server: "NOPERM this user has no permissions to run the 'xadd' command"), "ACL SETUSER"),
        (RedisError(server: "ERR The user executing the script can't run this command or subcommand"), "ACL SETUSER"),
        (RedisError(server: "ERR ACL failure in script: User default has no permissions to run 'xadd'"), "ACL SETUSER"),
        (RedisError(server: "OOM command not allowed when used memory > 'maxmemory'."), "maxmemory"),
        (RedisError(server: "READONLY You can't write against a read only replica."), "replica"),
        (RedisError(server: "MISCONF Errors writing to the AOF file: No space left on device"), "disk"),
        (RedisError(server: "LOADING Redis is loading the dataset in memory"), "wait"),
        (RedisError(server: "BUSY Redis is busy running a script."), "SCRIPT KILL"),
        (RedisError(server: "CLUSTERDOWN The cluster is down"), "failover"),
        (RedisError(server: "NOGROUP No such key"), "memoir bootstrap"),
        (RedisError(server: "ERR something else"), "log of Redis"),
        (RedisError(.cannotConnect, "refused"), "REDIS_URL"),
        (RedisError(.timedOut, "late"), "REDIS_URL"),
        (RedisError(.tooManyInFlight, "many"), "redis.maximumInFlightCommands"),
    ]

    @Test(arguments: errors.indices)
    func everyErrorSaysWhatToDo(index: Int) {
        let (error, words) = Self.errors[index]
        #expect(error.hint.contains(words), "\(error): \(error.hint)")
        #expect(!error.hint.hasSuffix("."))
    }
}
