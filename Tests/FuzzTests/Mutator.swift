/// Changes inputs at random, the same way each time.
struct Mutator {
    private static let pieces = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "true", "-1", "1e400", "9223372036854775808", "\\ud800",
        "\u{0}",
        "\n", "\u{1E}", "@session", "\"id\":1,", "\"method\":\"ping\",", "\"_meta\":{},", "\"arguments\":{},",
        "2026-07-28", "2025-03-26", "invoices", "[[[[", "=?base64?",
    ].map { Array($0.utf8) }

    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func mutation(of seeds: [[UInt8]]) -> [UInt8] {
        var input = seeds[next(below: seeds.count)]
        for _ in 0...next(below: 3) { change(&input, seeds) }
        return input
    }

    private mutating func change(_ input: inout [UInt8], _ seeds: [[UInt8]]) {
        let place = next(below: input.count + 1)
        let end = min(input.count, place + next(below: 24))
        switch next(below: 6) {
        case 0 where place < input.count: input[place] ^= 1 << UInt8(next(below: 8))
        case 1 where place < input.count: input[place] = UInt8(next(below: 256))
        case 2: input.removeSubrange(place..<end)
        case 3: input.insert(contentsOf: Array(input[place..<end]), at: place)
        case 4:
            let other = seeds[next(below: seeds.count)]
            input.replaceSubrange(place..., with: other.dropFirst(next(below: other.count)))
        default: input.insert(contentsOf: Self.pieces[next(below: Self.pieces.count)], at: place)
        }
    }

    /// SplitMix64.
    private mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: (mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
