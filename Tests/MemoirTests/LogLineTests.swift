import Logging
import Settings
import Synchronization
import Testing

@testable import memoir

@Suite struct LogLineTests {
    private static let time = LogTime(seconds: 1_772_357_400, milliseconds: 7)

    private func line(_ event: String, _ metadata: Logger.Metadata) -> LogLine {
        LogLine(time: Self.time, level: .info, logger: "memoir", event: event, metadata: metadata)
    }

    @Test func textIsForPeople() {
        let line = line("redis_connected", ["host": "10.0.0.7", "attempts": "\(2)", "reason": "first try"])
        let fields = "attempts=2 host=10.0.0.7 reason=\"first try\""
        #expect(line.text == "2026-03-01T09:30:00.007Z info     redis_connected \(fields)")
    }

    @Test func jsonIsForPrograms() {
        let line = line(
            "redis_connected",
            ["attempts": .stringConvertible(2), "isNew": .stringConvertible(true), "hosts": ["a", ["b": "c"]]]
        )
        #expect(
            line.json == """
                {"time":"2026-03-01T09:30:00.007Z","level":"info","logger":"memoir","event":"redis_connected",\
                "metadata":{"attempts":2,"hosts":["a",{"b":"c"}],"isNew":true}}
                """
        )
        #expect(
            self.line("a", [:]).json
                == #"{"time":"2026-03-01T09:30:00.007Z","level":"info","logger":"memoir","event":"a"}"#
        )
    }

    /// Text from elsewhere cannot forge a line, steer a terminal or break the JSON.
    @Test(arguments: ["a\nb", "a\r\nb", "a\u{2028}b", "a\u{1B}[31mb", "a\u{85}b", "a\"b"])
    func oneEventIsOneLine(value: String) {
        for written in [line(value, [:]).text, line("e", ["v": "\(value)"]).text, line(value, ["v": "\(value)"]).json] {
            let breaks = written.unicodeScalars.filter {
                $0.properties.generalCategory == .control || $0 == "\u{2028}"
            }
            #expect(breaks.isEmpty)
            #expect(written.contains("\\"))
        }
    }

    @Test func handlerGathersMetadataAndLimits() {
        var settings = LoggingSettings()
        settings.maximumRepeatsPerSecond = 3
        let written = Lines()
        let output = LogOutput(settings) { written.append($0) }
        var logger = Logger(label: "memoir") { LineLogHandler(label: $0, level: .info, output: output) }
        logger[metadataKey: "worker"] = "w1"
        logger.debug("hidden")
        // In two seconds at most.
        for _ in 0..<100 { logger.info("tick", metadata: ["worker": "w2"]) }
        #expect((3...6).contains(written.all.count))
        #expect(written.all.allSatisfy { $0.contains("info     tick") && $0.contains("worker=w2") })
    }

    /// In the second after, with the next line like them: a number, for programs.
    @Test(.timeLimit(.minutes(1))) func whatWasLeftOutIsTold() async throws {
        var settings = LoggingSettings()
        settings.maximumRepeatsPerSecond = 1
        settings.format = .json
        let written = Lines()
        let output = LogOutput(settings) { written.append($0) }
        let logger = Logger(label: "memoir") { LineLogHandler(label: $0, level: .info, output: output) }
        var count = 0
        while !written.all.contains(where: { $0.contains(#""suppressed":"#) }) {
            logger.info("tick")
            count += 1
            await Task.yield()
        }
        let line = try #require(written.all.last)
        let told = line.split(separator: #""suppressed":"#).last.flatMap { Int($0.prefix { $0.isNumber }) }
        // Those that were written, and this one, were not left out.
        #expect(told == count - written.all.count)
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }
}
