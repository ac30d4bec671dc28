import Backfill

/// A row whose values stay where they are as long as it lives.
struct TestRow: RowValues, ~Copyable {
    private let values: [UnsafeMutableRawBufferPointer?]

    init(_ values: [[UInt8]?]) {
        self.values = values.map { value in
            value.map { bytes in
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
                buffer.copyBytes(from: bytes)
                return buffer
            }
        }
    }

    init(_ values: [String?]) { self.init(values.map { $0.map { Array($0.utf8) } }) }

    deinit {
        for value in values { value?.deallocate() }
    }

    func bytes(_ column: Int) -> UnsafeRawBufferPointer? { values[column].map { UnsafeRawBufferPointer($0) } }
}
