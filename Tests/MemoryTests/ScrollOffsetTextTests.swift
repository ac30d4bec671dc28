import Testing
import VectorStore

@testable import Memory

@Suite struct ScrollOffsetTextTests {
    @Test func uuidsAndNumbersBeginAPage() {
        let id = PointID(high: 0x0123_4567_89AB_5DEF, low: 0x8EDC_BA98_7654_3210)
        #expect(ScrollOffset(text: id.text.field) == ScrollOffset(id))
        #expect(ScrollOffset(text: id.text.uppercased().field) == ScrollOffset(id))
        #expect(ScrollOffset(text: "0".field) == ScrollOffset(0))
        #expect(ScrollOffset(text: "18446744073709551615".field) == ScrollOffset(UInt64.max))
    }

    @Test(arguments: ["", "-1", "+1", "1.0", "18446744073709551616", "000000000000000000001", "\"1\"", "null", "é"])
    func nothingElseDoes(text: String) {
        #expect(ScrollOffset(text: text.field) == nil)
    }
}
