import Testing

@testable import RedisClient

@Suite struct RedisCommandTests {
    @Test func aCommandOfFewArguments() {
        let command = RedisCommand("SET", "key", "värde", "")
        #expect(
            String(decoding: command.bytes, as: UTF8.self)
                == "*4\r\n$3\r\nSET\r\n$3\r\nkey\r\n$6\r\nvärde\r\n$0\r\n\r\n"
        )
        #expect(command.count == 1 && command.isComplete)
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (-1, "-1"), (10, "10"), (1_234_567_890, "1234567890"),
        (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
    ])
    func anIntegerIsItsDigits(number: Int, digits: String) {
        var command = RedisCommand()
        command.begin("X", arguments: 1)
        command.append(number)
        let expected = "*2\r\n$1\r\nX\r\n$\(digits.utf8.count)\r\n\(digits)\r\n"
        #expect(String(decoding: command.bytes, as: UTF8.self) == expected)
    }

    @Test func argumentsOfEachKindAndCommandsInOneBuffer() {
        var arguments = RedisArguments(capacity: 16)
        arguments.append("a")
        arguments.append(2)
        var more = RedisArguments()
        more.append([0, 13, 10, 255])
        arguments.append(more)
        #expect(arguments.count == 3)

        var command = RedisCommand(capacity: 64)
        #expect(!command.isComplete)
        command.begin("A", arguments: 4)
        #expect(!command.isComplete)
        command.append([9, 9, 7][2...])
        command.append(arguments)
        #expect(command.isComplete && command.count == 1)
        command.begin("B", arguments: 0)
        #expect(command.isComplete && command.count == 2)
        let expected: [UInt8] =
            Array("*5\r\n$1\r\nA\r\n$1\r\n".utf8) + [7] + Array("\r\n$1\r\na\r\n$1\r\n2\r\n$4\r\n".utf8)
            + [0, 13, 10, 255] + Array("\r\n*1\r\n$1\r\nB\r\n".utf8)
        #expect(command.bytes == expected)
    }

    @Test func theGreetingHasItsStepsInOrder() throws {
        var configuration = RedisConfiguration()
        configuration.username = "user"
        configuration.password = "secret"
        configuration.database = 3
        let whole = try #require(RedisGreeting(configuration)).command
        let steps = [
            RedisCommand("AUTH", "user", "secret"), RedisCommand("SELECT", "3"),
            RedisCommand("CLIENT", "SETNAME", "memoir"),
        ]
        #expect(whole.bytes == steps.flatMap(\.bytes))
        #expect(whole.count == 3)

        var silent = RedisConfiguration()
        silent.clientName = ""
        #expect(RedisGreeting(silent) == nil)
    }
}
