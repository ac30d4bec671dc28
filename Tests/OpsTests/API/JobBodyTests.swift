import JobQueue
import Testing

@testable import Ops

@Suite struct JobBodyTests {
    private func body(_ json: String) throws(OpsError) -> JobBody {
        try JobBody(Array(json.utf8)) { "new" }
    }

    @Test func valuesAreSentAsTheyAreWritten() throws {
        let body = try body(
            """
            {"type": "save", "collection": "notes", "content": "\\u00e9", "metadata": {"amount": 22.70, "n": 18446744073709551615},
             "key": null, "ttl": 60, "deadline": "1764072000000",
             "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
            """
        )
        #expect(body.lane == .save)
        #expect(body["metadata"] == #"{"amount": 22.70, "n": 18446744073709551615}"#)
        #expect(body["content"] == "é" && body["key"] == nil && body["id"] == "new" && body["v"] == "1")
        let request = body.request
        #expect(request.ttl == 60 && request.deadline == 1_764_072_000_000 && request.text == "é")
        #expect(request.traceparent == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        #expect(Set(request.fields.map { "\($0.name)" }) == Set(body.fields.map(\.name)))
    }

    @Test(
        arguments: [
            (#"{"type":"save"}"#, .save), (#"{"type":"forget"}"#, .save), (#"{"type":"embed"}"#, .embed),
            (#"{"type":"stats"}"#, .search), (#"{"type":"embed","lane":"bulk"}"#, .bulk),
            (#"{"type":"nothing"}"#, .search),
            ("{}", .search),
        ] as [(String, Lane)]
    )
    func theTypeSaysWhichLane(json: String, lane: Lane) throws {
        #expect(try body(json).lane == lane)
    }

    @Test(
        arguments: [
            (#"{"type":7}"#, "type"), (#"{"content":["x"]}"#, "content"), (#"{"metadata":[1]}"#, "metadata"),
            (#"{"top_k":true}"#, "top_k"), (#"{"top_k":{}}"#, "top_k"), (#"{"lane":"slow"}"#, "lane"),
            (#"{"type":"save","type":"save"}"#, "type"), (#"{"contents":"x"}"#, "contents"),
            (#"{"reply_to":"x"}"#, "reply_to"), (#"{"_attempts":"1"}"#, "_attempts"),
        ]
    )
    func whatIsWrongIsNamed(json: String, field: String) {
        #expect { try body(json) } throws: { error in
            (error as? OpsError)?.code == "invalid_job" && (error as? OpsError)?.field == field
        }
    }

    @Test(arguments: ["", "[]", "1", "{", #"{"type":"stats"}x"#, #"{"type":}"#, #"{"metadata":{"a":01}}"#])
    func whatIsNoJSONIsRefused(json: String) {
        #expect { try body(json) } throws: { ($0 as? OpsError)?.code == "invalid_json" }
    }
}
