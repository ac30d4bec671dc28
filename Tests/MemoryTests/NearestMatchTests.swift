import Testing

@testable import Memory

@Suite struct NearestMatchTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1),
        ("abcd", "badc", 2), ("kitten", "sitting", 3), ("saturday", "sunday", 3), ("ca", "abc", 3),
    ])
    func countsEdits(source: String, target: String, edits: Int) {
        #expect(NearestMatch.distance(Array(source.utf8), Array(target.utf8), limit: 9) == edits)
        #expect(NearestMatch.distance(Array(target.utf8), Array(source.utf8), limit: 9) == edits)
        #expect(NearestMatch.distance(Array(source.utf8), Array(target.utf8), limit: edits - 1) == nil)
    }

    @Test(arguments: [
        ("memories", ["memory", "memoirs", "invoices"], "memoirs"),
        ("documnet", ["documents", "document"], "document"),
        ("ab", ["cd", "ef"], nil),
        ("ab", ["ac"], "ac"),
        ("Emails", ["email", "emails"], "emails"),
        ("recipe5", ["recipes", "reciper"], "recipes"),
        ("anything", [], nil),
    ])
    func findsTheNearest(name: String, candidates: [String], nearest: String?) {
        #expect(NearestMatch.find(name.field, among: candidates) == nearest)
    }

    @Test func leavesLongNamesAlone() {
        let long = String(repeating: "a", count: 65)
        #expect(NearestMatch.find(long.field, among: [long]) == nil)
    }
}
