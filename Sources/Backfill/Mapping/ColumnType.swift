/// A type of the database, as far as its text form has to be told from another.
package indirect enum ColumnType: Sendable, Equatable {
    case boolean
    /// `smallint`, `integer`, `bigint`, `oid`.
    case integer
    /// `real`, `double precision`.
    case float
    case numeric
    /// `text`, `varchar`, `citext`, `xml` and the like.
    case text
    /// `char(n)`: the spaces that fill it up mean nothing.
    case paddedText
    case uuid, date
    case timestamp(hasZone: Bool)
    case time, interval
    /// `json` and `jsonb`.
    case json
    case bytea, enumeration
    case array(of: ColumnType)
    /// Everything else: its text is all that is known of it.
    case other
}

extension ColumnType {
    /// - Parameters:
    ///   - oid: of the type as a result's description names it, where a domain stands for its base type.
    ///   - category: `pg_type.typcategory`, an ASCII letter.
    ///   - elementOID: `pg_type.typelem`; 0 where it has none.
    package init(oid: UInt32, category: UInt8, elementOID: UInt32 = 0) {
        if let known = Self.known[oid] {
            self = known
            return
        }
        switch category {
        case UInt8(ascii: "S"): self = .text
        case UInt8(ascii: "E"): self = .enumeration
        case UInt8(ascii: "A"):
            // Boxes are parted by semicolons, and the elements of a domain over an array are not known.
            self = elementOID == 0 || elementOID == Self.box ? .other : .array(of: Self.known[elementOID] ?? .other)
        default: self = .other
        }
    }

    private static let box: UInt32 = 603

    /// The OIDs of built-in types, which never change (`pg_type.dat`).
    private static let known: [UInt32: ColumnType] = [
        16: .boolean,
        20: .integer, 21: .integer, 23: .integer, 26: .integer,
        700: .float, 701: .float, 1700: .numeric,
        18: .text, 19: .text, 25: .text, 142: .text, 705: .text, 1042: .paddedText, 1043: .text,
        2950: .uuid,
        1082: .date, 1114: .timestamp(hasZone: false), 1184: .timestamp(hasZone: true),
        1083: .time, 1266: .time, 1186: .interval,
        114: .json, 3802: .json, 17: .bytea,
        // int2vector and oidvector: of the category of arrays, and written without braces.
        22: .other, 30: .other,
    ]
}

extension ColumnType: CustomStringConvertible {
    /// To be read after "is".
    package var description: String {
        switch self {
        case .boolean: "a boolean"
        case .integer: "an integer"
        case .float: "a floating-point number"
        case .numeric: "a numeric"
        case .text, .paddedText: "text"
        case .uuid: "a UUID"
        case .date: "a date"
        case .timestamp: "a timestamp"
        case .time: "a time of day"
        case .interval: "an interval"
        case .json: "JSON"
        case .bytea: "bytes"
        case .enumeration: "an enum"
        case .array: "an array"
        case .other: "of a type that is known by its text only"
        }
    }
}
