import JSON
import Testing

@testable import Embeddings

@Suite struct EmbeddingPackerTests {
    @Test func stopsAtEachLimit() {
        let text = EmbeddingTextSize(of: ArraySlice("two words".utf8))
        let byInputs = Self.fill(EmbeddingLimits(maximumInputs: 3), with: text)
        #expect(byInputs.inputs == 3)
        let byTokens = Self.fill(EmbeddingLimits(maximumTokens: text.estimatedTokens * 8), with: text)
        #expect(byTokens.inputs == 5 && byTokens.tokens == text.estimatedTokens * 5)
        let byBytes = Self.fill(EmbeddingLimits(maximumBodyBytes: 512 + text.jsonBytes * 4), with: text)
        #expect(byBytes.inputs == 4 && byBytes.bodyBytes == byBytes.limits.maximumBodyBytes)
    }

    /// Seven tenths of the limit are 7,000 tokens as estimated.
    @Test func aTextThatMayBeTooLongGoesAlone() {
        let limits = EmbeddingLimits(maximumTokensPerInput: 10_000)
        let short = EmbeddingTextSize(of: ArraySlice("word".utf8))
        let fitting = EmbeddingTextSize(of: ArraySlice(String(repeating: " the", count: 7000).utf8))
        let long = EmbeddingTextSize(of: ArraySlice(String(repeating: " the", count: 7001).utf8))
        #expect(fitting.estimatedTokens == 7000 && long.estimatedTokens == 7001)
        var packer = EmbeddingPacker(limits: limits)
        #expect(packer.fits(long))
        packer.add(fitting)
        #expect(packer.fits(fitting) && packer.fits(short) && !packer.fits(long))
        packer = EmbeddingPacker(limits: limits)
        packer.add(long)
        #expect(!packer.fits(short) && !packer.fits(long))
    }

    @Test func aTextBeyondAllLimitsGoesAlone() {
        let limits = EmbeddingLimits(maximumTokens: 1, maximumBodyBytes: 1)
        let packer = Self.fill(limits, with: EmbeddingTextSize(of: ArraySlice("far too many words".utf8)))
        #expect(packer.inputs == 1)
    }

    @Test(arguments: ["", "plain", "a\"b\\c\n\u{1}", "é中😀"])
    func jsonBytesAreAnUpperBound(_ text: String) {
        var writer = JSONWriter()
        writer.string(text)
        let size = EmbeddingTextSize(of: ArraySlice(text.utf8)).jsonBytes
        #expect(size > writer.bytes.count && size <= writer.bytes.count + 1 + 4 * text.utf8.count)
    }

    private static func fill(_ limits: EmbeddingLimits, with text: EmbeddingTextSize) -> EmbeddingPacker {
        var packer = EmbeddingPacker(limits: limits)
        while packer.fits(text), packer.inputs < 10_000 { packer.add(text) }
        return packer
    }
}
