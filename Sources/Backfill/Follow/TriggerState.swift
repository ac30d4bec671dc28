/// Whether the database tells of a table's changes.
package enum TriggerState: Sendable, Equatable {
    case ready
    case missing
    case disabled
    /// It is of another mapping, or another version of Memoir.
    case outdated
    /// The outbox may not be read, or nothing may be taken from it.
    case denied(role: String, outbox: String)

    /// What is wrong, and what mends it; nil where nothing is.
    package func problem(of collection: String, on table: FollowedTable) -> String? {
        let install = "memoir follow -c \(collection) --install-trigger"
        switch self {
        case .ready: return nil
        case .missing:
            return "nothing tells of changes of \(table.shownName): install the trigger with `\(install)`, or, where "
                + "triggers are not allowed, look for changes now and then with `--poll 5s`, which sees no deletions"
        case .disabled:
            return "the trigger on \(table.shownName) is disabled, and changes are not told of: enable it with "
                + "ALTER TABLE … ENABLE TRIGGER, or with `\(install)`"
        case .outdated:
            return "the trigger on \(table.shownName) was installed for another mapping, or by another version: run "
                + "`\(install)` again"
        case .denied(let role, let outbox):
            let grant = "GRANT SELECT, DELETE ON \(outbox) TO \(SQLText.name(role))"
            return "\(role) may not read and empty the outbox: \(grant)"
        }
    }
}
