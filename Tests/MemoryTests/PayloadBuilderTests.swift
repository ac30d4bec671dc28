import JSON
import Testing

@testable import Memory

@Suite struct PayloadBuilderTests {
    private static let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    private func build(
        _ metadata: String,
        content: String = "abc",
        source: String? = nil,
        tenant: String? = nil,
        key: String? = nil
    ) throws -> String {
        let payload = PayloadBuilder(
            metadata: try CheckedMetadata(metadata.field, for: .invoices()),
            content: content.field,
            contentHash: ContentHash(of: content.field),
            model: "m".field,
            createdAt: 0,
            updatedAt: 1_767_225_599_999,
            source: source?.field,
            tenant: tenant?.field,
            key: key?.field
        )
        return String(payload.build().bytes)
    }

    @Test(arguments: ["", #""a":1"#, #" "a" : [ 1, 2 ] , "b":{} "#, #""\u0061":"\ud83d\ude00""#])
    func metadataStandsAsItWasWritten(members: String) throws {
        let beginning =
            "{\(members)\(members.isEmpty ? "" : ",")\"content\":\"abc\",\"_memoir\":{\"content_hash\":\"\(Self.hash)\","
            + #""fingerprint":""#
        let end = #"","created_at":"1970-01-01T00:00:00.000Z","updated_at":"2025-12-31T23:59:59.999Z"}}"#
        let built = try build("{\(members)}")
        #expect(built.hasPrefix(beginning) && built.hasSuffix(end))
        #expect(built.utf8.count == beginning.utf8.count + 32 + end.utf8.count)
    }

    @Test func jobWithoutMetadataHasContentAlone() throws {
        let payload = PayloadBuilder(
            metadata: .none,
            content: "abc".field,
            contentHash: ContentHash(of: "abc".field),
            model: "m".field,
            createdAt: 0,
            updatedAt: 0
        )
        #expect(String(payload.build().bytes).hasPrefix(#"{"content":"abc","_memoir":{"#))
    }

    @Test func unsetIsAbsentAndEmptyIsNot() throws {
        let all = try build("{}", source: "mail", tenant: "acme", key: "INV-1")
        #expect(all.hasSuffix(#"Z","source":"mail","tenant":"acme","key":"INV-1"}}"#))
        let empty = try build("{}", source: "", tenant: "", key: "")
        #expect(empty.hasSuffix(#"Z","source":"","tenant":"","key":""}}"#))
        let none = try build("{}")
        #expect(none.hasSuffix(#"999Z"}}"#))
    }

    @Test(arguments: ["\"}],{\"_memoir\":", "\\", "\n\r\t\u{8}\u{C}\u{1F}\0", "Crème 😀 \u{2028}"])
    func textsAreEscaped(text: String) throws {
        let payload = try JSONValue(
            parsing: Array(try build("{}", content: text, source: text, tenant: text, key: text).utf8)[...]
        )
        #expect(payload["content"] == .string(text))
        for name in ["source", "tenant", "key"] { #expect(payload["_memoir"]?[name] == .string(text)) }
    }
}
