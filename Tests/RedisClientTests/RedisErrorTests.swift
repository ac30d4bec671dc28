import RedisClient
import Testing

@Suite struct RedisErrorTests {
    @Test(arguments: [
        (RedisError(.cannotConnect, "m"), "m (cannot_connect)", true),
        (RedisError(.authenticationFailed, "m"), "m (authentication_failed)", true),
        (RedisError(.connectionLost, "m"), "m (connection_lost)", true),
        (RedisError(.timedOut, "m"), "m (timed_out)", true),
        (RedisError(.tooManyInFlight, "m"), "m (too_many_in_flight)", true),
        (RedisError(.cancelled, "m"), "m (cancelled)", false),
        (RedisError(.closed, "m"), "m (closed)", false),
        (RedisError(.protocolViolation, "m"), "m (protocol_violation)", false),
        (RedisError(.unexpectedReply, "m"), "m (unexpected_reply)", false),
        (RedisError(server: "LOADING Redis is loading"), "LOADING Redis is loading", true),
        (RedisError(server: "OOM command not allowed"), "OOM command not allowed", true),
        (RedisError(server: "WRONGTYPE Operation"), "WRONGTYPE Operation", false),
        (RedisError(server: "ERR"), "ERR", false),
    ])
    func aPassingErrorIsToldFromALastingOne(error: RedisError, text: String, isPassing: Bool) {
        #expect("\(error)" == text)
        #expect(error.isPassing == isPassing)
        #expect((error.serverCode == nil) == (error.code != .server))
    }
}
