import Backfill
import PostgresClient
import Testing

/// What becomes of the database's errors.
@Suite struct BackfillErrorTests {
    @Test(
        arguments: [
            (.cannotConnect, nil, .databaseAway), (.connectionLost, nil, .databaseAway),
            (.connectionLost, "57P01", .databaseAway), (.timedOut, "57014", .databaseAway),
            (.cannotConnect, "53300", .databaseAway), (.server, "53100", .databaseAway),
            (.server, "40P01", .databaseAway), (.closed, nil, .databaseAway),
            (.server, "42501", .databaseRefused), (.server, "42P01", .databaseRefused),
            (.authenticationFailed, "28P01", .databaseRefused), (.invalidStatement, nil, .databaseRefused),
            (.invalidConfiguration, nil, .databaseRefused), (.cannotConnect, "3D000", .databaseRefused),
        ] as [(PostgresError.Code, String?, BackfillError.Code)]
    )
    func ofTheDatabase(_ code: PostgresError.Code, _ sqlState: String?, _ expected: BackfillError.Code) {
        #expect(BackfillError(PostgresError(code, "says no", sqlState: sqlState)).code == expected)
    }
}
