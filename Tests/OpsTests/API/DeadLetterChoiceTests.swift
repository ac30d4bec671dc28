import JSON
import JobQueue
import Testing

@testable import Ops

/// That all letters are meant must be said: nothing else may come to mean it.
@Suite struct DeadLetterChoiceTests {
    private func choice(_ json: String) throws -> DeadLetterChoice {
        guard case .object(let members) = try JSONValue(parsing: Array(json.utf8)) else { return .ids([]) }
        return try DeadLetterChoice(try RequestObject.checked(members, allowed: DeadLetterChoice.names))
    }

    private static var bulk: DeadLetterFilter {
        var filter = DeadLetterFilter()
        filter.lane = .bulk
        filter.code = "x"
        return filter
    }

    @Test(
        arguments: [
            (#"{"ids":["1-1","2-0","1-1"]}"#, .ids(["1-1", "2-0"])),
            (#"{"all":true}"#, .matching(DeadLetterFilter(), limit: 1_000)),
            (#"{"all":true,"filter":{}}"#, .matching(DeadLetterFilter(), limit: 1_000)),
            (#"{"filter":{"lane":"bulk","code":"x","type":null},"limit":7}"#, .matching(bulk, limit: 7)),
            (#"{"filter":{"lane":"bulk","code":"x"},"all":true}"#, .matching(bulk, limit: 1_000)),
        ] as [(String, DeadLetterChoice)]
    )
    func whatIsMeant(json: String, expected: DeadLetterChoice) throws {
        #expect(try choice(json) == expected)
    }

    @Test(
        arguments: [
            ("{}", "filter"), (#"{"filter":{}}"#, "filter"), (#"{"filter":{"code":null}}"#, "filter"),
            (#"{"all":false}"#, "filter"), (#"{"all":1}"#, "all"), (#"{"all":"true"}"#, "all"),
            (#"{"limit":5}"#, "filter"),
            (#"{"ids":[]}"#, "ids"), (#"{"ids":"1-1"}"#, "ids"), (#"{"ids":["1"]}"#, "ids[0]"),
            (#"{"ids":["1-1","*"]}"#, "ids[1]"), (#"{"ids":["1-1"],"all":true}"#, "all"),
            (#"{"ids":["1-1"],"filter":{"code":"x"}}"#, "filter"), (#"{"filter":{"code":""}}"#, "filter.code"),
            (#"{"filter":{"code":7}}"#, "filter.code"), (#"{"filter":{"cod":"x"}}"#, "filter.cod"),
            (#"{"filter":{"lane":"slow"}}"#, "filter.lane"), (#"{"filter":"x"}"#, "filter"),
            (#"{"all":true,"limit":0}"#, "limit"), (#"{"all":true,"limit":1001}"#, "limit"),
            (#"{"everything":true}"#, "everything"),
            (#"{"all":true,"all":true}"#, "all"),
        ]
    )
    func whatIsNotClearIsRefused(json: String, field: String) {
        #expect { try choice(json) } throws: { ($0 as? OpsError)?.field == field }
    }
}
