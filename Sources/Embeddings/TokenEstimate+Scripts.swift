/// Characters beyond ASCII: each is one to three tokens, by how well the vocabulary knows its script.
extension TokenEstimate {
    /// Blocks of 64 characters of three bytes whose first two bytes are a piece of the vocabulary: such a character is
    /// two tokens at most, any other may be three. A bit for each block, that of U+0000 first.
    private static let knownBlocks: InlineArray<16, UInt64> = [
        0x37FF_CFF0_0000_0000, 0x0C00_0000_C000_0009, 0x0000_0000_F3F2_0377, 0x0000_0000_0000_002F,
        0xFF00_0000_0000_0000, 0xFF87_E0BF_B87B_FFEB, 0x1FFF_F02B_FFF6_FF1B, 0x7C36_FFF6_3E31_C312,
        0xE0FF_E7CE_0201_BF8F, 0x4800_024F_3FFC_108F, 0x03AF_0000_0000_0000, 0x014D_86EB_C019_AC34,
        0x0245_00D1_7FE0_0C7C, 0x0000_0000_0320_141A, 0x0000_0000_0000_0000, 0xF100_0000_0000_0004,
    ]

    /// Moves behind the character.
    static func characterWeight(_ text: Span<UInt8>, _ at: inout Int) -> Int {
        let lead = text[at]
        let second = at + 1 < text.count ? text[at + 1] : 0x80
        switch lead {
        case ..<0xE0:
            at += 2
            return weightOfTwoBytes(lead, second)
        case ..<0xF0:
            at += 3
            return weightOfThreeBytes(inBlock: Int(lead & 0x0F) << 6 | Int(second & 0x3F))
        default:
            at += 4
            let isEmoji = lead == 0xF0 && second == 0x9F
            return isEmoji ? 222 : 256
        }
    }

    private static func weightOfTwoBytes(_ lead: UInt8, _ second: UInt8) -> Int {
        switch lead {
        // Latin with accents, its signs and its rarer letters.
        case 0xC2, 0xC3: 80
        case 0xC4, 0xC5: 100
        // Greek.
        case 0xCE, 0xCF: 78
        // Cyrillic in capitals, in small letters, and those that Russian does not have.
        case 0xD0: second < 0xB0 ? 88 : 45
        case 0xD1: second < 0x90 ? 45 : 70
        // Hebrew.
        case 0xD7: 84
        // Arabic.
        case 0xD8, 0xD9: 72
        default: 128
        }
    }

    /// - Parameter block: of 64 characters, by number.
    private static func weightOfThreeBytes(inBlock block: Int) -> Int {
        let isKnown = knownBlocks[block >> 6] &>> UInt64(block & 63) & 1 != 0
        return switch block {
        // Devanagari.
        case 0x24, 0x25: 84
        // Bengali.
        case 0x26, 0x27: 100
        // Tamil.
        case 0x2E, 0x2F: 106
        // Thai.
        case 0x38, 0x39: 77
        // Latin of Vietnamese.
        case 0x7A, 0x7B: 74
        // Dashes and quotation marks.
        case 0x80: 84
        // Kana.
        case 0xC0...0xC3: 77
        // Chinese.
        case 0x138...0x27F: isKnown ? 90 : 184
        // Hangul.
        case 0x2B0...0x35F: isKnown ? 80 : 150
        default: isKnown ? 128 : 192
        }
    }
}
