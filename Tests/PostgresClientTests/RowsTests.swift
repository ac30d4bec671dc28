import PostgresClient
import PostgresServerFixture
import Reactor
import Testing

@Suite(.timeLimit(.minutes(2)))
struct RowsTests {
    private static let large = "SELECT g, repeat('x', 100) FROM generate_series(1, 1000000) g"

    @Test @Reactor func aHundredThousandRowsComeOneByOne() async throws {
        let connection = try await PostgresServer.shared.connection()
        let rows = try await connection.query(
            "SELECT g, CASE WHEN g % 2 = 0 THEN 'row ' || g END FROM generate_series(1, $1::int) g",
            ["100000"]
        )
        #expect(rows.columns.map(\.name) == ["g", "case"])
        var count = 0
        var wrong = 0
        while try await rows.next() {
            count += 1
            let expected = count % 2 == 0 ? "row \(count)" : nil
            if rows.string(0) != "\(count)" || rows.string(1) != expected { wrong += 1 }
        }
        #expect(count == 100_000 && wrong == 0)
        #expect(rows.affectedRows == 100_000)
        // The end stays the end.
        #expect(try await rows.next() == false)
        #expect(rows.bytes(0) == nil)
    }

    @Test @Reactor func aTextOfTenMegabytesIsWhole() async throws {
        let connection = try await PostgresServer.shared.connection()
        let text = String((0..<1_000_000).map { "\($0 % 10)" + "é" + "abcdefg" }.joined().prefix(9_000_000))
        let rows = try await connection.query("SELECT $1::text, md5($1), NULL", [text])
        #expect(try await rows.next())
        let bytes = try #require(rows.bytes(0))
        #expect(bytes.count == text.utf8.count && bytes.count > 9_900_000)
        #expect(bytes.elementsEqual(text.utf8))
        #expect(rows.string(1)?.utf8.count == 32)
        #expect(rows.bytes(2) == nil)
        #expect(try await !rows.next())
    }

    @Test @Reactor func cancelEndsTheStatementOnTheServer() async throws {
        let server = try await PostgresServer.shared
        let connection = try server.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        for taken in [0, 1, 1_000] {
            let rows = try await connection.query(Self.large)
            for _ in 0..<taken { #expect(try await rows.next()) }
            await rows.cancel()
            #expect(try await rows.next() == false)
            #expect(rows.bytes(0) == nil)
            // The same session, and its next statement is not the one that is cancelled.
            #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
        }
        let rows = try await connection.query("SELECT 1")
        #expect(try await rows.next())
        await rows.cancel()
        await rows.cancel()
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
    }

    @Test @Reactor func rowsThatAreLetGoOfAreInNobodysWay() async throws {
        let connection = try await PostgresServer.shared.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        for _ in 0..<5 {
            let rows = try await connection.query(Self.large)
            #expect(try await rows.next())
        }
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
        // Let go of elsewhere.
        var holder: Holder? = Holder(try await connection.query(Self.large))
        let task = Task.detached { [holder] in _ = holder }
        holder = nil
        await task.value
        // The task may keep what it held for a moment longer.
        let isUsable = await eventually {
            await failure { () throws(PostgresError) in try await connection.execute("SELECT 1") } == nil
        }
        #expect(isUsable)
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
    }

    private final class Holder: Sendable {
        let rows: PostgresRows

        init(_ rows: PostgresRows) {
            self.rows = rows
        }
    }

    @Test @Reactor func asLongAsRowsAreReadTheConnectionIsBusy() async throws {
        let connection = try await PostgresServer.shared.connection()
        let rows = try await connection.query("SELECT generate_series(1, 3)")
        #expect(try await rows.next())
        let error = await failure { () throws(PostgresError) in try await connection.execute("SELECT 1") }
        #expect(error?.code == .busy)
        #expect(try await rows.next())
        #expect(rows.string(0) == "2")
        #expect(try await rows.next())
        #expect(try await !rows.next())
        #expect(try await connection.value("SELECT 1") == "1")
    }

    @Test @Reactor func anErrorAmidRowsComesAfterThem() async throws {
        let connection = try await PostgresServer.shared.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        let rows = try await connection.query("SELECT 1 / (5000 - g) FROM generate_series(1, 10000) g")
        var count = 0
        let error = await failure { () throws(PostgresError) in
            while try await rows.next() { count += 1 }
        }
        #expect(count == 4_999)
        #expect(error?.sqlState == "22012")
        let again = await failure { () throws(PostgresError) in try await rows.next() }
        #expect(again?.sqlState == "22012")
        #expect(try await connection.value("SELECT pg_backend_pid()") == pid)
    }

    @Test @Reactor func theServerWaitsForAReaderThatIsSlow() async throws {
        let server = try await PostgresServer.shared
        let connection = try server.connection()
        let other = try server.connection()
        let pid = try await connection.value("SELECT pg_backend_pid()")
        let rows = try await connection.query("SELECT g, repeat('x', 1000) FROM generate_series(1, 50000) g")
        #expect(try await rows.next())
        #expect(
            try await eventually {
                let sql = "SELECT wait_event FROM pg_stat_activity WHERE pid = $1::int"
                return try await other.value(sql, [pid]) == "ClientWrite"
            }
        )
        var count = 1
        while try await rows.next() { count += 1 }
        #expect(count == 50_000)
    }

    @Test @Reactor func aDatabaseWithoutAnEncodingSendsWhatItHas() async throws {
        let server = try await PostgresServer.shared
        let first = try server.connection()
        _ = try await first.execute(
            "CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        let connection = try server.connection(server.url(database: "ascii"))
        let rows = try await connection.query("SELECT convert_from('\\x61ff62', 'SQL_ASCII')")
        #expect(try await rows.next())
        #expect(rows.bytes(0).map(Array.init) == [0x61, 0xff, 0x62])
        #expect(rows.string(0) == "a\u{FFFD}b")
        await rows.cancel()
        connection.close()
        _ = try await first.execute("DROP DATABASE ascii WITH (FORCE)")
    }
}
