import JSON
import MCP

/// Makes arguments of any bytes: valid JSON, and mostly of names that the tool takes.
enum ArgumentMaker {
    private static let maximumDepth = 6

    private static let texts = [
        "invoices", "notes", "salaries", "", " ", "\u{0}", "INV-2041", WorkerAnswers.id, "6F1C2B1A-0000-5000-8000",
        "\u{FEFF}é\u{301}😀\u{2028}", String(repeating: "x", count: 1_025), String(repeating: "long text ", count: 900),
    ]
    private static let numbers = [
        "0", "-0", "1", "5.0", "100", "101", "-1", "1e2", "1e308", "1e400", "-1e-400", "9223372036854775807",
        "9223372036854775808", "0.1", "1E+2", "123456789012345678901234567890.5",
    ]
    private static let filters = [
        #"{"matched":false}"#, #"{"amount":{"gte":1,"lt":1e3}}"#, #"{"must":[{"key":"a","match":{"value":1}}]}"#,
        #"{"vendor_name":["a","b"]}"#, #"{"must":[{"has_id":["x"]}]}"#, #"{"should":[],"must_not":null}"#,
        #"{"paid_at":{"gt":"2026-01-31T12:00:00Z"}}"#, #"{"_memoir.tenant":"acme"}"#, #"{"content":1,"content":2}"#,
    ]

    static func arguments(of schema: JSONObjectText, from reader: inout FuzzReader) -> [UInt8] {
        var names: [String] = []
        if case .object(let members)? = (try? JSONValue(parsing: schema.bytes))?["properties"] {
            names = members.map(\.name)
        }
        names += ["collection", "unknown"]
        var writer = JSONWriter()
        writer.beginObject()
        var count = 0
        while !reader.rest.isEmpty, count < 12 {
            writer.name(reader.one(of: names))
            writeValue(from: &reader, to: &writer, depth: 0)
            count += 1
        }
        writer.endObject()
        return writer.finish()
    }

    private static func writeValue(from reader: inout FuzzReader, to writer: inout JSONWriter, depth: Int) {
        switch reader.byte() % 11 {
        case 0, 1: writer.string(reader.one(of: texts))
        case 2: writer.string(String(decoding: reader.bytes(Int(reader.byte())), as: UTF8.self))
        case 3: writer.raw(reader.one(of: numbers).utf8)
        case 4: writer.integer(Int(Int8(bitPattern: reader.byte())))
        case 5: writer.bool(reader.byte() % 2 == 0)
        case 6: writer.null()
        case 7, 8: writer.raw(reader.one(of: filters).utf8)
        case 9 where depth < maximumDepth:
            writer.beginArray()
            for _ in 0..<reader.byte() % 4 { writeValue(from: &reader, to: &writer, depth: depth + 1) }
            writer.endArray()
        default:
            writer.beginObject()
            for _ in 0..<(depth < maximumDepth ? reader.byte() % 4 : 0) {
                writer.name(String(decoding: reader.bytes(Int(reader.byte() % 8)), as: UTF8.self))
                writeValue(from: &reader, to: &writer, depth: depth + 1)
            }
            writer.endObject()
        }
    }
}
