/// How far a text or an item is to be trusted not to spoil the call that carries it. Calls carry one standing only.
/// What waits changes its standing in this order, never back.
enum Standing: Int, CaseIterable, Comparable {
    /// Never failed.
    case untried
    /// Of a job that has spent an attempt already.
    case retried
    /// A call that carried it failed, and whether on its account is not known yet.
    case suspect

    /// So many of `retried` share a call: most of them fail again, and a small call is soon divided.
    static let retriedTogether = 16

    /// In which order they are looked for. A probe is to be something that does not fail on its own account; otherwise
    /// they take turns, so that neither keeps the other waiting.
    static func order(isProbe: Bool, last: Standing) -> [Standing] {
        isProbe || last != .untried ? [.untried, .retried, .suspect] : [.suspect, .retried, .untried]
    }

    static func < (left: Standing, right: Standing) -> Bool { left.rawValue < right.rawValue }
}
