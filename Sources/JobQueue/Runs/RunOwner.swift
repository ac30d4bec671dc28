internal import Glibc

/// The process that writes a run, told from all others by its token.
package struct RunOwner: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let pid: Int
    private let token: String

    package init(host: String, pid: Int, token: String) {
        self.host = host
        self.pid = pid
        self.token = token
    }

    /// This process, with a token of its own each time.
    package static func current() -> RunOwner {
        var buffer = [CChar](repeating: 0, count: 256)
        let isKnown = gethostname(&buffer, buffer.count - 1) == 0
        let host =
            isKnown ? String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "-"
        return RunOwner(host: host, pid: Int(getpid()), token: String(UInt64.random(in: .min ... .max), radix: 16))
    }

    /// As the state's field `owner` has it: `<host>/<pid>/<token>`. Nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let pid = Int(parts[1]) else { return nil }
        self.init(host: String(parts[0]), pid: pid, token: String(parts[2]))
    }

    var text: String { "\(host)/\(pid)/\(token)" }

    package var description: String { "process \(pid) on \(host)" }
}
