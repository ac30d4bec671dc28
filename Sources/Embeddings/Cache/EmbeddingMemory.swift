/// Vectors kept in this process, as many as fit into a number of bytes: the one used longest ago goes first.
///
/// Each has storage of its own. A slice of a batch would keep the whole batch alive for one of its vectors.
package struct EmbeddingMemory {
    /// Bytes that an entry takes beside its numbers: its place in the order, its part of the table of keys with the room
    /// that tables keep free, and the header of its storage.
    package static let overhead = 256

    private struct Entry {
        var key: EmbeddingKey
        var vector: [Float]
        var newer: Int
        var older: Int
    }

    private static let none = -1

    /// 0 keeps nothing.
    package let maximumBytes: Int
    /// Of all entries, overhead included.
    package private(set) var bytes = 0
    private var places: [EmbeddingKey: Int] = [:]
    /// Linked by their indices from the newest to the oldest; those in `free` hold nothing.
    private var entries: [Entry] = []
    private var free: [Int] = []
    private var newest = Self.none
    private var oldest = Self.none

    package init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    package var count: Int { places.count }

    /// Bytes that a vector of so many numbers takes.
    package static func cost(dimensions: Int) -> Int { dimensions * MemoryLayout<Float>.stride + overhead }

    /// The vector, which is now the one used last; nil where it is not kept.
    package mutating func vector(_ key: EmbeddingKey) -> ArraySlice<Float>? {
        guard let place = places[key] else { return nil }
        unlink(place)
        linkAsNewest(place)
        return entries[place].vector[...]
    }

    /// Keeps a vector, in place of an earlier one of that key. One that is larger than all there may be is not kept.
    ///
    /// - Parameter vector: its storage is kept as it is, so it must hold nothing else.
    package mutating func keep(_ vector: [Float], as key: EmbeddingKey) {
        if let place = places[key] { remove(place) }
        let cost = Self.cost(dimensions: vector.count)
        guard cost <= maximumBytes else { return }
        while bytes + cost > maximumBytes { remove(oldest) }
        let entry = Entry(key: key, vector: vector, newer: Self.none, older: Self.none)
        let place = free.popLast() ?? entries.count
        if place == entries.count { entries.append(entry) } else { entries[place] = entry }
        places[key] = place
        bytes += cost
        linkAsNewest(place)
    }

    private mutating func remove(_ place: Int) {
        unlink(place)
        places[entries[place].key] = nil
        bytes -= Self.cost(dimensions: entries[place].vector.count)
        entries[place].vector = []
        free.append(place)
    }

    private mutating func linkAsNewest(_ place: Int) {
        entries[place].newer = Self.none
        entries[place].older = newest
        if newest != Self.none { entries[newest].newer = place }
        newest = place
        if oldest == Self.none { oldest = place }
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (entries[place].newer, entries[place].older)
        if newer == Self.none { newest = older } else { entries[newer].older = older }
        if older == Self.none { oldest = newer } else { entries[older].newer = newer }
    }
}
