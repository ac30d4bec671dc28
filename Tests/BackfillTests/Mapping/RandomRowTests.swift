import JSON
import Memory
import Templates
import Testing

@testable import Backfill

/// Seeded, so that a failure can be run again.
@Suite struct RandomRowTests {
    private static let types: [ColumnType] = [
        .boolean, .integer, .float, .numeric, .text, .uuid, .date, .timestamp(hasZone: true),
        .timestamp(hasZone: false), .time, .interval, .json, .bytea, .enumeration, .other, .array(of: .text),
        .array(of: .integer), .array(of: .numeric), .array(of: .timestamp(hasZone: true)), .array(of: .json),
        .array(of: .boolean),
    ]

    /// What the database writes, and what it would not: pieces of it, damaged.
    private static let seeds = [
        "t", "f", "0", "-1", "12.50", "1e+20", "NaN", "Infinity", "-Infinity", "0.000", "9223372036854775807",
        "1" + String(repeating: "0", count: 400), "0." + String(repeating: "0", count: 400) + "1", "1e-400", "0e999",
        "1.7976931348623157e+308", "1.7976931348623159e+308", "2026-01-31", "infinity", "0044-03-15 BC",
        "2026-01-31 10:00:00.5+00", "2026-01-31 10:00:00", "2026-01-31 10:00:00-03:30", "2026-01-31T10:00:00Z",
        "{}", "{1,2}", "[0:1]={1,2}", "{{a,NULL},{\"b \\\"c\\\"\",\"\"}}", "{NaN}", "{\"{\\\"a\\\": 1e999}\"}", "{t,f}",
        "{\"2026-01-31 10:00:00+00\"}", "{\"a\": [1, {\"b\": null}]}", "[1, 2.5, \"é\"]", "\"\\ud800\"", "null", "true",
        "{\"a\":1,\"a\":2}", String(repeating: "[", count: 31) + String(repeating: "]", count: 31),
        String(repeating: "[", count: 32) + String(repeating: "]", count: 32), "Größe 😀", "", " ", "\\x00ff",
        "\u{0}\u{1f}",
    ].map { Array($0.utf8) }

    private static func value(_ generator: inout SeededGenerator) -> [UInt8]? {
        switch generator.upTo(9) {
        case 0: return nil
        case 1: return (0..<generator.upTo(24)).map { _ in UInt8(generator.upTo(255)) }
        case 2...4:
            var value = generator.pick(seeds)
            for _ in 0...generator.upTo(2) where !value.isEmpty {
                let at = generator.upTo(value.count - 1)
                switch generator.upTo(2) {
                case 0: value[at] = generator.pick(Array("{}[]\",\\:-+.eE0129tfNn \u{1}".utf8) + [0x80, 0xC3, 0xFF])
                case 1: value.remove(at: at)
                default: value.insert(value[at], at: at)
                }
            }
            return value
        default: return generator.pick(seeds)
        }
    }

    /// Nothing traps; and what is written is what a worker takes, whatever the row held.
    @Test(arguments: 0..<20)
    func whatIsWrittenIsWhatAWorkerTakes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var written = 0
        for _ in 0..<10 {
            let (mapping, collection) = try randomMapping(&generator)
            var encoder = RowEncoder(mapping)
            for _ in 0..<50 {
                let values = mapping.columns.indices.map { $0 == 0 ? [UInt8(ascii: "1")] : Self.value(&generator) }
                if let failure = encoder.encode(TestRow(values)) {
                    #expect(String(validating: encoder.source, as: UTF8.self) != nil, "\(failure)")
                    continue
                }
                written += 1
                _ = try CheckedMetadata(encoder.metadata[...], for: collection)
                #expect(encoder.metadata.count <= 65_536)
                for text in [encoder.content, encoder.key, encoder.source] {
                    #expect(String(validating: text, as: UTF8.self) != nil)
                }
                #expect((1...1_024).contains(encoder.key.count))
            }
        }
        #expect(written > 10)
    }

    /// Three columns of random types, fields of random kinds that they can become, declared or not.
    private func randomMapping(
        _ generator: inout SeededGenerator
    ) throws -> (mapping: SourceMapping, collection: CollectionDefinition) {
        var definition = SourceDefinition(
            collection: "c",
            relation: .table("t"),
            content: try TextTemplate(parsing: "x{c0}{c1|none}{c2}")
        )
        definition.key = try TextTemplate(parsing: "{id}·{c0|}-{c1|}")
        var columns = [SourceColumn(name: "id", type: .integer)]
        var declared: [CollectionField] = []
        for index in 0..<3 {
            let type = generator.pick(Self.types)
            let fitting = CollectionField.Kind.allCases.filter { ValueConversion(type, to: $0) != nil }
            let kind: CollectionField.Kind? = generator.upTo(2) == 0 ? nil : generator.pick(fitting)
            columns.append(SourceColumn(name: "c\(index)", type: type))
            definition.metadata.append(SourceDefinition.Field(name: "f\(index)", column: "c\(index)", kind: kind))
            if let kind = kind ?? type.naturalKind, generator.upTo(1) == 0 {
                declared.append(CollectionField(name: "f\(index)", kind: kind))
            }
        }
        let mapping = try SourceMapping(
            definition,
            columns: columns,
            tablePrimaryKey: ["id"],
            declaredFields: declared
        )
        return (mapping, try CollectionDefinition(name: "c", fields: declared))
    }

    // MARK: Round trips

    /// An array of texts, of up to three dimensions, as the database writes it.
    private static func array(_ generator: inout SeededGenerator, depth: Int) -> (text: String, json: JSONValue) {
        var texts: [String] = []
        var values: [JSONValue] = []
        for _ in 0..<(1 + generator.upTo(3)) {
            if depth > 1 {
                let inner = array(&generator, depth: depth - 1)
                texts.append(inner.text)
                values.append(inner.json)
            } else if generator.upTo(5) == 0 {
                texts.append("NULL")
                values.append(.null)
            } else {
                let value = String(
                    (0..<generator.upTo(6)).map { _ in generator.pick("abNUL\"\\{},= \né😀\t1") }
                )
                let mustQuote = value.isEmpty || value == "NULL" || value.contains { "\"\\{}, \n\t".contains($0) }
                let escaped = value.map { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
                texts.append(mustQuote || generator.upTo(3) == 0 ? "\"\(escaped)\"" : value)
                values.append(.string(value))
            }
        }
        return ("{\(texts.joined(separator: ","))}", .array(values))
    }

    @Test func arraysComeOutAsTheyWentIn() throws {
        var generator = SeededGenerator(seed: 7)
        var encoder = RowEncoder(try SourceMapping.ofValue(.array(of: .text)))
        for _ in 0..<1_000 {
            let (text, json) = Self.array(&generator, depth: 1 + generator.upTo(2))
            #expect(encoder.encode(["1", text]) == nil, "\(text)")
            #expect(try JSONValue(parsing: encoder.metadata)["f"] == json, "\(text)")
        }
    }

    private static func json(_ generator: inout SeededGenerator, depth: Int) -> JSONValue {
        switch generator.upTo(depth > 0 ? 7 : 5) {
        case 0: .null
        case 1: .bool(generator.upTo(1) == 0)
        case 2: .integer(Int(truncatingIfNeeded: generator.next()))
        case 3: .double(Double(generator.upTo(1_000_000)) / 64 + 0.5)
        case 4, 5: .string(String((0..<generator.upTo(8)).map { _ in generator.pick("a\"\\\u{1}\né😀/") }))
        case 6: .array((0..<generator.upTo(4)).map { _ in json(&generator, depth: depth - 1) })
        default:
            .object(
                (0..<generator.upTo(4)).map { JSONValue.Member("k\($0)", json(&generator, depth: depth - 1)) }
            )
        }
    }

    @Test func jsonComesOutAsItWentIn() throws {
        var generator = SeededGenerator(seed: 8)
        var encoder = RowEncoder(try SourceMapping.ofValue(.json))
        for _ in 0..<1_000 {
            let value = Self.json(&generator, depth: 4)
            #expect(encoder.encode(TestRow([[UInt8(ascii: "1")], try value.serialized()])) == nil)
            #expect(try JSONValue(parsing: encoder.metadata)["f"] == value)
        }
    }

    /// Two rows of different values never have one key, whatever stands in them.
    @Test(arguments: ["{a}/{b}", "{a}-{b}", "{a} / {b}!", "{a}2{b}", "{a}é{b}"])
    func keysOfDifferentValuesDiffer(template: String) throws {
        var definition = SourceDefinition(
            collection: "c",
            relation: .table("t"),
            content: try TextTemplate(parsing: "x{a}")
        )
        definition.key = try TextTemplate(parsing: template)
        let columns = ["a", "b"].map { SourceColumn(name: $0, type: .text) }
        var encoder = RowEncoder(try SourceMapping(definition, columns: columns, tablePrimaryKey: ["a", "b"]))
        var generator = SeededGenerator(seed: 9)
        var keys: [[UInt8]: [String]] = [:]
        for _ in 0..<1_500 {
            let values = (0..<2).map { _ in String((0..<generator.upTo(4)).map { _ in generator.pick("/%-2FéÃ©a ") }) }
            #expect(encoder.encode(values) == nil)
            #expect(keys.updateValue(values, forKey: encoder.key) ?? values == values)
        }
    }
}
