/// The names of one object, to find one that comes twice.
struct DistinctNames {
    private var hashes: [UInt64] = []
    private var names: [ArraySlice<UInt8>] = []

    var count: Int { names.count }

    /// False where the name is there already. Linear in the names, which are few and bounded by the caller.
    mutating func insert(_ name: ArraySlice<UInt8>) -> Bool {
        let hash = Self.hash(name)
        for (index, other) in hashes.enumerated() where other == hash {
            if names[index].elementsEqual(name) { return false }
        }
        hashes.append(hash)
        names.append(name)
        return true
    }

    /// FNV-1a. That an attacker can find collisions costs no more than comparing every name with every other.
    private static func hash(_ name: ArraySlice<UInt8>) -> UInt64 {
        name.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
