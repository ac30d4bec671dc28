import Testing
import VectorStore

@testable import Memory

@Suite struct PointIdentityTests {
    /// Made by Python's `uuid`, `hashlib` and `struct`. They never change: stored memories would be lost to view.
    @Test(
        arguments: [
            ("invoices", nil, "INV-1", "3d921085-0a9d-56ca-ac44-019b6263985b"),
            ("invoices", "", "INV-1", "685b1e39-d48a-5f87-925a-3ac00bcbe533"),
            ("invoices", "acme", "INV-1", "b98e5639-cc69-5dee-a3a4-4c97fd1a08d9"),
            ("invoices", "acme", "", "e5d2a8b3-bfbc-587f-ad47-ef32cb691e37"),
            ("événements", "société", "clé/1", "56098aca-0096-506a-a26b-5a644d351baa"),
            (
                String(repeating: "c", count: 255), String(repeating: "t", count: 300),
                String(repeating: "k", count: 5_000),
                "49c2ec50-e741-53b6-8f74-2189d3c12867"
            ),
        ] as [(String, String?, String, String)]
    )
    func keysAsEver(collection: String, tenant: String?, key: String, id: String) {
        let found = PointIdentity.id(collection: collection.field, tenant: tenant?.field, key: key.field)
        #expect(found.text == id)
    }

    @Test(
        arguments: [
            ("invoices", nil, "hello", "f6c96b3b-f53b-58d5-a0b4-539286a0293a"),
            ("invoices", "acme", "hello", "456b67a6-1b0c-5dae-9758-1ef4d06cf865"),
        ] as [(String, String?, String, String)]
    )
    func contentsAsEver(collection: String, tenant: String?, content: String, id: String) {
        let hash = ContentHash(of: content.field)
        let found = PointIdentity.id(collection: collection.field, tenant: tenant?.field, contentHash: hash)
        #expect(found.text == id)
    }

    /// Parts that look alike when they are joined, and a key that spells what a content hash encodes to.
    @Test func differentTriplesDiffer() {
        let texts = ["", "a", "b", "ab", "ba", "c", "T", "t", "K", "H", "\0", "\0\0\0\0\0\0\0\u{1}", "tK", "KaK"]
        let tenants: [String?] = [nil] + texts
        var ids: Set<PointID> = []
        var count = 0
        for collection in texts {
            for tenant in tenants {
                for key in texts {
                    ids.insert(PointIdentity.id(collection: collection.field, tenant: tenant?.field, key: key.field))
                    let hash = ContentHash(of: key.field)
                    ids.insert(
                        PointIdentity.id(collection: collection.field, tenant: tenant?.field, contentHash: hash)
                    )
                    ids.insert(
                        PointIdentity.id(
                            collection: collection.field,
                            tenant: tenant?.field,
                            key: hash.description.field
                        )
                    )
                    count += 3
                }
            }
        }
        #expect(ids.count == count)
    }
}

@Suite struct UUIDv5Tests {
    private static let dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    private static let url = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"
    private static let oid = "6ba7b812-9dad-11d1-80b4-00c04fd430c8"

    /// The first is RFC 9562's own (appendix A.4).
    @Test(arguments: [
        (dns, "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        (dns, "python.org", "886313e1-3b8a-5372-9b90-0c9aee199e5d"),
        (url, "http://www.example.com/", "fcde3c85-2270-590f-9e7c-ee003d65e0e2"),
        (oid, "1.3.6.1", "1447fa61-5277-5fef-a9b3-fbc6e44f4af3"),
    ])
    func knownNames(namespace: String, name: String, id: String) throws {
        var uuid = UUIDv5(namespace: try #require(PointID(text: namespace.field)))
        name.field.withUnsafeBytes { uuid.update($0) }
        #expect(uuid.finalize().text == id)
    }
}
