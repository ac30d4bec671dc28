import MCP
import Testing

@testable import FuzzSurfaces

/// What judges the answers does find what is wrong with them.
struct OracleTests {
    private static let call = #"""
        {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"forget_memory","_meta":{"progressToken":"p"}}}
        """#
    private static let text = #""content":[{"type":"text","text":"{\"forgotten\":1}"}]"#

    @Test(arguments: [
        #"{"jsonrpc":"2.0","id":1,"result":{\#(text),"structuredContent":{"forgotten":1},"isError":false}}"#,
        #"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"no"}],"isError":true}}"#,
        #"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}"#,
    ])
    func rightAnswersPass(_ answer: String) throws {
        try Self.judge([answer])
    }

    @Test(arguments: [
        [],
        ["{"],
        ["[]"],
        ["7"],
        [#"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}"#, "{}"],
        [#"{"jsonrpc":"1.0","id":1,"error":{"code":-32602,"message":"no"}}"#],
        [#"{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"no"}}"#],
        [#"{"jsonrpc":"2.0","id":"1","error":{"code":-32602,"message":"no"}}"#],
        [#"{"jsonrpc":"2.0","id":null,"error":{"code":-32602,"message":"no"}}"#],
        [#"{"jsonrpc":"2.0","error":{"code":-32602,"message":"no"}}"#],
        [#"{"jsonrpc":"2.0","id":1,"id":1,"error":{"code":-32602,"message":"no"}}"#],
        [#"{"jsonrpc":"2.0","id":1,"error":{"code":"x","message":"no"}}"#],
        [#"{"jsonrpc":"2.0","id":1,"error":{"code":-1.5,"message":"no"}}"#],
        [#"{"jsonrpc":"2.0","id":1,"error":{"code":-1}}"#],
        [#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"},"result":{}}"#],
        ["{\"jsonrpc\":\"2.0\",\n\"id\":1,\"error\":{\"code\":-1,\"message\":\"no\"}}"],
        [#"{"jsonrpc":"2.0","id":1,"result":{}}"#],
        [#"{"jsonrpc":"2.0","id":1,"result":[]}"#],
        [#"{"jsonrpc":"2.0","id":1,"result":{\#(text),"isError":false}}"#],
        [#"{"jsonrpc":"2.0","id":1,"result":{\#(text),"structuredContent":{"forgotten":2},"isError":false}}"#],
        [#"{"jsonrpc":"2.0","id":1,"result":{\#(text),"structuredContent":[],"isError":false}}"#],
        [#"{"jsonrpc":"2.0","id":1,"result":{\#(text),"structuredContent":{"forgotten":1},"isError":true}}"#],
        [
            #"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"{\"forgotten\":7}"}],"#
                + #""structuredContent":{"forgotten":7},"isError":false}}"#
        ],
        [
            #"{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete",\#(text),"#
                + #""structuredContent":{"forgotten":1},"isError":false}}"#
        ],
        [#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"q","progress":1}}"#],
        [#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":"1"}}"#],
        [#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#],
        [
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}"#,
            #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1}}"#,
        ],
        [
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}"#,
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}"#,
        ],
    ])
    func wrongOnesDoNot(_ answers: [String]) {
        #expect(throws: FuzzFinding.self) { try Self.judge(answers) }
    }

    private static func judge(_ answers: [String]) throws(FuzzFinding) {
        var oracle = MessageOracle(version: .v2025November)
        oracle.expect(Array(call.utf8)[...])
        for answer in answers { try oracle.check(Array(answer.utf8)) }
        try oracle.finish()
    }
}
