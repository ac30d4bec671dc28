import Testing

@testable import Embeddings

@Suite("Keys of cached embeddings")
struct EmbeddingKeysTests {
    private func key(_ model: String, _ dimensions: Int, _ text: String) -> String {
        var digits: [UInt8] = []
        EmbeddingKeys(model: model, dimensions: dimensions).key(of: ArraySlice(text.utf8)).append(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// `printf '1:m2:a' | sha256sum`: other programs find what is cached.
    @Test("A key is SHA-256 of what is documented")
    func knownKey() {
        #expect(key("m", 2, "a") == "19aec023439f5598da23f123a0e13e3ca65cfa391263b45051d61859253e30b0")
    }

    @Test(
        "Another model, other dimensions or another text is another key, however they are cut",
        arguments: [
            ("m", 2, "b"), ("m", 3, "a"), ("n", 2, "a"), ("m2:", 2, "a"), ("m", 22, "a"), ("m", 2, ":a"),
            ("m", 2, "a "),
            ("m", 2, "A"), ("m2", 2, "a"), ("m", 2, ""), ("", 2, "a"), ("m", 2, "2:a"), ("m", 12, "a"), ("1:m", 2, "a"),
        ]
    )
    func differs(_ model: String, _ dimensions: Int, _ text: String) {
        #expect(key(model, dimensions, text) != key("m", 2, "a"))
    }

    @Test("What separates the parts cannot be moved into one of them")
    func separation() {
        #expect(key("m1", 2, "a") != key("m", 12, "a"))
        #expect(key("m", 2, "3:a") != key("m2:", 3, "a"))
    }

    @Test("Keys are the same however often they are made, and whatever was hashed in between")
    func repeatable() {
        let keys = EmbeddingKeys(model: "m", dimensions: 2)
        let first = keys.key(of: ArraySlice("a".utf8))
        _ = keys.key(of: ArraySlice("b".utf8))
        #expect(keys.key(of: ArraySlice("xa".utf8)[1...]) == first)
    }
}
