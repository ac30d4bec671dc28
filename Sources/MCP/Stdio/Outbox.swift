/// Messages on their way out, one after another, each with its line break.
struct Outbox {
    private var queued: [UInt8] = []
    /// What is being written, as far as it is not.
    private var current: ArraySlice<UInt8> = []

    var isEmpty: Bool { queued.isEmpty && current.isEmpty }
    var count: Int { queued.count + current.count }

    mutating func append(_ message: [UInt8]) {
        queued.append(contentsOf: message)
        queued.append(UInt8(ascii: "\n"))
    }

    /// What to write next, at most so much; empty where nothing is left.
    mutating func next(atMost limit: Int) -> ArraySlice<UInt8> {
        if current.isEmpty {
            current = queued[...]
            queued = []
        }
        return current.prefix(limit)
    }

    /// So much of what `next` gave was written.
    mutating func remove(_ count: Int) {
        current = current.dropFirst(count)
    }

    mutating func removeAll() {
        self = Outbox()
    }
}
