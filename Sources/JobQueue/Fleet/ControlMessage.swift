package import RedisClient

/// What workers are told at once. The state itself stands in keys of its own: a message only says to look.
package enum ControlMessage: Sendable, Equatable {
    /// The set of cancelled jobs, or that of paused lanes, has changed.
    case changed
    /// A worker has stopped: what it left is to be taken over.
    case left(String)

    /// Messages kept, about: nobody needs old ones.
    private static let kept = 1_000

    /// From an entry of the control stream: its field `command`, and what else it names.
    package init(fields: [String: String]) {
        if fields["command"] == "left", let worker = fields["worker"] {
            self = .left(worker)
        } else {
            self = .changed
        }
    }

    /// Appends the command that tells it.
    package func append(to command: inout RedisCommand, keys: JobKeys) {
        let fields =
            switch self {
            case .changed: ["command", "changed"]
            case .left(let worker): ["command", "left", "worker", worker]
            }
        command.begin("XADD", arguments: 5 + fields.count)
        command.append(keys.control)
        command.append("MAXLEN")
        command.append("~")
        command.append(Self.kept)
        command.append("*")
        for field in fields { command.append(field) }
    }
}
