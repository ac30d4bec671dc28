import Testing

@testable import PostgresClient

@Suite struct PostgresErrorTests {
    @Test(
        arguments: [
            ("08006", true), ("53300", true), ("53100", true), ("57P01", true), ("57P02", true), ("57P03", true),
            ("40001", true), ("40P01", true), ("57014", false), ("28P01", false), ("3D000", false), ("42P01", false),
            ("57P04", false), ("22P02", false), ("57P05", true), ("25P03", true), ("25P02", false),
        ]
    )
    func whatPasses(sqlState: String, isPassing: Bool) {
        #expect(PostgresError(.server, "x", sqlState: sqlState).isPassing == isPassing)
        #expect(PostgresError(.cannotConnect, "x", sqlState: sqlState).isPassing == isPassing)
    }

    @Test(
        arguments: [
            (.cannotConnect, true), (.connectionLost, true), (.timedOut, true), (.busy, true), (.cancelled, false),
            (.closed, false), (.authenticationFailed, false), (.invalidConfiguration, false), (.tooManyRows, false),
            (.server, false),
        ] as [(PostgresError.Code, Bool)]
    )
    func whatPassesWithoutTheServersWord(code: PostgresError.Code, isPassing: Bool) {
        #expect(PostgresError(code, "x").isPassing == isPassing)
    }

    @Test(
        arguments: [
            (
                "connection to server at \"::1\", port 5 failed: FATAL:  28P01: password authentication failed for user \"a\"\n"
                    + "LOCATION:  auth_failed, auth.c:338\n",
                "28P01", .authenticationFailed,
                "connection to server at \"::1\", port 5 failed: FATAL: password authentication failed for user \"a\""
            ),
            (
                "failed: FATAL:  57P03: the database system is starting up\n", "57P03", .cannotConnect,
                "failed: FATAL: the database system is starting up"
            ),
            (
                "failed: Connection refused\n\tIs it there?\n", nil, .cannotConnect,
                "failed: Connection refused; \tIs it there?"
            ),
        ] as [(String, String?, PostgresError.Code, String)]
    )
    func whatLibpqSaysOfARefusal(message: String, sqlState: String?, code: PostgresError.Code, text: String) {
        let error = PostgresError(connecting: message, needsPassword: false)
        #expect(error.sqlState == sqlState)
        #expect(error.code == code)
        #expect(error.message == text)
        #expect(PostgresError(connecting: "no password supplied", needsPassword: true).code == .authenticationFailed)
    }

    @Test func aTimeoutIsToldFromACancelByItsTime() {
        let error = PostgresError(.server, "canceling statement", sqlState: "57014")
        #expect(error.asTimeout(.seconds(2), after: .seconds(2)).code == .timedOut)
        #expect(error.asTimeout(.seconds(2), after: .seconds(2)).isPassing == false)
        #expect(error.asTimeout(.seconds(2), after: .seconds(1)).code == .server)
        #expect(error.asTimeout(nil, after: .seconds(9)).code == .server)
        #expect(PostgresError(.server, "x", sqlState: "42P01").asTimeout(.zero, after: .seconds(1)).code == .server)
    }
}
