internal import Foundation

/// A server's process and those that it has started: PostgreSQL has one a session, and they outlive it for a while.
enum ProcessTree {
    static func children(of parent: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { self.parent(of: $0) == parent }
    }

    /// Whether the process is there and has not ended.
    static func isRunning(_ pid: pid_t) -> Bool {
        guard let state = fields(pid).first else { return false }
        return state != "Z" && state != "X"
    }

    private static func parent(of pid: pid_t) -> pid_t? {
        let fields = fields(pid)
        return fields.count > 1 ? pid_t(fields[1]) : nil
    }

    /// What stands in `stat` behind the name, which may hold anything: state, parent, …
    private static func fields(_ pid: pid_t) -> [Substring] {
        let line = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        guard let end = line.lastIndex(of: ")") else { return [] }
        return line[line.index(after: end)...].split(separator: " ")
    }
}
