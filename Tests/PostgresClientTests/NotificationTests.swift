import PostgresClient
import PostgresServerFixture
import Reactor
import Testing

@Suite(.timeLimit(.minutes(2)))
struct NotificationTests {
    @Test @Reactor func whatIsSaidWhileNobodyAsksIsKept() async throws {
        let server = try await PostgresServer.shared
        let listener = try server.connection { $0.isReadOnly = true }
        let speaker = try server.connection()
        let channel = "Odd \"name\""
        try await listener.listen(channel)
        for number in 1...3 { _ = try await speaker.execute("SELECT pg_notify($1, $2)", [channel, "é \(number)"]) }
        let pid = try await speaker.value("SELECT pg_backend_pid()")
        for number in 1...3 {
            let notification = try await listener.nextNotification(timeout: .seconds(30))
            #expect(notification?.channel == channel)
            #expect(notification?.payload == "é \(number)")
            #expect(notification.map { "\($0.processID)" } == pid)
        }
        #expect(try await listener.nextNotification(timeout: .milliseconds(20)) == nil)
        try await listener.unlisten(channel)
        let error = await failure { () throws(PostgresError) in try await listener.nextNotification() }
        #expect(error?.code == .notListening)
    }

    @Test @Reactor func whoWaitsIsWoken() async throws {
        let server = try await PostgresServer.shared
        let listener = try server.connection()
        let speaker = try server.connection()
        try await listener.listen("waking")
        let task = Task { try await listener.nextNotification()?.payload }
        try await Task.sleep(for: .milliseconds(50))
        let second = await failure { () throws(PostgresError) in try await listener.nextNotification() }
        #expect(second?.code == .busy)
        // A statement may run beside.
        #expect(try await listener.value("SELECT 1") == "1")
        _ = try await speaker.execute("NOTIFY waking, 'up'")
        #expect(try await task.value == "up")
        let cancelled = Task {
            await failure { () throws(PostgresError) in try await listener.nextNotification() }
        }
        try await Task.sleep(for: .milliseconds(20))
        cancelled.cancel()
        #expect(await cancelled.value?.code == .cancelled)
    }

    @Test @Reactor func whoWaitsIsToldThatNothingIsListenedToAnyMore() async throws {
        let server = try await PostgresServer.shared
        let listener = try server.connection()
        try await listener.listen("ending")
        let task = Task {
            await failure { () throws(PostgresError) in try await listener.nextNotification(timeout: .seconds(10)) }
        }
        try await Task.sleep(for: .milliseconds(50))
        try await listener.unlisten("ending")
        #expect(await task.value?.code == .notListening)
    }

    /// A call that is refused takes nothing away from the one before it.
    @Test @Reactor func listeningOnceMoreWhileAStatementRuns() async throws {
        let server = try await PostgresServer.shared
        let listener = try server.connection()
        try await listener.listen("twice")
        let rows = try await listener.query("SELECT generate_series(1, 3)")
        let again = await failure { () throws(PostgresError) in try await listener.listen("twice") }
        #expect(again?.code == .busy)
        let other = await failure { () throws(PostgresError) in try await listener.listen("other") }
        #expect(other?.code == .busy)
        await rows.cancel()
        #expect(try await listener.nextNotification(timeout: .milliseconds(20)) == nil)
        _ = try await listener.execute("NOTIFY twice, 'x'")
        #expect(try await listener.nextNotification(timeout: .seconds(10))?.payload == "x")
        try await listener.unlisten("twice")
        let error = await failure { () throws(PostgresError) in try await listener.nextNotification() }
        #expect(error?.code == .notListening)
    }

    @Test @Reactor func whatIsSaidDuringAStatementComesAfterIt() async throws {
        let server = try await PostgresServer.shared
        let listener = try server.connection()
        let speaker = try server.connection()
        try await listener.listen("during")
        let task = Task { try await listener.execute("SELECT pg_sleep(0.3)") }
        try await Task.sleep(for: .milliseconds(100))
        _ = try await speaker.execute("NOTIFY during, 'x'")
        _ = try await task.value
        #expect(try await listener.nextNotification(timeout: .seconds(10))?.payload == "x")
        // Its own, sent with the statement's end.
        _ = try await listener.execute("NOTIFY during, 'mine'")
        #expect(try await listener.nextNotification(timeout: .seconds(10))?.payload == "mine")
    }

    @Test @Reactor func theOldestMakeRoom() async throws {
        let server = try await PostgresServer.shared
        let listener = try server.connection { $0.maximumNotifications = 10 }
        try await listener.listen("many")
        _ = try await listener.execute("SELECT pg_notify('many', g::text) FROM generate_series(1, 100) g")
        #expect(await eventually { listener.droppedNotifications == 90 })
        #expect(try await listener.nextNotification()?.payload == "91")
    }

    @Test @Reactor func aLostConnectionIsSaidOnceAndForAll() async throws {
        let server = try await PostgresServer()
        let listener = try server.connection()
        try await listener.listen("lost")
        _ = try await listener.execute("NOTIFY lost, 'last'")
        let task = Task {
            let last = try await listener.nextNotification()?.payload
            let error = await failure { () throws(PostgresError) in try await listener.nextNotification() }
            return (last, error)
        }
        try await Task.sleep(for: .milliseconds(50))
        server.kill()
        let (last, error) = try await task.value
        #expect(last == "last")
        #expect(error?.code == .connectionLost)
        try await server.start()
        // A statement connects again, and listens to nothing by that.
        #expect(try await listener.value("SELECT 1") == "1")
        let still = await failure { () throws(PostgresError) in try await listener.nextNotification() }
        #expect(still?.code == .connectionLost)
        try await listener.listen("lost")
        _ = try await listener.execute("NOTIFY lost, 'again'")
        #expect(try await listener.nextNotification(timeout: .seconds(10))?.payload == "again")
    }
}
