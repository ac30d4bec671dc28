import Memory
import Testing
import VectorStore

@Suite("CollectionProvisioner")
struct CollectionProvisionerTests {
    private let invoices: CollectionDefinition

    init() throws {
        invoices = try CollectionDefinition(
            name: "invoices",
            distance: .dot,
            fields: [
                CollectionField(name: "vendor", kind: .string, index: .keyword),
                CollectionField(name: "amount", kind: .number, index: .float),
                CollectionField(name: "note", kind: .string),
            ]
        )
    }

    private let allIndexes = ["_memoir.tenant keyword tenant", "_memoir.key keyword", "vendor keyword", "amount float"]

    private func present(
        size: Int? = 3,
        distance: CollectionConfiguration.Distance? = .dot,
        indexed: [String] = []
    ) -> [String: CollectionInformation] {
        let schema = Dictionary(
            uniqueKeysWithValues: indexed.map { ($0, CollectionInformation.PayloadField(type: "keyword")) }
        )
        return [
            "invoices": CollectionInformation(
                status: "green",
                pointCount: 7,
                vectorSize: size,
                distance: distance,
                payloadSchema: schema
            )
        ]
    }

    private func provision(_ store: TestAdministration) async throws -> CollectionProvisioner.Outcome {
        try await CollectionProvisioner(store: store, dimensions: 3).provision(invoices)
    }

    @Test("A missing collection is made as declared, with an index for each field that has one, and the tenant's")
    func created() async throws {
        let store = TestAdministration()
        #expect(try await provision(store) == .created(indexes: 4))
        #expect(await store.indexed == allIndexes)
        let made = try await store.collection("invoices")
        #expect(made.vectorSize == 3 && made.distance == .dot)
        #expect(try await provision(store) == .present(points: 0, indexesAdded: 0))
        #expect(await store.created == ["invoices"])
    }

    @Test("What a collection lacks is added")
    func indexesAdded() async throws {
        let store = TestAdministration(present(indexed: ["_memoir.tenant", "vendor"]))
        #expect(try await provision(store) == .present(points: 7, indexesAdded: 2))
        #expect(await store.indexed == ["_memoir.key keyword", "amount float"])
    }

    @Test("Another process that makes it at the same time is no fault")
    func raced() async throws {
        let store = TestAdministration(isRaced: true)
        #expect(try await provision(store) == .present(points: 0, indexesAdded: 4))
        #expect(await store.created == [])
    }

    @Test("Vectors that are unnamed or many are not compared")
    func unknownVectors() async throws {
        let store = TestAdministration(present(size: nil, distance: nil))
        #expect(try await provision(store) == .present(points: 7, indexesAdded: 4))
    }

    @Test("Other dimensions, or another way to compare, is for people to mend: nothing is changed")
    func misconfigured() async throws {
        for (found, word) in [(present(size: 4), "4"), (present(distance: .cosine), "Cosine")] {
            let store = TestAdministration(found)
            let error = await #expect(throws: VectorStoreError.self) { try await provision(store) }
            #expect(error?.code == .misconfigured)
            #expect(error?.message.contains(word) == true && error?.message.contains("invoices") == true)
            #expect(await store.indexed == [])
            let differing = await #expect(throws: VectorStoreError.self) {
                try await CollectionProvisioner(store: store, dimensions: 3).differences(invoices)
            }
            #expect(differing?.code == .misconfigured)
        }
    }

    @Test("A store that fails says so")
    func failing() async throws {
        let store = TestAdministration(failure: VectorStoreError(.passing, "away"))
        let error = await #expect(throws: VectorStoreError.self) { try await provision(store) }
        #expect(error?.code == .passing)
    }

    @Test("Differences are told and nothing is changed")
    func differences() async throws {
        func differences(_ store: TestAdministration) async throws -> [String] {
            try await CollectionProvisioner(store: store, dimensions: 3).differences(invoices)
        }
        let missing = TestAdministration()
        #expect(try await differences(missing) == ["would be created"])
        let store = TestAdministration(present(indexed: ["_memoir.tenant", "_memoir.key", "vendor"]))
        #expect(try await differences(store) == ["would get an index on amount (float)"])
        let complete = ["_memoir.tenant", "_memoir.key", "vendor", "amount"]
        #expect(try await differences(TestAdministration(present(indexed: complete))) == [])
        #expect(await missing.created + store.indexed == [])
    }
}
