/// Counts tokens without a tokenizer's table: about what `cl100k_base` counts, and rather more than less.
///
/// The tokenizer first cuts text into words, runs of digits, runs of punctuation and runs of white space, and then each
/// of them into the pieces of its vocabulary. The cuts are the same here; how many pieces a cut has is a weight, set
/// against the real tokenizer so that no language falls short on the whole. `Tests/EndToEnd/test_token_estimate.py`
/// measures that and prints the table: English, French and German prose comes out a quarter to a third too high,
/// Chinese a third, source code two fifths, invoices a tenth. What falls short is random letters of a script with many
/// (Greek 0.7, Devanagari 0.7, Hangul 0.7 of the real count), which `EmbeddingPacker` leaves room for.
///
/// Never under a quarter of the bytes, which is how the API itself estimates a call before it takes it.
package enum TokenEstimate {
    /// Weights are in sixty-fourths of a token.
    static let unit = 64
    private static let digitGroup = 68
    private static let digitsInAGroup = 3
    private static let punctuation = 53
    /// `-----` and `=====` have tokens of their own.
    private static let repeatedPunctuation = 6
    private static let control = 68
    private static let whitespaceRun = 66
    /// Within a run: runs of one character have tokens of their own, mixed ones have few.
    private static let whitespaceChange = 52

    /// - Parameter text: valid UTF-8.
    package static func tokens(in text: ArraySlice<UInt8>) -> Int {
        tokens(in: text.span)
    }

    static func tokens(in text: Span<UInt8>) -> Int {
        var weight = 0
        var at = 0
        while at < text.count {
            let byte = text[at]
            if isLetter(byte) {
                weight += wordWeight(text, &at)
            } else if byte >= 0x80 {
                weight += characterWeight(text, &at)
            } else if isDigit(byte) {
                weight += digitsWeight(text, &at)
            } else if isWhitespace(byte) {
                weight += whitespaceWeight(text, &at)
            } else {
                weight += punctuationWeight(text, &at)
            }
        }
        return max((weight + unit - 1) / unit, (text.count + 3) / 4)
    }

    private static func digitsWeight(_ text: Span<UInt8>, _ at: inout Int) -> Int {
        let start = at
        repeat { at += 1 } while at < text.count && isDigit(text[at])
        return digitGroup * ((at - start + digitsInAGroup - 1) / digitsInAGroup)
    }

    private static func punctuationWeight(_ text: Span<UInt8>, _ at: inout Int) -> Int {
        let byte = text[at]
        defer { at += 1 }
        if at > 0, text[at - 1] == byte { return repeatedPunctuation }
        return byte < 0x20 || byte == 0x7F ? control : punctuation
    }

    private static func whitespaceWeight(_ text: Span<UInt8>, _ at: inout Int) -> Int {
        let start = at
        var changes = 0
        at += 1
        while at < text.count, isWhitespace(text[at]) {
            if text[at] != text[at - 1] { changes += 1 }
            at += 1
        }
        if at == start + 1, text[start] == UInt8(ascii: " "), at == text.count || takesSpace(text[at]) { return 0 }
        return whitespaceRun + changes * whitespaceChange
    }

    /// Whether a single space is part of what stands behind it. It is not of a number, nor of a letter of a script that
    /// the vocabulary hardly knows.
    private static func takesSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), 0xC6...0xCD, 0xD2...0xD6, 0xDA...0xDF, 0xE1: false
        default: true
        }
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte &- UInt8(ascii: "\t") < 5
    }
}
