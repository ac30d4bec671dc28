import HTTPTransport
import Testing

@testable import Embeddings

@Suite struct OpenAIEmbeddingsTests {
    /// `[1, -2.5, 0.1]` and `[3, 4, 5]` as little-endian float32.
    private static let first = "AACAPwAAIMDNzMw9"
    private static let second = "AABAQAAAgEAAAKBA"

    private static func configuration(dimensions: Int = 3, sendsDimensions: Bool? = nil) -> OpenAIConfiguration {
        OpenAIConfiguration(
            apiKey: "sk-secret-key-0123456789",
            baseURL: "http://127.0.0.1:8900/v1/",
            model: "test-model",
            dimensions: dimensions,
            sendsDimensions: sendsDimensions
        )
    }

    private static func embed(_ count: Int = 2, answer: String) async throws(EmbeddingError) -> EmbeddingBatch {
        let provider = OpenAIEmbeddings(configuration(), client: ReplayingClient(answer))
        return try await provider.embed([ArraySlice<UInt8>](repeating: ArraySlice("text".utf8), count: count))
    }

    @Test func sendsWhatTheSpecificationSays() async throws {
        let client = ReplayingClient(#"{"data":[{"index":0,"embedding":"\#(Self.first)"}]}"#)
        var configuration = Self.configuration(sendsDimensions: true)
        configuration.user = "fleet \"7\""
        let provider = OpenAIEmbeddings(configuration, client: client)
        _ = try await provider.embed([ArraySlice("  élan\n\"quoted\" \\".utf8).dropFirst(2)])
        let request = try #require(client.requests.first)
        #expect(request.method == .post && request.url == "http://127.0.0.1:8900/v1/embeddings")
        #expect(
            String(decoding: request.body ?? [], as: UTF8.self)
                == #"{"model":"test-model","encoding_format":"base64","dimensions":3,"user":"fleet \"7\"","#
                + #""input":["élan\n\"quoted\" \\"]}"#
        )
        #expect(request.headers.contains { $0 == ("Authorization", "Bearer sk-secret-key-0123456789") })
        #expect(request.headers.contains { $0 == ("Content-Type", "application/json") })
        #expect(request.timeout == .seconds(60))
    }

    @Test(arguments: [("text-embedding-3-small", true), ("text-embedding-3-large", true), ("bge-m3", false)])
    func asksForDimensionsWhereTheModelTakesThem(_ model: String, _ expected: Bool) {
        #expect(OpenAIConfiguration(apiKey: nil, model: model).sendsDimensions == expected)
        #expect(!OpenAIConfiguration(apiKey: nil, model: model, sendsDimensions: false).sendsDimensions)
    }

    @Test(arguments: [
        #"{"data":[{"index":0,"embedding":"\#(first)"},{"index":1,"embedding":"\#(second)"}],"usage":{"total_tokens":7}}"#,
        #"{"usage":{"prompt_tokens":7},"data":[{"embedding":"\#(second)","index":1},{"embedding":"\#(first)","index":0}]}"#,
        #"{"data":[{"embedding":[3,4,5],"index":1},{"embedding":[1,-25e-1,0.1],"index":0}],"usage":{"total_tokens":7}}"#,
        #"{"data":[{"index":1,"embedding":[3,4.0,5e0]},{"index":0,"embedding":[1,-2.5,0.10000000149011612]}],"#
            + #""object":"list","model":"m","usage":{"prompt_tokens":7,"total_tokens":7}, "x":[{}]}"#,
        #"{"data":[{"index":1,"embedding":"AABAQAAAgEAAAKBA"},{"index":0,"embedding":"AACAPwAAIMDNzMw9"}],"#
            + #""usage":{"total_tokens":7},"error":null}"#,
    ])
    func readsVectorsInTheOrderOfTheTexts(_ answer: String) async throws {
        let batch = try await Self.embed(answer: answer)
        #expect(batch.count == 2 && batch.dimensions == 3 && batch.tokens == 7)
        #expect(Array(batch[0]) == [1, -2.5, 0.1])
        #expect(Array(batch[1]) == [3, 4, 5])
    }

    @Test func tokensThatNoCallHasAreBounded() async throws {
        let data = #"[{"index":0,"embedding":[1,2,3]},{"index":1,"embedding":[1,2,3]}]"#
        for count in ["9223372036854775807", "5000000000"] {
            let batch = try await Self.embed(answer: #"{"data":\#(data),"usage":{"total_tokens":\#(count)}}"#)
            #expect(batch.tokens == 1 << 30)
        }
    }

    @Test(arguments: [
        ("", "the JSON ends too early"), ("{}", "0 embeddings for 2 texts"), ("[]", "an object was expected"),
        (#"{"data":[{"index":0,"embedding":"AACAPwAAIMDNzMw9"}]}"#, "1 embeddings for 2 texts"),
        (#"{"data":[{"index":0,"embedding":[1,2,3]},{"index":0,"embedding":[1,2,3]}]}"#, "index 0 twice"),
        (#"{"data":[{"index":2,"embedding":[1,2,3]}]}"#, "index 2 for 2 texts"),
        (#"{"data":[{"index":-1,"embedding":[1,2,3]}]}"#, "index -1 for 2 texts"),
        (#"{"data":[{"embedding":[1,2,3]}]}"#, "lacks `index` or `embedding`"),
        (#"{"data":[{"index":0}]}"#, "lacks `index` or `embedding`"),
        (#"{"data":[{"index":0,"embedding":null}]}"#, "an array was expected"),
        (#"{"data":[{"index":0,"embedding":"AACAPwAAIMDNzMw"}]}"#, "base64 of the wrong length"),
        (#"{"data":[{"index":0,"embedding":"AACAPwAAIMDNzM*9"}]}"#, "characters not of base64"),
        (#"{"data":[{"index":0,"embedding":"*ACAPwAAIMDNzMw9"}]}"#, "characters not of base64"),
        (#"{"data":[{"index":0,"embedding":"AADAfwAAIMDNzMw9"},{"index":1,"embedding":[1,2,3]}]}"#, "not finite"),
        (#"{"data":[{"index":0,"embedding":[1,2,1e40]}]}"#, "out of range"),
        (#"{"data":[{"index":0,"embedding":[1,2,"3"]}]}"#, "a number was expected"),
        (#"{"data":[]} x"#, "after the end"), (#"{"error":{"message":"no model is loaded"}}"#, "no model is loaded"),
    ])
    func refusesWrongAnswers(_ answer: String, _ message: String) async {
        let error = await #expect(throws: EmbeddingError.self) { try await Self.embed(answer: answer) }
        #expect(error?.code == .invalidResponse)
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
        #expect(error?.message.contains("http://127.0.0.1:8900/v1/embeddings") == true)
    }

    @Test(arguments: [#"[1,2]"#, #"[1,2,3,4]"#, #""AACAPw==""#, #"[]"#])
    func otherDimensionsAreAMatterOfConfiguration(_ embedding: String) async {
        let answer = #"{"data":[{"index":0,"embedding":\#(embedding)}]}"#
        let error = await #expect(throws: EmbeddingError.self) { try await Self.embed(answer: answer) }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains("set EMBEDDING_DIMENSIONS to") == true)
    }

    @Test func noTextsAreNoCall() async throws {
        let client = ReplayingClient([])
        let batch = try await OpenAIEmbeddings(Self.configuration(), client: client).embed([])
        #expect(batch.count == 0 && client.requests.isEmpty)
    }

    @Test func descriptionsHideTheKey() {
        let configuration = Self.configuration()
        #expect(!"\(configuration)".contains("secret") && !String(reflecting: configuration).contains("secret"))
    }
}
