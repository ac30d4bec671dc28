/// A vector as it is kept outside this process: little-endian float32, one after the other, and nothing else.
package enum PackedVector {
    /// Gives the packed bytes to `body`; where the machine is little-endian, they are the vector's own.
    package static func withBytes<Result>(
        of vector: ArraySlice<Float>,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        #if _endian(little)
        return vector.withUnsafeBytes(body)
        #else
        return vector.map(\.bitPattern.littleEndian).withUnsafeBytes(body)
        #endif
    }

    /// A vector with storage of its own.
    ///
    /// - Returns: nil where the bytes are not so many numbers, or where one of them is infinite or no number.
    package static func unpack(_ bytes: ArraySlice<UInt8>, dimensions: Int) -> [Float]? {
        guard dimensions > 0, bytes.count == dimensions * MemoryLayout<Float>.size else { return nil }
        let vector = [Float](unsafeUninitializedCapacity: dimensions) { numbers, count in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(numbers).copyMemory(from: $0) }
            #if _endian(big)
            for index in numbers.indices { numbers[index] = Float(bitPattern: numbers[index].bitPattern.byteSwapped) }
            #endif
            count = dimensions
        }
        return isFinite(vector) ? vector : nil
    }

    /// Without a branch for each number, so that it costs next to nothing.
    private static func isFinite(_ vector: [Float]) -> Bool {
        // All bits of the exponent are set in infinities and in what is no number, and in nothing else.
        let exponent: UInt32 = 0x7F80_0000
        var strange: UInt32 = 0
        for number in vector {
            strange |= number.bitPattern & exponent == exponent ? 1 : 0
        }
        return strange == 0
    }
}
