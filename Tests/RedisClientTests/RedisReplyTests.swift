import Testing

@testable import RedisClient

@Suite struct RedisReplyTests {
    private func reply(_ text: String) throws -> RedisReply {
        var parser = ReplyParser()
        Array(text.utf8).withUnsafeBytes { parser.feed($0) }
        return try #require(try parser.next())
    }

    private func text(_ slice: ArraySlice<UInt8>?) -> String? {
        slice.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func theRootValue() throws {
        #expect(try reply(":5\r\n").integer == 5)
        #expect(try reply("$1\r\n5\r\n").integer == nil)
        #expect(text(try reply("+OK\r\n").text) == "OK")
        #expect(try reply("$-1\r\n").text == nil)
        #expect(try reply("+OK\r\n").error == nil)
        let error = try #require(try reply("-NOGROUP No such key\r\n").error)
        #expect(error.code == .server && error.serverCode == "NOGROUP" && "\(error)" == "NOGROUP No such key")
    }

    @Test func theCursorWalksValuesInOrder() throws {
        var cursor = try reply("*6\r\n:1\r\n$2\r\n42\r\n*2\r\n*1\r\n:9\r\n+x\r\n$-1\r\n*-1\r\n+end\r\n").cursor
        #expect(try cursor.array() == 6)
        #expect(try cursor.integer() == 1)
        #expect(try cursor.integer() == 42)
        try cursor.skip()
        #expect(try cursor.string() == nil)
        #expect(try cursor.array() == nil)
        #expect(!cursor.isAtEnd)
        #expect(text(try cursor.string()) == "end")
        #expect(cursor.isAtEnd)
        let error = #expect(throws: RedisError.self) { try cursor.skip() }
        #expect(error?.code == .unexpectedReply)
    }

    @Test(arguments: [
        ("+x\r\n", "expected an array, got status (unexpected_reply)"),
        (":1\r\n", "expected an array, got integer (unexpected_reply)"),
        ("-NOAUTH no\r\n", "NOAUTH no"),
    ])
    func anotherKindThanExpectedIsAnError(bytes: String, message: String) throws {
        var cursor = try reply(bytes).cursor
        let error = #expect(throws: RedisError.self) { _ = try cursor.array() }
        #expect(error.map { "\($0)" } == message)
    }

    @Test(arguments: ["*0\r\n", "+abc\r\n", "$-1\r\n", "-ERR 1\r\n"])
    func whatIsNoIntegerIsNotTaken(_ bytes: String) throws {
        var cursor = try reply(bytes).cursor
        #expect(throws: RedisError.self) { _ = try cursor.integer() }
    }

    @Test func aReadThatTimedOutHasNoEntries() throws {
        for bytes in ["*-1\r\n", "$-1\r\n", "*0\r\n"] {
            var entries = try StreamEntries(readGroup: try reply(bytes))
            #expect(entries.count == 0)
            #expect(try entries.next()?.fieldCount == nil)
        }
    }

    @Test func entriesWithTheirFieldsAndDeletedOnes() throws {
        let first = "*2\r\n$3\r\n1-1\r\n*4\r\n$1\r\na\r\n$1\r\n1\r\n$0\r\n\r\n$2\r\nxy\r\n"
        let deleted = "*2\r\n$3\r\n1-2\r\n*-1\r\n"
        let last = "*2\r\n$3\r\n1-3\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n"
        let bytes = "*1\r\n*2\r\n$6\r\nstream\r\n*3\r\n" + first + deleted + last
        var entries = try StreamEntries(readGroup: try reply(bytes))
        #expect(entries.count == 3)
        var found: [String] = []
        while let entry = try entries.next() {
            var line = "\(text(entry.id) ?? "")\(entry.isDeleted ? " deleted" : "")"
            for _ in 0..<entry.fieldCount {
                let (name, value) = try entries.nextField()
                line += " \(text(name) ?? "")=\(text(value) ?? "")"
            }
            found.append(line)
        }
        #expect(found == ["1-1 a=1 =xy", "1-2 deleted", "1-3 b=2"])
    }

    @Test(arguments: [
        "+OK\r\n", "*1\r\n:1\r\n", "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n:5\r\n",
        "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$-1\r\n*0\r\n",
        "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$-1\r\n$1\r\nv\r\n",
    ])
    func anotherShapeThrows(_ bytes: String) throws {
        let reply = try reply(bytes)
        #expect(throws: RedisError.self) {
            var entries = try StreamEntries(readGroup: reply)
            while let entry = try entries.next() {
                for _ in 0..<entry.fieldCount { _ = try entries.nextField() }
            }
        }
    }

    @Test func aServersErrorKeepsItsCodeInEntries() throws {
        let reply = try reply("-NOGROUP No such key 's' or consumer group\r\n")
        let error = #expect(throws: RedisError.self) { _ = try StreamEntries(readGroup: reply) }
        #expect(error?.serverCode == "NOGROUP")
    }
}
