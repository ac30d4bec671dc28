import Testing

@testable import Settings

@Suite struct EnvironmentFileTests {
    @Test(arguments: [
        ("A=1", "1"), ("A = 1 ", "1"), ("export A=1", "1"), ("A=", ""), ("A=a=b", "a=b"),
        ("A=a b # note", "a b"), ("A=a#b", "a#b"), ("A=# note", ""), ("A=\"a # b\" # note", "a # b"),
        ("A='a\\n$b'", "a\\n$b"), ("A=\"a\\n\\\"b\\\"\\\\\"", "a\n\"b\"\\"), ("# note\r\n\r\nA=1\r\n", "1"),
        ("A=1\nA=2", "2"),
    ])
    func values(text: String, value: String) {
        let file = EnvironmentFile(text)
        #expect(file.variables["A"]?.value == value)
        #expect(file.variables.count == 1 && file.faults.isEmpty)
    }

    @Test(arguments: ["A", "=1", "1A=1", "A-B=1", "A=\"open", "A='a' b"])
    func faults(text: String) {
        let file = EnvironmentFile("# first\n\(text)\n")
        #expect(file.faults.map(\.line) == [2])
        #expect(file.variables.isEmpty)
    }
}
