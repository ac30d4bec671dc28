import Foundation
import MemoirClient
import Testing

@Suite("MemoryValue")
struct MemoryValueTests {
    static let texts = [
        "null", "true", "0", "-7", "22.7", "\"é\\\"\\n\"", "[]", "{}", "[1,[null,{\"a\":false}]]",
        "{\"a\":1,\"b\":[2.5]}", "9223372036854775807",
    ]

    @Test("JSON reads back as it was written, here and through Foundation's coders", arguments: texts)
    func roundTrip(_ text: String) throws {
        let value = try MemoryValue(json: Array(text.utf8))
        #expect(String(decoding: try value.json(), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(MemoryValue.self, from: JSONEncoder().encode([value])) == [value])
    }

    @Test("Literals say what they look like")
    func literals() throws {
        let value: MemoryValue = ["b": [1, 2.5, "x", nil, true], "a": ["n": -1]]
        #expect(String(decoding: try value.json(), as: UTF8.self) == #"{"a":{"n":-1},"b":[1,2.5,"x",null,true]}"#)
        #expect(value["b"]?.array?.count == 5 && value["a"]?["n"]?.integer == -1)
        #expect(value["a"]?["n"]?.number == -1 && value["b"]?.array?[1].number == 2.5)
        #expect(value["b"]?.array?[2].string == "x" && value["b"]?.array?[4].bool == true)
        #expect(value["missing"] == nil && value.string == nil && value["a"]?.object?.count == 1)
    }

    @Test("What JSON cannot express is refused", arguments: [Double.nan, .infinity])
    func notFinite(_ number: Double) {
        #expect(throws: MemoryError.self) { try MemoryValue.array([.double(number)]).json() }
    }

    @Test("What is no JSON is refused", arguments: ["", "{", "nul", "1 2"])
    func notJSON(_ text: String) {
        #expect(throws: MemoryError.self) { try MemoryValue(json: Array(text.utf8)) }
    }
}
