import PostgresClient
import PostgresServerFixture
import Reactor
import Testing

@Suite(.timeLimit(.minutes(2)))
struct StatementTests {
    private static let nasty: [String?] = [
        nil, "", "it's", "'; DROP TABLE pg_class; --", "\\' OR 1=1", "$1", "a\tb\r\nc", "naïve – 日本語 – 👩‍👩‍👧", "\"", "NULL",
    ]

    @Test(arguments: nasty) @Reactor
    func aParameterComesBackAsItWas(value: String?) async throws {
        let connection = try await PostgresServer.shared.connection()
        let result = try await connection.execute("SELECT $1::text, length($1), $1 IS NULL", [value])
        #expect(result.rows == [[value, value.map { "\($0.unicodeScalars.count)" }, value == nil ? "t" : "f"]])
        #expect(result.columns.count == 3)
        #expect(result.affectedRows == 1)
    }

    @Test @Reactor func whatCannotBeSentIsRefusedHere() async throws {
        let connection = try await PostgresServer.shared.connection()
        for (sql, parameters) in [("SELECT '\0'", []), ("SELECT $1", ["a\0b"])] as [(String, [String?])] {
            let error = await failure { () throws(PostgresError) in try await connection.execute(sql, parameters) }
            #expect(error?.code == .invalidStatement)
        }
        let many = [String?](repeating: nil, count: 65_536)
        let error = await failure { () throws(PostgresError) in try await connection.execute("SELECT 1", many) }
        #expect(error?.code == .invalidStatement)
        #expect(!connection.isConnected)
    }

    @Test @Reactor func theSessionLooksTheSameEverywhere() async throws {
        let server = try await PostgresServer.shared
        let connection = try server.connection("\(server.url())application_name=test%20program") {
            $0.isReadOnly = true
        }
        let expected = [
            "client_encoding": "UTF8", "DateStyle": "ISO, MDY", "TimeZone": "UTC", "IntervalStyle": "iso_8601",
            "extra_float_digits": "1", "bytea_output": "hex", "standard_conforming_strings": "on",
            "default_transaction_read_only": "on", "statement_timeout": "5min", "application_name": "test program",
        ]
        for (name, value) in expected {
            #expect(try await connection.value("SELECT current_setting($1)", [name]) == value, "\(name)")
        }
        let error = await failure { () throws(PostgresError) in
            try await connection.execute("CREATE TABLE never (a int)")
        }
        #expect(error?.sqlState == "25006")
        let other = try server.connection()
        #expect(try await other.value("SELECT current_setting('application_name')") == "memoir")
    }

    @Test @Reactor func anErrorOfTheServerSaysWhereAndLeavesTheConnectionUsable() async throws {
        let connection = try await PostgresServer.shared.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        let error = await failure { () throws(PostgresError) in try await connection.execute("SELECT nme FROM pg_class")
        }
        #expect(error?.code == .server)
        #expect(error?.sqlState == "42703")
        #expect(error?.position == 8)
        #expect(error?.isPassing == false)
        let hinted = await failure { () throws(PostgresError) in
            try await connection.execute("SELECT relnam FROM pg_class")
        }
        #expect(hinted?.hint?.contains("relname") == true)
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
    }

    @Test @Reactor func commandsSayHowManyRowsTheyTouched() async throws {
        let connection = try await PostgresServer.shared.connection()
        #expect(try await connection.execute("CREATE TEMPORARY TABLE touched (a int)").affectedRows == nil)
        #expect(try await connection.execute("INSERT INTO touched SELECT generate_series(1, 7)").affectedRows == 7)
        #expect(try await connection.execute("DELETE FROM touched WHERE a < $1", ["3"]).affectedRows == 2)
        #expect(try await connection.execute("").rows.isEmpty)
        let none = try await connection.execute("SELECT a FROM touched WHERE false")
        #expect(none.rows.isEmpty && none.columns.map(\.name) == ["a"] && none.affectedRows == 0)
    }

    @Test @Reactor func onlyOneStatementIsTaken() async throws {
        let connection = try await PostgresServer.shared.connection()
        let error = await failure { () throws(PostgresError) in try await connection.execute("SELECT 1; SELECT 2") }
        #expect(error?.sqlState == "42601")
    }

    @Test @Reactor func whatIsTooMuchIsRefusedAndTheConnectionStays() async throws {
        let connection = try await PostgresServer.shared.connection {
            $0.maximumRows = 10
            $0.maximumResultBytes = 1_000
        }
        let pid = try await connection.value("SELECT pg_backend_pid()")
        #expect(try await connection.execute("SELECT generate_series(1, 10)").rows.count == 10)
        for sql in ["SELECT generate_series(1, 1000000)", "SELECT repeat('x', 1001)"] {
            let error = await failure { () throws(PostgresError) in try await connection.execute(sql) }
            #expect(error?.code == .tooManyRows)
        }
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
    }

    @Test(arguments: ["COPY pg_class TO STDOUT", "COPY copied FROM STDIN"]) @Reactor
    func copyIsRefusedAndTheNextCallWorks(sql: String) async throws {
        let connection = try await PostgresServer.shared.connection()
        _ = try await connection.execute("CREATE TEMPORARY TABLE copied (a text)")
        let error = await failure { () throws(PostgresError) in try await connection.execute(sql) }
        #expect(error?.code == .invalidStatement)
        #expect(try await connection.value("SELECT 1") == "1")
    }

    @Test @Reactor func aStatementIsDescribedAndDoesNotRun() async throws {
        let connection = try await PostgresServer.shared.connection()
        _ = try await connection.execute(
            "CREATE TEMPORARY TABLE described (id bigint PRIMARY KEY, amount numeric(10, 2), name varchar(20))"
        )
        let table = try await connection.value("SELECT 'described'::regclass::oid")
        let columns = try await connection.describe(
            "SELECT name, amount, id + 1 AS next, 1 / 0 FROM described WHERE id > $1"
        )
        #expect(columns.map(\.name) == ["name", "amount", "next", "?column?"])
        #expect(columns.map(\.typeOID) == [1_043, 1_700, 20, 23])
        #expect(columns.map(\.typeModifier) == [24, (10 << 16 | 2) + 4, -1, -1])
        #expect(columns.map { "\($0.tableOID)" } == [table, table, "0", "0"])
        #expect(columns.map(\.columnNumber) == [3, 2, 0, 0])
        #expect(try await connection.describe("INSERT INTO described VALUES (1, 2, 'x')").isEmpty)
        #expect(try await connection.value("SELECT count(*) FROM described") == "0")
        let error = await failure { () throws(PostgresError) in
            try await connection.describe("SELECT nope FROM described")
        }
        #expect(error?.sqlState == "42703" && error?.position == 8)
        #expect(try await connection.value("SELECT 1") == "1")
    }

    @Test(
        arguments: [
            ("name", "\"name\""), ("Two Words", "\"Two Words\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""),
            ("", "\"\""),
            // One character to Swift, and two to PostgreSQL.
            ("a\"\u{301}b", "\"a\"\"\u{301}b\""),
        ]
    )
    func quotedIdentifiers(name: String, quoted: String) {
        #expect(Array(PostgresConnection.quoted(identifier: name).utf8) == Array(quoted.utf8))
    }
}
