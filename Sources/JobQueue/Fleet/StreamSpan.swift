/// A stretch of a stream, from one entry to another.
struct StreamSpan: Sendable, Equatable {
    private struct ID: Equatable {
        let milliseconds: UInt64
        let sequence: UInt64

        init?(_ text: String) {
            let parts = text.split(separator: "-")
            guard parts.count == 2, let milliseconds = UInt64(parts[0]), let sequence = UInt64(parts[1]) else {
                return nil
            }
            self.milliseconds = milliseconds
            self.sequence = sequence
        }
    }

    private let first: ID
    private let last: ID

    /// - Parameters: ids of entries; nil where they are none, or in the wrong order.
    init?(_ first: String, _ last: String) {
        guard let first = ID(first), let last = ID(last),
            (first.milliseconds, first.sequence) <= (last.milliseconds, last.sequence)
        else { return nil }
        self.first = first
        self.last = last
    }

    /// So many ids, spread evenly by time, each time elsewhere. Of entries of one millisecond the second number differs.
    func places(_ count: Int) -> [String] {
        guard count > 0 else { return [] }
        let isOneTime = first.milliseconds == last.milliseconds
        let from = isOneTime ? first.sequence : first.milliseconds
        let step = ((isOneTime ? last.sequence : last.milliseconds) - from) / UInt64(count)
        let shift = UInt64.random(in: 0...step)
        return (0..<UInt64(count)).map { number in
            let place = from + number * step + shift
            return isOneTime ? "\(first.milliseconds)-\(place)" : "\(place)-0"
        }
    }
}
