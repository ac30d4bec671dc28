/// The containers open around a position, one bit each: set for an object.
struct JSONNesting {
    private var objects: UInt64 = 0
    private var depth = 0
    /// Containers that the reader had opened before.
    private let outside: Int

    init(outside: Int) {
        self.outside = outside
    }

    var isEmpty: Bool { depth == 0 }
    var isObject: Bool { objects & 1 == 1 }
    var closingByte: UInt8 { isObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }

    mutating func open(isObject: Bool, at offset: Int) throws(JSONError) {
        guard outside + depth < JSONScanner.maximumDepth else { throw JSONError(.tooDeep, at: offset) }
        objects = objects << 1 | (isObject ? 1 : 0)
        depth += 1
    }

    mutating func close() {
        objects >>= 1
        depth -= 1
    }
}
