internal import RedisClient

/// What a person can do about a Redis error.
enum RedisHint {
    static func text(_ error: RedisError) -> String {
        if error.code == .authenticationFailed { return "set REDIS_PASSWORD, or user and password in REDIS_URL" }
        switch error.serverCode {
        case "NOAUTH", "WRONGPASS": return "set REDIS_PASSWORD, or user and password in REDIS_URL"
        case "NOPERM": return "the Redis user lacks a permission that the message names"
        case "OOM": return "Redis is at its maxmemory: raise it or shorten results' ttl; jobs wait meanwhile"
        case "READONLY": return "REDIS_URL points at a replica: point it at the primary"
        case "MISCONF": return "Redis cannot write to its disk: see its log"
        case "LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN": return "passes by itself; tried again"
        default: return "check that Redis at REDIS_URL answers; tried again by itself"
        }
    }
}
