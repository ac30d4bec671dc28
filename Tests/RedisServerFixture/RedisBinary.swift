internal import Foundation

/// A server program that tests run against: `@Test(arguments: RedisBinary.available)` for whatever depends on the server.
package struct RedisBinary: Sendable, Hashable, CustomStringConvertible {
    /// Holds `name=path` for each program, separated by commas. `scripts/test` sets it.
    package static let variable = "MEMOIR_TEST_REDIS_SERVERS"

    package let name: String
    package let path: String

    package var description: String { name }

    /// Those that the environment names, be they there or not: what is named and missing fails its tests. Without a
    /// name, the `redis-server` of PATH.
    package static let available = parse(ProcessInfo.processInfo.environment[variable] ?? "")

    /// For tests that need only one.
    package static var standard: RedisBinary { available[0] }

    /// Never empty.
    package static func parse(_ list: String) -> [RedisBinary] {
        let named = list.split(separator: ",").map { item in
            let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
            return RedisBinary(name: parts[0], path: parts.count == 2 ? parts[1] : "")
        }
        return named.isEmpty ? [RedisBinary(name: "redis-server", path: "redis-server")] : named
    }

    /// Why it cannot be used; nil where it can.
    package var problem: String? {
        guard self != Self.parse("")[0] else { return nil }
        if path.isEmpty { return "\(Self.variable) names \(name) without a path: write \(name)=/path/to/redis-server" }
        guard FileManager.default.isExecutableFile(atPath: path) else {
            return "\(Self.variable) names \(name), but \(path) is no program: scripts/setup --development installs it"
        }
        return nil
    }
}
