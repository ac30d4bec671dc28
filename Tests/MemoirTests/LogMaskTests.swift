import Logging
import Settings
import Synchronization
import Testing

@testable import memoir

@Suite struct LogMaskTests {
    private let mask = LogMask(secrets: ["sk-abcdef", "sk-abcdef-123", "redis", "p@ss\"word"])

    @Test(arguments: [
        ("no secret", "no secret"),
        ("wrong key sk-abcdef.", "wrong key ***."),
        // The longer one first: nothing of it is left.
        ("wrong key sk-abcdef-123.", "wrong key ***."),
        ("sk-abcdefsk-abcdef", "******"),
        ("", ""),
        // A joining mark, and the like.
        ("wrong key sk-abcdef\u{301}!", "wrong key ***\u{301}!"), ("sk-abcdef\u{200D}", "***\u{200D}"),
        ("sk-abcde", "sk-abcde"), ("é sk-abcdef é", "é *** é"),
    ])
    func everyOccurrence(_ text: String, _ masked: String) {
        #expect(mask.masked(text) == masked)
    }

    /// A password may be a word that names of events are made of.
    @Test func namesOfEventsStay() {
        #expect(mask.masked(event: "redis_connection_failed") == "redis_connection_failed")
        #expect(mask.masked(event: "Service failed: redis://:redis@host") == "Service failed: ***://:***@host")
    }

    @Test func wholeMetadata() {
        let metadata: Logger.Metadata = [
            "error": "401 for sk-abcdef", "count": .stringConvertible(7),
            "shown": .stringConvertible(Secretive()), "list": ["a", ["inner": "p@ss\"word"]],
        ]
        let masked = mask.masked(metadata)
        #expect(masked["error"] == "401 for ***")
        #expect(masked["shown"] == "key ***")
        #expect(masked["list"] == ["a", ["inner": "***"]])
        guard case .stringConvertible(let count) = masked["count"] else {
            Issue.record("a number is text now")
            return
        }
        #expect(count is Int)
    }

    @Test(arguments: [LoggingSettings.Format.text, .json])
    func theOutputMasks(_ format: LoggingSettings.Format) {
        var settings = LoggingSettings()
        settings.format = format
        let written = Mutex<[String]>([])
        let output = LogOutput(settings, mask: mask) { line in written.withLock { $0.append(line) } }
        let logger = Logger(label: "memoir") { LineLogHandler(label: $0, level: .info, output: output) }
        logger.error("qdrant_unavailable", metadata: ["error": "said: p@ss\"word, sk-abcdef"])
        let line = written.withLock { $0.joined() }
        #expect(line.contains("said: ***, ***"))
        #expect(!line.contains("p@ss"))
    }

    private struct Secretive: CustomStringConvertible, Sendable { let description = "key sk-abcdef" }
}
