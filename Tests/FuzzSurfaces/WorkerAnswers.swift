import JSON
import JobQueue

/// Results of jobs, JSON.
enum WorkerAnswers {
    static let id = "6f1c2b1a-0000-5000-8000-000000000001"

    static let wrong = [
        "[]", "{}", "\"\"", "0", "-0", "true", #"{"memory":[]}"#, #"{"memory":{"id":7,"payload":null}}"#,
        #"{"results":null}"#, #"{"results":[{"id":"a","score":"x"}]}"#, #"{"memories":{},"next":7}"#,
        #"{"memories":[],"next":""}"#, #"{"forgotten":1.5}"#, #"{"forgotten":99999999999999999999}"#,
        #"{"id":null,"unchanged":1}"#, #"{"collections":[],"lanes":[],"workers":{},"cost":[],"cache":7}"#,
        #"{"memory":null,"memory":{"id":"a"}}"#,
    ]

    /// Longer than any text that a list or a search shows whole, of characters of one to four bytes.
    static let huge = String(repeating: "aé€😀\n\"", count: 2_000)
    /// As deep as metadata may be stored.
    static let deep = #""deep":"# + String(repeating: "[", count: 28) + String(repeating: "]", count: 28)

    /// - Parameter metadata: members, JSON.
    static func plausible(_ job: JobRequest, content: String = "SNCB, Lyon", metadata: String = "") -> String {
        switch job.type {
        case "save": return #"{"id":"\#(id)","unchanged":false}"#
        case "search": return #"{"results":[\#(memory(content, metadata, #","score":0.75"#))]}"#
        case "get":
            // What has no key is found by its text, and then there is none.
            let isThere = job.key != nil || job.memoryID == id
            return #"{"memory":\#(isThere ? memory(content, metadata) : "null")}"#
        case "list": return #"{"memories":[\#(memory(content, metadata))],"next":"\#(id)"}"#
        case "forget": return #"{"forgotten":1}"#
        default: return stats
        }
    }

    /// Strings, as an object.
    static func object(_ members: KeyValuePairs<String, String>) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in members {
            writer.name(name)
            writer.string(value)
        }
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    private static func memory(_ content: String, _ metadata: String, _ score: String = "") -> String {
        let members = metadata.isEmpty ? "" : ",\(metadata)"
        let text = object(["content": content]).dropFirst().dropLast()
        return #"""
            {"id":"\#(id)"\#(score),"payload":{"vendor_name":"SNCB","amount":184.5\#(members),\#(text),
             "_memoir":{"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-02T00:00:00.000Z","key":"k"}}}
            """#
    }

    private static let stats = #"""
        {"cache":{"hit_rate_percent":50.5,"total_requests":2,"hits":1,"misses":1,"tokens_saved":5,"dollars_saved":1e-7},
         "collections":{"notes":{"points_count":3,"status":"green"}},"workers":[{}],"delayed":0,"dead":1,
         "lanes":{"search":{"undelivered":1,"in_work":2,"oldest_ms":3,"drain_ms":null,"paused_since":null}},
         "provider":{"circuit":"closed"},"cost":{"today":{"tokens":1,"requests":1,"dollars":0.5},
         "by_tenant":{"acme":{"tokens":1,"requests":1,"dollars":0.5}},"budget":{"state":"within"}}}
        """#
}
