import Foundation
import Testing

@testable import PostgresClient

@Suite(.serialized) struct ConfigurationTests {
    @Test(
        arguments: [
            ("postgresql://ana:secret@db.example:6543/invoices", "db.example:6543, database invoices, user ana"),
            ("postgres://ana:secret@[::1]/invoices", "[::1]:5432, database invoices, user ana"),
            (
                "host=db.example user=ana password='se cret' dbname=invoices",
                "db.example:5432, database invoices, user ana"
            ),
            ("postgresql://ana:secret@/invoices?host=/run/pg", "/run/pg, port 5432, database invoices, user ana"),
            ("user=ana password=secret dbname=x", "the local socket, port 5432, database x, user ana"),
            ("user=ana password=secret", "the local socket, port 5432, database ana, user ana"),
            ("postgresql://ana:secret@a,b:1/x", "a:5432, b:1, database x, user ana"),
            ("host=a,b port=7 user=ana password=secret dbname=x", "a:7, b:7, database x, user ana"),
            // Of a password that is not percent-encoded a part is taken for the database.
            ("postgresql://ana:12/secret@db/x", "ana:12, database …, user ROLE"),
        ]
    )
    func whatIsShown(string: String, description: String) throws {
        let configuration = try PostgresConfiguration(string)
        let expected = description.replacingOccurrences(of: "ROLE", with: NSUserName())
        #expect(configuration.description == expected)
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] { #expect(!text.contains("cret")) }
    }

    @Test(
        arguments: [
            ("postgresql://ana:sec/ret@db/x", "percent-encoded"),
            ("postgresql://ana:secret@db:port/x", "percent-encoded"),
            ("postgresql://ana:secret@db/x?sslmode=always", "sslmode"),
            ("postgresql://ana:secret@db/x?secret=1", "not a connection string"),
            ("postgresql://ana:secret%zz@db/x", "not a connection string"),
            ("host=db password=my secret", "not a connection string"),
            ("host=db secret=1", "not a connection string"),
            ("host=db password='secret", "not a connection string"),
            ("secret", "not a connection string"),
            ("host=db password=secret\0", "zero byte"),
            ("host=a,b port=1,2,3 password=secret", "3 ports for 2 hosts"),
            ("host=a,b hostaddr=127.0.0.1 password=secret", "2 hosts and 1 addresses"),
            ("host=db password=secret port=0", "port"),
            ("host=db password=secret gssencmode=require", "gssencmode"),
            ("service=secret", "PGSERVICE"),
        ]
    )
    func whatIsRefusedWithoutThePassword(string: String, message: String) {
        let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(string) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.description.contains("secret") == false, "\(error?.message ?? "")")
        #expect(error?.isPassing == false)
    }

    @Test func theEnvironmentFillsIn() throws {
        let names = ["PGHOST": "from.environment", "PGPORT": "7", "PGUSER": "eve", "PGCONNECT_TIMEOUT": "3"]
        for (name, value) in names { setenv(name, value, 1) }
        defer { for name in names.keys { unsetenv(name) } }
        let configuration = try PostgresConfiguration("dbname=x")
        #expect(configuration.description == "from.environment:7, database x, user eve")
        #expect(configuration.connectTimeout == .seconds(3))
        #expect(try PostgresConfiguration("host=said user=ana port=8").description == "said:8, database ana, user ana")
        #expect(try PostgresConfiguration("connect_timeout=4").connectTimeout == .seconds(4))
    }

    @Test func whatIsSaidGoesBeforeWhatIsUsual() throws {
        var configuration = try PostgresConfiguration(
            "host=db application_name=mine keepalives_idle=99 client_encoding=LATIN1 target_session_attrs=prefer-standby"
        )
        configuration.applicationName = "other"
        let server = try #require(configuration.servers.first)
        let parameters = configuration.parameters(for: server, address: "127.0.0.1", sessionAttributes: "any")
        func values(_ keyword: String) -> [String] { parameters.filter { $0.keyword == keyword }.map(\.value) }
        #expect(configuration.isStandbyPreferred)
        #expect(values("host") == ["db"])
        #expect(values("hostaddr") == ["127.0.0.1"])
        #expect(values("application_name") == ["mine"])
        #expect(values("fallback_application_name") == ["other"])
        #expect(values("keepalives_idle") == ["99"])
        #expect(values("client_encoding") == ["UTF8"])
        #expect(values("target_session_attrs") == ["any"])
        #expect(values("gssencmode") == ["disable"])
    }

    @Test(
        arguments: [
            (nil, "0"), (.zero, "1"), (.microseconds(1), "1"), (.milliseconds(1), "1"), (.microseconds(1_001), "2"),
            (.seconds(300), "300000"), (.seconds(Int64.max / 2), "0"), (.seconds(3_000_000), "2147483647"),
        ] as [(Duration?, String)]
    )
    func statementTimeouts(duration: Duration?, milliseconds: String) {
        #expect(PostgresConfiguration.milliseconds(duration) == milliseconds)
    }
}
