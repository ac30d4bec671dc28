/// Takes an input apart from its front.
struct FuzzReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ input: ArraySlice<UInt8>) {
        rest = input
    }

    /// 0 where there is none left.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// One of the values, told by a byte: the digit 0 stands for the first.
    mutating func one<Value>(of values: [Value]) -> Value {
        values[Int(byte() &- UInt8(ascii: "0")) % values.count]
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
        let taken = rest.prefix(count)
        rest = rest.dropFirst(count)
        return taken
    }
}
