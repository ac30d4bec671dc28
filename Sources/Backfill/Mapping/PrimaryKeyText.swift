/// The values of a row's primary key as the database writes them, one behind the other in memory that is used again.
package struct PrimaryKeyText: Sendable, Equatable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    package var count: Int { ends.count }

    package subscript(index: Int) -> ArraySlice<UInt8> {
        bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// Copies, for what lives longer than a row: the end of a page.
    package var strings: [String] { (0..<count).map { String(decoding: self[$0], as: UTF8.self) } }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    mutating func append(_ value: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: value)
        ends.append(bytes.count)
    }
}
