import Testing
import VectorStore

@testable import Memory

@Suite struct PointIDTextTests {
    @Test(
        arguments: [
            ("00000000-0000-0000-0000-000000000000", 0, 0),
            ("ffffffff-ffff-ffff-ffff-ffffffffffff", .max, .max),
            ("01234567-89ab-cdef-fedc-ba9876543210", 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210),
            ("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", 0xF81D_4FAE_7DEC_11D0, 0xA765_00A0_C91E_6BF6),
            ("f81d4fae-7DEC-11d0-A765-00a0c91e6bf6", 0xF81D_4FAE_7DEC_11D0, 0xA765_00A0_C91E_6BF6),
        ] as [(String, UInt64, UInt64)]
    )
    func reads(text: String, high: UInt64, low: UInt64) throws {
        let id = try #require(PointID(text: "<\(text)>".field.dropFirst().dropLast()))
        #expect(id == PointID(high: high, low: low))
        #expect(id.text == text.lowercased())
    }

    @Test(arguments: [
        "", "0", "00000000000000000000000000000000", "{00000000-0000-0000-0000-000000000000}",
        "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-0000000000000",
        "00000000-0000-0000-0000-00000000000g", "0000000-00000-0000-0000-000000000000",
        "00000000_0000-0000-0000-000000000000", "00000000-0000-0000-0000-00000000000 ",
        "+0000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-0000000000é",
    ])
    func refuses(text: String) {
        #expect(PointID(text: text.field) == nil)
    }
}

@Suite struct ContentHashTests {
    /// FIPS 180-4's examples, and one that is not ASCII.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("Crème brûlée", "364046a7365569d1d81df151c65c3c3ab4153c1e173f98e5835a9f3fc63eeb41"),
    ])
    func isSHA256(text: String, digits: String) {
        #expect(ContentHash(of: text.field).description == digits)
        #expect(ContentHash(of: text.field) == ContentHash(of: "<\(text)".field.dropFirst()))
    }
}
