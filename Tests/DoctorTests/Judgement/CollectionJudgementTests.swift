import Embeddings
import HTTPTransport
import Memory
import Testing
import VectorStore

@testable import Doctor

@Suite("Doctor: what Qdrant and the provider say")
struct CollectionJudgementTests {
    private static let schema: [String: CollectionInformation.PayloadField] = [
        "_memoir.tenant": .init(type: "keyword", isTenant: true), "_memoir.key": .init(type: "keyword"),
        "author": .init(type: "keyword"),
    ]

    private func judge(_ information: CollectionInformation) throws -> [Finding] {
        let definition = try CollectionDefinition(
            name: "notes",
            fields: [CollectionField(name: "author", kind: .string, index: .keyword)]
        )
        let judgement = CollectionJudgement(collection: definition, dimensions: 4, curl: TestCommands.curl)
        return judgement.findings(information)
    }

    private func information(
        status: String = "green",
        size: Int? = 4,
        distance: CollectionConfiguration.Distance = .cosine,
        schema: [String: CollectionInformation.PayloadField] = schema
    ) -> CollectionInformation {
        CollectionInformation(
            status: status,
            pointCount: 12,
            vectorSize: size,
            distance: distance,
            payloadSchema: schema
        )
    }

    @Test(
        "A collection's status",
        arguments: [("green", Severity.ok), ("yellow", .note), ("grey", .warning), ("red", .failure)]
    )
    func status(status: String, severity: Severity) throws {
        let findings = try judge(information(status: status))
        #expect(findings.map(\.severity) == [severity])
        #expect(findings[0].text.contains("12 points"))
    }

    @Test("Other dimensions: the steps are told, the key is the shell's")
    func dimensions() throws {
        let findings = try judge(information(size: 1_536))
        #expect(findings.map(\.severity) == [.failure])
        let remedy = findings[0].remedy
        #expect(remedy[0].hasPrefix("export EMBEDDING_DIMENSIONS=1536 "))
        #expect(remedy[1].contains("http://qdrant.example:6333/collections/notes/snapshots"))
        #expect(
            remedy[2]
                == #"curl -X DELETE -H "api-key: $QDRANT_API_KEY" http://qdrant.example:6333/collections/notes"#
        )
        #expect(remedy[3].hasPrefix("memoir bootstrap"))
        #expect(try judge(information(size: nil)).map(\.severity) == [.failure])
    }

    @Test("Another distance")
    func distance() throws {
        let findings = try judge(information(distance: .dot))
        #expect(findings.map(\.severity) == [.failure])
        #expect(findings[0].text.contains("Dot"))
    }

    @Test("Indexes that are missing or of another type")
    func indexes() throws {
        let missing = try judge(information(schema: [:]))
        #expect(missing.map(\.severity) == [.warning])
        #expect(missing[0].text.contains("_memoir.tenant, _memoir.key, author"))
        #expect(missing[0].remedy == ["memoir bootstrap"])
        var schema = Self.schema
        schema["author"] = .init(type: "integer")
        let wrong = try judge(information(status: "red", schema: schema))
        #expect(wrong.map(\.severity) == [.warning, .failure])
        #expect(wrong[0].remedy[0].contains("/collections/notes/index/author?wait=true"))
    }

    @Test(
        "Qdrant's version",
        arguments: [
            ("1.11.3", Severity.ok), ("1.19.0", .ok), ("1.11.2", .failure), ("0.9", .failure), ("2.0.0-dev", .ok),
            ("dev", .note),
        ]
    )
    func version(text: String, severity: Severity) {
        #expect(QdrantVersionCheck.judge(text).severity == severity)
    }

    @Test(
        "Models: the same one comes back within rounding",
        arguments: [
            ([1, 0.999, 0.981], Severity.ok, "a-model made the 3"), ([0.1, -0.02, 0.3], .failure, "another model"),
            ([1, 0.2, 1], .failure, "1 of 3"), ([.nan], .failure, "another model"),
        ] as [([Double], Severity, String)]
    )
    func models(cosines: [Double], severity: Severity, words: String) {
        let finding = ModelCheck.judge(cosines, model: "a-model", deletion: "curl -X DELETE …")
        #expect(finding.severity == severity)
        #expect(finding.text.contains(words), "\(finding)")
    }

    @Test("Cosines do not depend on lengths")
    func cosine() {
        #expect(abs(ModelCheck.cosine([3, 4], [0.6, 0.8]) - 1) < 1e-6)
        #expect(abs(ModelCheck.cosine([1, 0], [0, 5])) < 1e-9)
        #expect(ModelCheck.cosine([0, 0], [1, 1]) == 0)
    }

    @Test("Who limits the rate is there, and takes the key")
    func rateLimited() {
        let provider = ProviderCheck.judge(EmbeddingError(.rateLimited, "slow down"))
        let store = QdrantCheck.judge(VectorStoreError(.rateLimited, "slow down"), curl: TestCommands.curl)
        #expect([provider.severity, store.severity] == [.warning, .warning])
    }

    @Test(
        "Why the provider gave no vector",
        arguments: [
            EmbeddingError.Code.invalidKey, .quotaExhausted, .misconfigured, .passing, .invalidResponse, .invalidInput,
        ]
    )
    func provider(code: EmbeddingError.Code) {
        let finding = ProviderCheck.judge(EmbeddingError(code, "what happened"))
        #expect(finding.severity == .failure)
        #expect(finding.text.contains("what happened"))
        #expect(!finding.remedy.isEmpty)
    }
}
