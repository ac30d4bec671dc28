import Glibc
import MCP

/// What inputs are made of: the texts of the corpus, each with every way of reading it that is worth a beginning.
package struct FuzzSeeds: Sendable {
    /// By what reads them: `s`, `h`, `t`, `w`.
    package let all: [[UInt8]]

    /// - Throws: where a file of the corpus is not there, or nothing is in it.
    package init() throws(FuzzFinding) {
        let tools = FuzzServer.server.tools.map(\.name)
        let moods = OddQueue.Mood.allCases.indices.map(Self.digit)
        let eras = ["0", "1", "2", "3"]
        var all: [[UInt8]] = []
        for conversation in Self.conversations(try Self.lines("stdio.txt")) {
            for version in eras { all.append(Self.seed("s\(version)00", conversation)) }
            all.append(Self.seed("s33:", conversation))
        }
        for exchange in try Self.text("http.txt").split(separator: "\n%%\n") {
            let requests = String(exchange).replacing("\n%\n", with: "\u{1E}")
            for head in ["h1000", "h3000", "h30:0", "h30:1", "h3090"] { all.append(Self.seed(head, requests)) }
        }
        for line in try Self.lines("arguments.txt") {
            let (tool, arguments) = try Self.tool(line, of: tools)
            for era in eras { all.append(Self.seed("t\(tool)\(era)00", arguments)) }
            for mood in moods { all.append(Self.seed("t\(tool)01\(mood)", arguments)) }
        }
        for line in try Self.lines("workers.txt") {
            let (tool, result) = try Self.tool(line, of: tools)
            for head in ["000", "110", "001"] { all.append(Self.seed("w\(tool)\(head)", result)) }
        }
        self.all = all
    }

    private static func seed(_ head: String, _ text: String) -> [UInt8] { Array((head + text).utf8) }

    /// As `FuzzReader` reads it.
    private static func digit(_ index: Int) -> String {
        String(UnicodeScalar(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: index)))
    }

    private static func conversations(_ lines: [String]) -> [String] {
        lines.reduce(into: []) { conversations, line in
            if line.hasPrefix("+ "), let last = conversations.popLast() {
                conversations.append(last + "\n" + line.dropFirst(2))
            } else {
                conversations.append(line)
            }
        }
    }

    private static func tool(_ line: String, of tools: [String]) throws(FuzzFinding) -> (String, String) {
        let name = line.prefix { $0 != " " }
        guard let index = tools.firstIndex(of: String(name)) else { throw FuzzFinding("no tool \(name) in the corpus") }
        return (digit(index), String(line.dropFirst(name.count + 1)))
    }

    private static func lines(_ name: String) throws(FuzzFinding) -> [String] {
        try text(name).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    private static func text(_ name: String) throws(FuzzFinding) -> String {
        let path = #filePath.replacing("FuzzSeeds.swift", with: "Corpus/\(name)")
        guard let file = fopen(path, "r") else { throw FuzzFinding("\(path) cannot be read") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        guard !bytes.isEmpty else { throw FuzzFinding("\(path) is empty") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
