import JSON
import Testing
import VectorStore

@testable import Memory

@Suite struct ResultWriterTests {
    private func written(_ write: (inout [UInt8]) -> Void) -> String {
        var output = Array("…\"result\":".utf8)
        write(&output)
        let text = String(output)
        #expect(text.hasPrefix("…\"result\":"))
        return String(text.dropFirst(10))
    }

    @Test(arguments: [true, false])
    func save(deduped: Bool) {
        let id = PointID(high: 0x0123_4567_89AB_5DEF, low: 0x8EDC_BA98_7654_3210)
        let result = written { ResultWriter.appendSave(id: id, deduped: deduped, to: &$0) }
        #expect(result == #"{"id":"01234567-89ab-5def-8edc-ba9876543210","deduped":\#(deduped)}"#)
    }

    @Test func searchSplicesWhatTheStoreSent() {
        let document = #"{"id":"x","score":0.5e-1,"payload":{"a":[1, 2]}}"#.field
        let point = ScoredPoint(
            id: document[6..<9],
            score: document[18..<24],
            payload: document[35..<47]
        )
        let one = #"{"id":"x","score":0.5e-1,"payload":{"a":[1, 2]}}"#
        #expect(written { ResultWriter.appendSearch([ScoredPoint](), to: &$0) } == #"{"results":[]}"#)
        #expect(written { ResultWriter.appendSearch([point], to: &$0) } == #"{"results":[\#(one)]}"#)
        #expect(written { ResultWriter.appendSearch([point, point], to: &$0) } == #"{"results":[\#(one),\#(one)]}"#)
    }

    private static let point = StoredPoint(id: #""x""#.field, payload: #"{"a":[1, 2]}"#.field)

    @Test func aMemoryIsWhatTheStoreSentOrNull() {
        #expect(written { ResultWriter.appendMemory(nil, to: &$0) } == #"{"memory":null}"#)
        let result = written { ResultWriter.appendMemory(Self.point, to: &$0) }
        #expect(result == #"{"memory":{"id":"x","payload":{"a":[1, 2]}}}"#)
    }

    @Test(arguments: [(nil, "null"), (#""y""#, #""y""#), ("7", #""7""#)] as [(String?, String)])
    func aPageNamesTheNextOneAsText(_ next: String?, _ written: String) {
        let points = [Self.point, StoredPoint(id: "3".field, payload: "{}".field)]
        let page = ScrollPage(points: points, next: next?.field)
        let memories = #"{"id":"x","payload":{"a":[1, 2]}},{"id":3,"payload":{}}"#
        let result = self.written { ResultWriter.appendPage(page, to: &$0) }
        #expect(result == #"{"memories":[\#(memories)],"next":\#(written)}"#)
        let empty = self.written { ResultWriter.appendPage(ScrollPage(points: []), to: &$0) }
        #expect(empty == #"{"memories":[],"next":null}"#)
    }

    /// The texts are Python's `base64.b64encode(struct.pack("<…f", …))`.
    @Test(
        arguments: [
            ([], ""),
            ([1], "AACAPw=="),
            ([1, -2.5], "AACAPwAAIMA="),
            ([0.1, 3.4028235e38, .leastNonzeroMagnitude], "zczMPf//f38BAAAA"),
            ([0, 1, 2, 3], "AAAAAAAAgD8AAABAAABAQA=="),
        ] as [([Float], String)]
    )
    func embedAsBase64(vector: [Float], text: String) {
        let result = written {
            ResultWriter.appendEmbed(vector[...], format: .base64, model: "m\"1", tokens: 7, isCached: false, to: &$0)
        }
        #expect(
            result == #"{"embedding":"\#(text)","dimensions":\#(vector.count),"model":"m\"1","#
                + #""tokens":7,"cached":false}"#
        )
    }

    @Test func embedAsNumbersReadsBack() throws {
        let vector: [Float] = [0, 1, -2.5, 0.1, 1e-30]
        let result = written {
            ResultWriter.appendEmbed(vector[...], format: .float, model: "m", tokens: 7, isCached: true, to: &$0)
        }
        var scanner = JSONScanner(Array(result.utf8))
        try scanner.beginObject()
        #expect(try scanner.nextName()?.string == "embedding")
        try scanner.beginArray()
        var numbers: [Float] = []
        while try scanner.nextElement() { numbers.append(try scanner.readFloat()) }
        #expect(numbers == vector)
        #expect(result.hasSuffix(#"],"dimensions":5,"model":"m","tokens":7,"cached":true}"#))
    }

    @Test func embedSharesTheStorageOfABatch() {
        let batch: [Float] = [9, 1, -2.5, 9]
        let result = written {
            ResultWriter.appendEmbed(batch[1..<3], format: .base64, model: "m", tokens: 0, isCached: false, to: &$0)
        }
        #expect(result.contains("\"AACAPwAAIMA=\",\"dimensions\":2"))
    }

    @Test func forget() {
        #expect(written { ResultWriter.appendForget(count: 0, to: &$0) } == #"{"forgotten":0}"#)
        #expect(written { ResultWriter.appendForget(count: 12_345, to: &$0) } == #"{"forgotten":12345}"#)
    }
}
