import HTTPTransport
import JSON

/// `{"data": [{"index", "embedding"}, …], "usage": {"prompt_tokens", "total_tokens"}}`, its entries in any order and
/// each embedding as base64 or as an array of numbers.
struct EmbeddingResponseBody {
    private enum Embedding {
        case base64(JSONString)
        /// Stands before the array.
        case numbers(JSONScanner)
        /// In its place among the values already.
        case decoded
    }

    /// A number printed with all its digits and a space.
    private static let bytesPerNumber = 32
    private static let overhead = 1 << 20
    /// More than any provider takes in a call. What a server says beyond it would overflow where it is reckoned with.
    private static let maximumTokens = 1 << 30

    private let configuration: OpenAIConfiguration
    private let count: Int
    private var values: [Float]
    private var isFilled: [Bool]
    private var filled = 0
    private var tokens = 0

    static func maximumBytes(inputs: Int, dimensions: Int) -> Int {
        overhead + inputs * dimensions * bytesPerNumber
    }

    static func read(
        _ body: [UInt8],
        count: Int,
        from configuration: OpenAIConfiguration
    ) throws(EmbeddingError) -> EmbeddingBatch {
        var response = EmbeddingResponseBody(count: count, configuration)
        do {
            var scanner = JSONScanner(body)
            try response.read(&scanner)
            try scanner.finish()
        } catch let error as EmbeddingError {
            throw error
        } catch {
            throw EmbeddingError(.invalidResponse, "\(configuration.endpoint) sent no valid answer: \(error)")
        }
        return try response.batch()
    }

    private init(count: Int, _ configuration: OpenAIConfiguration) {
        self.count = count
        self.configuration = configuration
        values = [Float](repeating: 0, count: count * configuration.dimensions)
        isFilled = [Bool](repeating: false, count: count)
    }

    private mutating func read(_ scanner: inout JSONScanner) throws {
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            if name == "data" {
                try readEntries(&scanner)
            } else if name == "usage", try scanner.nextKind() == .object {
                try readUsage(&scanner)
            } else if name == "error", try scanner.nextKind() != .null {
                // Some gateways put an error into a response of status 200.
                let message = ProviderFault(try JSONValue(from: &scanner)).message ?? "an error without a message"
                throw invalid(SecretMask(configuration.apiKey).masked(message))
            } else {
                try scanner.skipValue()
            }
        }
    }

    private mutating func readEntries(_ scanner: inout JSONScanner) throws {
        try scanner.beginArray()
        while try scanner.nextElement() {
            var index: Int?
            var embedding: Embedding?
            try scanner.beginObject()
            while let name = try scanner.nextName() {
                if name == "index" {
                    index = try scanner.readInteger()
                } else if name == "embedding" {
                    embedding = try readEmbedding(&scanner, index)
                } else {
                    try scanner.skipValue()
                }
            }
            guard let index, let embedding else { throw invalid("an entry of its data lacks `index` or `embedding`") }
            try decode(embedding, at: index)
        }
    }

    /// The index, which is needed to decode it, may stand behind it.
    private mutating func readEmbedding(_ scanner: inout JSONScanner, _ index: Int?) throws -> Embedding {
        if try scanner.nextKind() == .string { return .base64(try scanner.readString()) }
        if let index {
            try readNumbers(&scanner, into: claim(index))
            return .decoded
        }
        let start = scanner
        try scanner.skipValue()
        return .numbers(start)
    }

    private mutating func decode(_ embedding: Embedding, at index: Int) throws {
        switch embedding {
        case .decoded: break
        case .numbers(var scanner): try readNumbers(&scanner, into: claim(index))
        case .base64(let string):
            let place = try claim(index)
            let text = string.bytes
            guard let length = Base64Floats.count(in: text) else { throw invalid("base64 of the wrong length") }
            guard length == place.count else { throw wrongDimensions(length) }
            guard Base64Floats.decode(text, into: &values, at: place) else { throw invalid("characters not of base64") }
        }
    }

    /// Where the values of that entry go.
    private mutating func claim(_ index: Int) throws -> Range<Int> {
        guard isFilled.indices.contains(index) else { throw invalid("index \(index) for \(count) texts") }
        guard !isFilled[index] else { throw invalid("index \(index) twice") }
        isFilled[index] = true
        filled += 1
        return index * configuration.dimensions..<(index + 1) * configuration.dimensions
    }

    private mutating func readNumbers(_ scanner: inout JSONScanner, into place: Range<Int>) throws {
        var next = place.lowerBound
        try scanner.beginArray()
        while try scanner.nextElement() {
            let value = try scanner.readFloat()
            if next < place.upperBound { values[next] = value }
            next += 1
        }
        guard next == place.upperBound else { throw wrongDimensions(next - place.lowerBound) }
    }

    private mutating func readUsage(_ scanner: inout JSONScanner) throws {
        var prompt = 0
        var total = 0
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            if name == "total_tokens", try scanner.nextKind() == .number {
                total = try scanner.readInteger()
            } else if name == "prompt_tokens", try scanner.nextKind() == .number {
                prompt = try scanner.readInteger()
            } else {
                try scanner.skipValue()
            }
        }
        tokens = min(Self.maximumTokens, max(0, total > 0 ? total : prompt))
    }

    private func batch() throws(EmbeddingError) -> EmbeddingBatch {
        guard filled == count else { throw invalid("\(filled) embeddings for \(count) texts") }
        guard values.allSatisfy(\.isFinite) else { throw invalid("numbers that are not finite") }
        return EmbeddingBatch(dimensions: configuration.dimensions, values: values, tokens: tokens)
    }

    private func invalid(_ what: String) -> EmbeddingError {
        EmbeddingError(.invalidResponse, "\(configuration.endpoint) sent no valid answer: \(what)")
    }

    private func wrongDimensions(_ dimensions: Int) -> EmbeddingError {
        EmbeddingError(
            .misconfigured,
            """
            model \(configuration.model) at \(configuration.endpoint) makes vectors of \(dimensions) dimensions, and \
            \(configuration.dimensions) are configured: set EMBEDDING_DIMENSIONS to \(dimensions) (and a collection of \
            that size), or choose a model that makes \(configuration.dimensions)
            """
        )
    }
}
