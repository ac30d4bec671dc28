import Testing

@testable import Embeddings

@Suite("Packed vectors")
struct PackedVectorTests {
    private func packed(_ vector: [Float]) -> [UInt8] { PackedVector.withBytes(of: vector[...]) { Array($0) } }

    @Test("Little-endian float32, one after the other")
    func bytes() {
        #expect(packed([1, -2.5]) == [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0])
        #expect(packed([]) == [])
    }

    @Test("What was packed is unpacked, wherever it stands in a buffer", arguments: 0..<4)
    func roundTrip(_ offset: Int) {
        let vector: [Float] = [0, -0.0, 1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.pi]
        let buffer = [UInt8](repeating: 0xFF, count: offset) + packed(vector) + [0xFF]
        #expect(PackedVector.unpack(buffer[offset..<(offset + 24)], dimensions: 6) == vector)
    }

    static let unusable: [(vector: [Float], dimensions: Int)] = [
        ([1, 2], 3), ([1, 2, 3], 2), ([], 2), ([], 0), ([1, .nan], 2), ([.infinity, 1], 2), ([-.infinity, 1], 2),
        ([1, .signalingNaN], 2),
    ]

    @Test("Another length, and numbers that are none, count as nothing", arguments: unusable)
    func strange(_ vector: [Float], _ dimensions: Int) {
        #expect(PackedVector.unpack(packed(vector)[...], dimensions: dimensions) == nil)
    }

    @Test("A length that is no whole number of numbers counts as nothing")
    func brokenOff() {
        #expect(PackedVector.unpack(packed([1, 2]).dropLast(), dimensions: 2) == nil)
    }
}
