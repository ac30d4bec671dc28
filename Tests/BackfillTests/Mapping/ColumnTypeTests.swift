import Backfill
import Testing

@Suite struct ColumnTypeTests {
    @Test(
        arguments: [
            (16, "B", 0, .boolean), (20, "N", 0, .integer), (701, "N", 0, .float), (1700, "N", 0, .numeric),
            (25, "S", 0, .text), (1043, "S", 0, .text), (16_400, "S", 0, .text), (2950, "U", 0, .uuid),
            (1082, "D", 0, .date), (1114, "D", 0, .timestamp(hasZone: false)),
            (1184, "D", 0, .timestamp(hasZone: true)),
            (1083, "D", 0, .time), (1186, "T", 0, .interval), (114, "U", 0, .json), (3802, "U", 0, .json),
            (17, "U", 0, .bytea), (16_401, "E", 0, .enumeration), (1007, "A", 23, .array(of: .integer)),
            (1185, "A", 1184, .array(of: .timestamp(hasZone: true))), (16_402, "A", 16_401, .array(of: .other)),
            // Money and domains whose base nobody told; boxes, which are parted by semicolons; vectors without braces.
            (790, "N", 0, .other), (16_403, "N", 0, .other), (1020, "A", 603, .other), (22, "A", 21, .other),
            (16_404, "A", 0, .other), (600, "G", 0, .other),
        ] as [(UInt32, Unicode.Scalar, UInt32, ColumnType)]
    )
    func ofCatalog(oid: UInt32, category: Unicode.Scalar, elementOID: UInt32, type: ColumnType) {
        #expect(ColumnType(oid: oid, category: UInt8(ascii: category), elementOID: elementOID) == type)
    }
}
