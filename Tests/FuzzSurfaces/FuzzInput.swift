/// Bytes from outside, of which the first says what is to read them, and the next how; the rest is what is read.
package enum FuzzInput {
    /// - Throws: where an answer is not what it must be. What traps, traps.
    package static func run(_ input: ArraySlice<UInt8>) async throws(FuzzFinding) {
        var reader = FuzzReader(input)
        switch reader.byte() {
        case UInt8(ascii: "s"), 0: try await StdioSurface.run(&reader)
        case UInt8(ascii: "h"), 1: try await HTTPSurface.run(&reader)
        case UInt8(ascii: "t"), 2: try await ArgumentSurface.run(&reader)
        case UInt8(ascii: "w"), 3: try await WorkerSurface.run(&reader)
        default: return
        }
    }
}
