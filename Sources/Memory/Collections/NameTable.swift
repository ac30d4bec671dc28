/// A table that never changes, looked up by the bytes of a name.
///
/// Names arrive as slices of a stream entry or of JSON. A dictionary would need a `String` or an array made of each;
/// a binary search needs none, and beats hashing for the few names there are.
struct NameTable<Value: Sendable>: Sendable {
    private let names: [[UInt8]]
    private let values: [Value]

    init(_ entries: [(name: String, value: Value)]) {
        let sorted = entries.map { (name: Array($0.name.utf8), value: $0.value) }
            .sorted { Self.order($0.name, $1.name[...]) < 0 }
        names = sorted.map(\.name)
        values = sorted.map(\.value)
    }

    /// A name that was given more than once.
    var duplicate: String? {
        zip(names, names.dropFirst()).first { $0 == $1 }.map { String(decoding: $0.0, as: UTF8.self) }
    }

    subscript(name: ArraySlice<UInt8>) -> Value? {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            let order = Self.order(names[middle], name)
            if order == 0 { return values[middle] }
            if order < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return nil
    }

    /// Negative, zero or positive as the left comes first, is equal, or comes last: shorter names first, as most
    /// pairs then differ without a look at their bytes.
    private static func order(_ left: [UInt8], _ right: ArraySlice<UInt8>) -> Int {
        guard left.count == right.count else { return left.count - right.count }
        for (one, other) in zip(left, right) where one != other { return Int(one) - Int(other) }
        return 0
    }
}
