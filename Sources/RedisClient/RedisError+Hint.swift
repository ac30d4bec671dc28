extension RedisError {
    /// What a person can do about it: a sentence without its end, for the log and for whoever typed a command.
    package var hint: String {
        switch code {
        case .authenticationFailed: Self.credentialsHint
        case .tooManyInFlight: "raise redis.maximumInFlightCommands, or send less at once"
        case .cancelled, .closed: "it was stopped"
        case .server: serverHint
        default: "check that Redis at REDIS_URL answers"
        }
    }

    private static let credentialsHint = "set REDIS_PASSWORD, or user and password in REDIS_URL"
    /// What Redis 7 and, in other words, Redis 8 say where the user may not run a command inside a script.
    private var isOfScriptPermission: Bool {
        message.contains("user executing the script can't") || message.contains("ACL failure in script")
    }

    private static let permissionHint = "give the Redis user the permissions that are missing, with ACL SETUSER"

    private var serverHint: String {
        switch serverCode {
        case "NOAUTH", "WRONGPASS": Self.credentialsHint
        case "NOPERM": Self.permissionHint
        case "OOM": "Redis is at its maxmemory: raise it, or wait until workers and the results' ttl have made room"
        case "READONLY": "REDIS_URL points at a replica: point it at the primary"
        case "MISCONF": "Redis cannot write to its disk: make room on it or mend it, see the log of Redis"
        case "LOADING": "Redis has just started and reads its data: wait until it has"
        case "BUSY": "a script keeps Redis busy: wait, or end it with redis-cli SCRIPT KILL"
        case "MASTERDOWN", "UNBLOCKED", "TRYAGAIN", "CLUSTERDOWN": "a failover is under way: wait until it is over"
        case "WRONGTYPE": "something else stands under one of Memoir's keys: look at redis.prefix and redis.partition"
        case "NOGROUP": "somebody emptied Redis: memoir bootstrap makes the groups again, as do workers by themselves"
        case "ERR" where isOfScriptPermission: Self.permissionHint
        default: "see the log of Redis"
        }
    }
}
