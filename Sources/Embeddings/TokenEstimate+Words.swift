/// Words of ASCII letters: common ones are one token, and letters that seldom stand side by side come apart.
extension TokenEstimate {
    private static let word = 64
    private static let lettersInAPiece = 5
    private static let letterBeyond = 21
    private static let rarePair = 64
    /// Two upper-case letters side by side: the vocabulary has fewer words in capitals.
    private static let capitals = 20
    /// `aB` or `Ba` inside a word: names in code, base64.
    private static let caseChange = 53

    /// Pairs of letters that at least 290 pieces of the vocabulary hold, about half of what English writes: by the first
    /// letter, a bit for each second one.
    private static let commonPairs: InlineArray<26, UInt32> = [
        0x17E_BD6E, 0x016_4911, 0x01A_4D95, 0x016_4919, 0x1FF_F97F, 0x012_4931, 0x016_6991, 0x01A_4111, 0x22E_F87F,
        0x000_0010, 0x004_0110, 0x11C_4919, 0x014_D113, 0x03C_657D, 0x07E_FD6F, 0x01E_C991, 0x010_0000, 0x13E_7D5D,
        0x11C_CD95, 0x11E_4995, 0x00E_B95F, 0x000_4111, 0x000_6111, 0x008_8000, 0x004_8010, 0x000_0010,
    ]

    /// Moves behind the word. Its weight is never over a token a letter.
    static func wordWeight(_ text: Span<UInt8>, _ at: inout Int) -> Int {
        let start = at
        var previous = text[at]
        var rarePairs = 0
        // Counted in units of the case's bit.
        var changes = 0
        var capitalPairs = 0
        at += 1
        while at < text.count, isLetter(text[at]) {
            let byte = text[at]
            let row = commonPairs[Int(previous & 0x1F) - 1]
            rarePairs &+= Int(~(row &>> UInt32(byte & 0x1F - 1)) & 1)
            changes &+= Int((byte ^ previous) & 0x20)
            capitalPairs &+= Int(~(byte | previous) & 0x20)
            previous = byte
            at += 1
        }
        let length = at - start
        let isCapitalized = length > 1 && text[start] & 0x20 == 0 && text[start + 1] & 0x20 != 0
        let weight =
            word + rarePair * rarePairs + capitals * (capitalPairs >> 5)
            + caseChange * ((changes >> 5) - (isCapitalized ? 1 : 0))
            + letterBeyond * max(0, length - lettersInAPiece)
        return min(weight, unit * length)
    }
}
