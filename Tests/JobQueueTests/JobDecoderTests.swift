import RedisClient
import Testing

@testable import JobQueue

@Suite struct JobDecoderTests {
    /// A value that is bytes, for what is not UTF-8.
    struct Bytes: Sendable, ExpressibleByStringLiteral {
        let bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        init(stringLiteral text: String) { bytes = Array(text.utf8) }
    }

    typealias Fields = [(String, Bytes)]

    static let standard: [JobType: Fields] = [
        .embed: [("v", "1"), ("id", "j"), ("type", "embed"), ("content", "text")],
        .save: [("v", "1"), ("id", "j"), ("type", "save"), ("collection", "c"), ("content", "text")],
        .search: [("v", "1"), ("id", "j"), ("type", "search"), ("collection", "c"), ("query", "text")],
        .forget: [("v", "1"), ("id", "j"), ("type", "forget"), ("collection", "c"), ("key", "k")],
        .get: [("v", "1"), ("id", "j"), ("type", "get"), ("collection", "c"), ("key", "k")],
        .list: [("v", "1"), ("id", "j"), ("type", "list"), ("collection", "c")],
        .stats: [("v", "1"), ("id", "j"), ("type", "stats")],
    ]

    /// As a reply to XREADGROUP would bring the entry.
    private static func decode(_ fields: Fields, entryID: String = "1700000000123-4") throws -> DecodedJob {
        var storage = Array(entryID.utf8)
        var spans: [(Range<Int>, Range<Int>)] = []
        for (name, value) in fields {
            let start = storage.count
            storage += Array(name.utf8)
            let middle = storage.count
            storage += value.bytes
            spans.append((start..<middle, middle..<storage.count))
        }
        var read = JobFields(Job(entryID: storage[..<entryID.utf8.count], storage: storage, lane: .bulk))
        for (name, value) in spans { read.read(storage[name], storage[value], Self.limits) }
        read.checkPresence()
        if let problem = read.problem { return .invalid(read.job, problem) }
        return .valid(read.job)
    }

    private static let limits = JobFields.Limits(keys: JobKeys(), textBytes: 1_000, jsonBytes: 500)

    private static func valid(_ type: JobType, with fields: Fields = [], without: String? = nil) throws -> Job {
        guard case .valid(let job) = try decode((standard[type] ?? []).filter { $0.0 != without } + fields) else {
            throw InvalidJob("?", "is invalid")
        }
        return job
    }

    private static func problem(_ type: JobType, with fields: Fields = [], without: String? = nil) throws -> InvalidJob?
    {
        guard case .invalid(_, let problem) = try decode((standard[type] ?? []).filter { $0.0 != without } + fields)
        else { return nil }
        return problem
    }

    @Test(arguments: JobType.allCases)
    func aJobOfFewFieldsHasItsDefaults(type: JobType) throws {
        let job = try Self.valid(type)
        #expect(job.type == type)
        #expect(Array(job.id) == Array("j".utf8))
        #expect(Array(job.text) == ([.forget, .get, .list, .stats].contains(type) ? [] : Array("text".utf8)))
        #expect(Array(job.collection) == ([.embed, .stats].contains(type) ? [] : Array("c".utf8)))
        #expect(job.lane == .bulk && job.topK == (type == .list ? 100 : 5) && job.encodingFormat == .base64)
        #expect(job.scoreThreshold == nil && job.ttl == nil && job.deadline == nil)
        #expect(job.metadata == nil && job.filters == nil && job.tenant == nil && job.replyTo == nil)
        #expect(job.memoryID == nil && job.after == nil && job.source == nil && job.run == nil)
        #expect(Array(job.entryID) == Array("1700000000123-4".utf8))
        #expect(job.enqueuedAt == 1_700_000_000_123)
    }

    @Test func allFieldsAreRead() throws {
        let job = try Self.valid(
            .search,
            with: [
                ("metadata", "{\"a\":1}"), ("filters", "{\"b\":2}"), ("top_k", "7"), ("score_threshold", "-0.25"),
                ("key", "k"), ("tenant", "t"), ("memory_id", "m"), ("after", "a"),
                ("encoding_format", "float"), ("ttl", "60"),
                ("deadline", "1700000000000"),
                ("reply_to", "r"), ("source", "s"), ("run", "x"), ("content", "ignored here"),
                ("traceparent", "00-1-2-01"), ("unknown", ""),
                ("", "x"),
            ]
        )
        #expect(job.metadata.map { Array($0) } == Array("{\"a\":1}".utf8))
        #expect(job.filters.map { Array($0) } == Array("{\"b\":2}".utf8))
        #expect(job.key.map { Array($0) } == Array("k".utf8))
        #expect(job.tenant.map { Array($0) } == Array("t".utf8))
        #expect(job.memoryID.map { Array($0) } == Array("m".utf8))
        #expect(job.after.map { Array($0) } == Array("a".utf8))
        #expect(job.replyTo.map { Array($0) } == Array("r".utf8))
        #expect(job.source.map { Array($0) } == Array("s".utf8))
        #expect(job.run.map { Array($0) } == Array("x".utf8))
        #expect(job.topK == 7 && job.scoreThreshold == -0.25 && job.ttl == 60 && job.deadline == 1_700_000_000_000)
        #expect(job.encodingFormat == .float)
        #expect(Array(job.text) == Array("text".utf8))
    }

    static let missing: [(JobType, String)] = [
        (.embed, "v"), (.embed, "id"), (.embed, "type"), (.embed, "content"), (.save, "content"), (.save, "collection"),
        (.search, "query"), (.search, "collection"), (.forget, "collection"), (.forget, "key"),
        (.get, "collection"), (.get, "key"), (.list, "collection"),
    ]

    @Test(arguments: missing)
    func aMissingFieldIsNamed(type: JobType, field: String) throws {
        let problem = try Self.problem(type, without: field)
        #expect(problem?.field == field)
        #expect(problem?.reason.hasPrefix("is missing: send ") == true)
    }

    @Test func filtersDoInsteadOfAKey() throws {
        #expect(try Self.valid(.forget, with: [("filters", "{}")], without: "key").key == nil)
    }

    @Test func aMemoryIsNamedOnce() throws {
        #expect(try Self.valid(.get, with: [("memory_id", "m")], without: "key").key == nil)
        let problem = try Self.problem(.get, with: [("memory_id", "m")])
        #expect(problem == InvalidJob("memory_id", "stands beside key: send one of the two"))
    }

    @Test func aPageIsAsLargeAsWanted() throws {
        #expect(try Self.valid(.list, with: [("top_k", "5")]).topK == 5)
        #expect(try Self.valid(.list, with: [("top_k", "1000")]).topK == 1_000)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let field: String
        let value: Bytes
        /// What the reason begins with; nil for a value that is right.
        let reason: String?

        init(_ field: String, _ value: Bytes, _ reason: String? = nil) {
            self.field = field
            self.value = value
            self.reason = reason
        }

        var testDescription: String {
            "\(field) \(String(decoding: value.bytes.prefix(30), as: UTF8.self)) of \(value.bytes.count) bytes"
        }
    }

    private static func text(_ count: Int, of character: String = "x") -> Bytes {
        Bytes(Array(String(repeating: character, count: count).utf8))
    }

    private static let notUTF8 = Bytes([0x61, 0xff])

    static let identity = [
        Case("v", "2", "must be 1"), Case("v", "", "must be 1"), Case("v", "01", "must be 1"),
        Case("id", text(128)), Case("id", text(129), "has 129 characters: at most 128"),
        Case("id", text(128, of: "é")), Case("id", text(129, of: "é"), "has 129 characters"),
        Case("id", text(128, of: "\u{1f600}")), Case("id", text(129, of: "\u{1f600}"), "has 129 characters"),
        Case("id", "", "is empty"), Case("id", notUTF8, "is not valid UTF-8"), Case("id", "a b\n{}*"),
        Case("type", "", "is \"\": send one of embed, save, search, forget, get, list"),
        Case("type", "Embed", "is \"Embed\""),
        Case("type", text(50), "is \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\""),
        Case("type", notUTF8, "is \"a\u{fffd}\""),
        Case("collection", text(255)), Case("collection", text(256), "is longer than 255 bytes"),
        Case("collection", "", "is empty"), Case("collection", notUTF8, "is not valid UTF-8"),
        Case("key", text(1_024)), Case("key", text(1_025), "is longer than 1024 bytes"), Case("key", "", "is empty"),
        Case("tenant", text(1_024)), Case("tenant", text(1_025), "is longer than"), Case("tenant", "", "is empty"),
        Case("tenant", notUTF8, "is not valid UTF-8"),
        Case("memory_id", text(1_024)), Case("memory_id", text(1_025), "is longer than"),
        Case("memory_id", "", "is empty"), Case("after", text(1_025), "is longer than"), Case("after", "", "is empty"),
        Case("reply_to", text(1_024)), Case("reply_to", text(1_025), "is longer than"),
        Case("reply_to", "", "is empty"),
        Case("source", text(1_024)), Case("source", text(1_025), "is longer than"), Case("source", "", "is empty"),
        Case("source", notUTF8, "is not valid UTF-8"), Case("run", text(128)), Case("run", text(129), "is longer than"),
        Case("run", "", "is empty"), Case("run", notUTF8, "is not valid UTF-8"),
    ]

    static let bodies = [
        Case("content", text(1_000)), Case("content", text(1_001), "has 1001 bytes: at most 1000"),
        Case("content", text(501, of: "é"), "has 1002 bytes"),
        Case("content", "", "is empty"), Case("content", " \t\r\n ", "is blank"),
        Case("content", notUTF8, "is not valid UTF-8"),
        Case("content", Bytes([0xed, 0xa0, 0x80]), "is not valid UTF-8"),
        Case("content", Bytes([0xc0, 0x80]), "is not valid UTF-8"),
        Case("query", "", "is empty"), Case("query", "  ", "is blank"), Case("query", text(1_001), "has 1001 bytes"),
        Case("metadata", text(500)), Case("metadata", text(501), "has 501 bytes: at most 500"),
        Case("filters", text(501), "has 501 bytes: at most 500"),
        Case("encoding_format", "float"), Case("encoding_format", "base64"),
        Case("encoding_format", "", "is \"\": send base64 or float"), Case("encoding_format", "FLOAT", "is \"FLOAT\""),
    ]

    static let numbers = [
        Case("top_k", "1"), Case("top_k", "1000"), Case("top_k", "0", "is \"0\": send a whole number from 1 to 1000"),
        Case("top_k", "1001", "is \"1001\""), Case("top_k", "-1", "is \"-1\""), Case("top_k", "", "is \"\""),
        Case("top_k", "5.0", "is \"5.0\""), Case("top_k", " 5", "is \" 5\""), Case("top_k", "five", "is \"five\""),
        Case("top_k", "99999999999999999999", "is \"99999999999999999999\""),
        Case("score_threshold", "0.5"), Case("score_threshold", "1"), Case("score_threshold", "-1e-3"),
        Case("score_threshold", "nan", "is \"nan\": send a number such as 0.5"),
        Case("score_threshold", "inf", "is \"inf\""), Case("score_threshold", "-infinity", "is \"-infinity\""),
        Case("score_threshold", "1e999", "is \"1e999\""), Case("score_threshold", "", "is \"\""),
        Case("score_threshold", "0,5", "is \"0,5\""), Case("score_threshold", "0.5 ", "is \"0.5 \""),
        Case("ttl", "1"), Case("ttl", "2592000"), Case("ttl", "0", "is \"0\": send whole seconds from 1 to 2592000"),
        Case("ttl", "-1", "is \"-1\""), Case("ttl", "2592001", "is \"2592001\""), Case("ttl", "1.5", "is \"1.5\""),
        Case("deadline", "1"), Case("deadline", "9223372036854775807"),
        Case("deadline", "0", "is \"0\": send milliseconds since 1970"), Case("deadline", "-5", "is \"-5\""),
        Case("deadline", "9223372036854775808", "is \"9223372036854775808\""), Case("deadline", "soon", "is \"soon\""),
    ]

    @Test(arguments: identity + bodies + numbers)
    func eachFieldIsChecked(_ checked: Case) throws {
        let type: JobType = checked.field == "query" ? .search : .save
        let problem = try Self.problem(type, with: [(checked.field, checked.value)], without: checked.field)
        if let reason = checked.reason {
            #expect(problem?.field == checked.field)
            #expect(problem?.reason.hasPrefix(reason) == true, "\(problem?.reason ?? "no problem")")
        } else {
            #expect(problem == nil)
        }
    }

    @Test(arguments: [JobType.save, .forget])
    func aCountedJobMayKeepNoResult(type: JobType) throws {
        let job = try Self.valid(type, with: [("ttl", "0"), ("run", "r")])
        #expect(job.ttl == 0 && !job.keepsResult)
    }

    /// It keeps one, in which it is told so.
    @Test func aJobThatMayNotKeepNoneKeepsOne() throws {
        let cases: [(JobType, Fields)] = [(.save, []), (.search, [("run", "r")]), (.embed, [("run", "r")])]
        for (type, fields) in cases {
            guard
                case .invalid(let job, let problem) = try Self.decode(
                    (Self.standard[type] ?? []) + [("ttl", "0")] + fields
                )
            else {
                Issue.record("\(type) is valid")
                continue
            }
            #expect(problem.field == "ttl" && job.ttl == nil && job.keepsResult)
        }
    }

    @Test func theFirstProblemIsTheOneThatIsTold() throws {
        let problem = try Self.problem(.save, with: [("ttl", "-1"), ("top_k", "0"), ("id", "")])
        #expect(problem?.field == "ttl")
        #expect(problem.map { "\($0)" } == "ttl: is \"-1\": send whole seconds from 1 to 2592000")
    }

    @Test func ofAFieldGivenTwiceTheLastCounts() throws {
        let job = try Self.valid(.save, with: [("id", "second"), ("content", "other"), ("ttl", "5"), ("ttl", "6")])
        #expect(Array(job.id) == Array("second".utf8))
        #expect(Array(job.text) == Array("other".utf8))
        #expect(job.ttl == 6)
    }

    /// So that whoever looks for a result finds one, if only under the entry's id.
    @Test(arguments: ["", "\u{0}"])
    func anIDThatCannotBeUsedIsReplacedByTheEntrys(suffix: String) throws {
        let tooLong = Bytes(Array((String(repeating: "x", count: 129) + suffix).utf8))
        guard case .invalid(let job, let problem) = try Self.decode([("id", tooLong), ("v", "1"), ("type", "save")])
        else {
            Issue.record("it is valid")
            return
        }
        #expect(problem.field == "id")
        #expect(Array(job.id) == Array("1700000000123-4".utf8))
        #expect(job.type == .save)
    }

    /// An id may be anything up to 2⁶⁴: nanoseconds, say. What is reckoned with it must not overflow.
    @Test(arguments: [
        ("0-1", 0), ("1-0", 1), ("1700000000123-0", 1_700_000_000_123), ("9999999999998-0", 9_999_999_999_998),
        ("9999999999999-0", 9_999_999_999_999), ("1700000000123456789-0", 9_999_999_999_999),
        ("10000000000000-0", 9_999_999_999_999), ("9223372036854775807-1", 9_999_999_999_999),
        ("18446744073709551615-1", 9_999_999_999_999),
    ])
    func theTimeOfEntryIsThatOfItsID(entryID: String, milliseconds: Int) throws {
        let fields = Self.standard[.embed] ?? []
        guard case .valid(let job) = try Self.decode(fields, entryID: entryID) else {
            Issue.record("it is invalid")
            return
        }
        #expect(job.enqueuedAt == milliseconds)
    }

    @Test func everyFieldIsFoundByItsName() {
        for field in Field.allCases {
            #expect(Field(Array(field.rawValue.utf8)[...]) == field)
            #expect(Field(Array((field.rawValue + "x").utf8)[...]) == nil)
            #expect(Field(Array(field.rawValue.uppercased().utf8)[...]) == nil)
        }
        #expect(Field([]) == nil)
    }
}
