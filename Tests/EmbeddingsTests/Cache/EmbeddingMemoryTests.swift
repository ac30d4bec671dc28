import Testing

@testable import Embeddings

@Suite("Embeddings in memory")
struct EmbeddingMemoryTests {
    private static let keys = EmbeddingKeys(model: "m", dimensions: 2)

    enum Step: Sendable {
        case keep(String)
        case use(String)
    }

    private func key(_ text: String) -> EmbeddingKey { Self.keys.key(of: ArraySlice(text.utf8)) }

    private func memory(vectors: Int) -> EmbeddingMemory {
        EmbeddingMemory(maximumBytes: vectors * EmbeddingMemory.cost(dimensions: 2))
    }

    static let sequences: [([Step], String)] = [
        ([.keep("a"), .keep("b"), .keep("c")], "abc"),
        ([.keep("a"), .keep("b"), .keep("c"), .keep("d")], "bcd"),
        ([.keep("a"), .keep("b"), .keep("c"), .use("a"), .keep("d")], "acd"),
        ([.keep("a"), .keep("b"), .keep("c"), .use("c"), .use("a"), .use("b"), .keep("d"), .keep("e")], "bde"),
        ([.keep("a"), .keep("b"), .keep("c"), .keep("a"), .keep("d")], "acd"),
        ([.keep("a"), .use("x"), .keep("b")], "ab"),
        ([.keep("a"), .use("a"), .use("a"), .keep("b"), .keep("c"), .keep("d"), .keep("e"), .keep("f")], "def"),
        ([.use("a")], ""),
    ]

    @Test("The one used longest ago goes first", arguments: sequences)
    func order(_ steps: [Step], _ kept: String) {
        var memory = memory(vectors: 3)
        for step in steps {
            switch step {
            case .keep(let text): memory.keep([1, Float(text.utf8.first ?? 0)], as: key(text))
            case .use(let text): _ = memory.vector(key(text))
            }
        }
        #expect(memory.count == kept.count)
        #expect(memory.bytes == kept.count * EmbeddingMemory.cost(dimensions: 2))
        for text in ["a", "b", "c", "d", "e", "f", "x"] {
            let expected: [Float]? = kept.contains(text) ? [1, Float(text.utf8.first ?? 0)] : nil
            #expect(memory.vector(key(text)).map(Array.init) == expected, "\(text)")
        }
    }

    @Test("A vector takes the place of the one kept before, whatever its length")
    func replacing() {
        var memory = EmbeddingMemory(maximumBytes: 10_000)
        memory.keep([1, 2], as: key("a"))
        memory.keep([1, 2, 3, 4], as: key("a"))
        #expect(memory.vector(key("a")) == [1, 2, 3, 4])
        #expect(memory.count == 1 && memory.bytes == 16 + EmbeddingMemory.overhead)
        memory.keep([5], as: key("a"))
        #expect(memory.bytes == 4 + EmbeddingMemory.overhead)
    }

    @Test("What is larger than all there may be is not kept, and pushes nothing out", arguments: [0, 100])
    func tooLarge(_ spare: Int) {
        var memory = EmbeddingMemory(maximumBytes: EmbeddingMemory.cost(dimensions: 2) + spare)
        memory.keep([1, 2], as: key("a"))
        memory.keep(Array(repeating: 0, count: 1_000), as: key("b"))
        #expect(memory.vector(key("b")) == nil)
        #expect(memory.vector(key("a")) == [1, 2])
        var none = EmbeddingMemory(maximumBytes: 0)
        none.keep([], as: key("a"))
        #expect(none.vector(key("a")) == nil && none.bytes == 0)
    }

    @Test("A large vector pushes out as many small ones as it takes")
    func several() {
        var memory = EmbeddingMemory(maximumBytes: 4 * EmbeddingMemory.cost(dimensions: 2))
        for text in ["a", "b", "c", "d"] { memory.keep([1, 2], as: key(text)) }
        memory.keep(Array(repeating: 0, count: 2 + EmbeddingMemory.overhead / 4), as: key("e"))
        #expect(memory.vector(key("a")) == nil && memory.vector(key("b")) == nil)
        #expect(memory.vector(key("c")) != nil && memory.vector(key("d")) != nil && memory.vector(key("e")) != nil)
    }

    @Test("Over many steps it agrees with a list that is searched, and keeps to its bytes", arguments: 0..<8)
    func anySequence(_ seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let bound = 3 + random(5)
        var memory = memory(vectors: bound)
        // The newest last.
        var model: [(text: String, vector: [Float])] = []
        for step in 0..<2_000 {
            let text = "t\(random(12))"
            let place = model.firstIndex { $0.text == text }
            if random(2) == 0 {
                #expect(memory.vector(key(text)).map(Array.init) == place.map { model[$0].vector })
                if let place { model.append(model.remove(at: place)) }
            } else {
                let vector = [Float(step), 0]
                memory.keep(vector, as: key(text))
                if let place { model.remove(at: place) }
                model.append((text, vector))
                if model.count > bound { model.removeFirst() }
            }
            #expect(memory.count == model.count && memory.bytes <= memory.maximumBytes)
        }
    }
}
