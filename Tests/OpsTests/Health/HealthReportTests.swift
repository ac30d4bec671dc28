import Testing

@testable import Ops

@Suite struct HealthReportTests {
    @Test func oneThatFailsMakesAllUnready() {
        let report = HealthReport([.ok("redis"), .failed("store", "it \"hangs\""), .ok("worker", "disabled")])
        #expect(!report.isReady)
        let json = """
            {"status":"not_ready","checks":[{"name":"redis","status":"ok","reason":null},\
            {"name":"store","status":"failed","reason":"it \\"hangs\\""},\
            {"name":"worker","status":"ok","reason":"disabled"}]}
            """
        #expect(String(decoding: report.json(), as: UTF8.self) == json)
        #expect(HealthReport([.ok("redis"), .of("store", problem: nil)]).isReady)
    }
}
