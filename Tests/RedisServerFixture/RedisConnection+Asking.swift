internal import Reactor
package import RedisClient

/// Short ways to look at what a server holds.
@Reactor
extension RedisConnection {
    package func integer(_ name: StaticString, _ arguments: String...) async throws -> Int {
        try await execute(Self.command(name, arguments)).integer ?? -1
    }

    /// nil for a key that is not there.
    package func string(_ name: StaticString, _ arguments: String...) async throws -> String? {
        try await execute(Self.command(name, arguments)).text.map { String(decoding: $0, as: UTF8.self) }
    }

    package func strings(_ name: StaticString, _ arguments: String...) async throws -> [String] {
        var cursor = try await execute(Self.command(name, arguments)).cursor
        var strings: [String] = []
        for _ in 0..<(try cursor.array() ?? 0) {
            if let string = try cursor.string() { strings.append(String(decoding: string, as: UTF8.self)) }
        }
        return strings
    }

    /// How often the server ran each command, by the command's name.
    package func commandCalls() async throws -> [String: Int] {
        var calls: [String: Int] = [:]
        for line in (try await string("INFO", "commandstats") ?? "").split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":")
            guard parts.count == 2, let name = parts.first?.dropFirst("cmdstat_".count) else { continue }
            let count = parts[1].split(separator: ",").first?.dropFirst("calls=".count)
            calls[String(name)] = count.flatMap { Int($0) }
        }
        return calls
    }

    private static func command(_ name: StaticString, _ arguments: [String]) -> RedisCommand {
        var command = RedisCommand(capacity: 128)
        command.begin(name, arguments: arguments.count)
        for argument in arguments { command.append(argument) }
        return command
    }
}
