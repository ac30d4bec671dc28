import Testing

@testable import Ops

/// Who may read and who may change, decided from the header fields alone.
@Suite struct RequestRulesTests {
    private func rules(_ host: String = "127.0.0.1", token: String? = "secret") -> RequestRules {
        var configuration = OpsConfiguration()
        configuration.host = host
        configuration.token = token
        return RequestRules(configuration)
    }

    private func code(_ check: () throws -> Void) -> String? {
        do {
            try check()
            return nil
        } catch {
            return (error as? OpsError).map { "\($0.status) \($0.code)" } ?? "\(error)"
        }
    }

    @Test(
        arguments: [
            (nil, true), ("localhost", true), ("LocalHost:8420", true), ("127.0.0.1", true), ("127.0.0.1:1", true),
            ("127.8.9.10:8420", true), ("[::1]", true), ("[::1]:8420", true), ("evil.example", false),
            ("127.0.0.1.evil.example", false), ("localhost.evil.example", false), ("127.0.0.1@evil.example", false),
            ("127.0.0.1:80:80", false), ("127.0.0.256", false), ("127.1", false), ("10.0.0.1", false), ("", false),
            ("localhost:x", false), ("localhost:99999", false),
        ] as [(String?, Bool)]
    )
    func onLoopbackOnlyNamesOfThisMachineAreTaken(host: String?, isTaken: Bool) {
        let facts = RequestRules.Facts(host: host)
        #expect(code { try rules().checkHost(facts) } == (isTaken ? nil : "403 foreign_host"))
        #expect(code { try rules("0.0.0.0").checkHost(facts) } == nil)
    }

    @Test(
        arguments: [
            (nil, "401 unauthorized"), ("Bearer secret", nil), ("bearer secret", nil), ("Bearer  secret", nil),
            ("Bearer secre", "401 unauthorized"), ("Bearer secrett", "401 unauthorized"),
            ("Bearer", "401 unauthorized"),
            ("Bearer ", "401 unauthorized"), ("Basic secret", "401 unauthorized"), ("secret", "401 unauthorized"),
            ("Bearer secretsecret", "401 unauthorized"), ("Bearer SECRET", "401 unauthorized"),
        ] as [(String?, String?)]
    )
    func changesNeedTheToken(authorization: String?, expected: String?) {
        let facts = RequestRules.Facts(host: "localhost", authorization: authorization)
        #expect(code { try rules().checkChanging(facts) } == expected)
        #expect(code { try rules(token: nil).checkChanging(facts) } == "403 changes_disabled")
        #expect(code { try rules().checkReading(facts) } == nil)
        #expect(code { try rules("192.0.2.1").checkReading(facts) } == expected)
    }

    @Test(
        arguments: [
            (nil, nil, true), ("http://localhost:8420", nil, true), ("https://localhost:8420", nil, true),
            ("http://localhost", nil, false), ("http://localhost:8421", nil, false),
            ("http://evil.example", nil, false),
            ("null", nil, false), ("", nil, false), ("ftp://localhost:8420", nil, false), (nil, "same-origin", true),
            (nil, "none", true), (nil, "same-site", false), (nil, "cross-site", false),
            ("http://localhost:8420", "cross-site", false), ("http://evil.example", "same-origin", false),
        ] as [(String?, String?, Bool)]
    )
    func pagesOfOthersChangeNothing(origin: String?, site: String?, isTaken: Bool) {
        let facts = RequestRules.Facts(
            host: "localhost:8420",
            origin: origin,
            fetchSite: site,
            authorization: "Bearer secret"
        )
        #expect(code { try rules().checkChanging(facts) } == (isTaken ? nil : "403 foreign_origin"))
    }

    @Test(
        arguments: [
            (nil, false, true), (nil, true, false), ("application/json", true, true), ("application/json", false, true),
            ("Application/JSON; charset=utf-8", true, true), ("text/plain", true, false), ("text/plain", false, false),
            ("application/x-www-form-urlencoded", true, false), ("application/jsonp", true, false), ("", true, false),
        ] as [(String?, Bool, Bool)]
    )
    func bodiesAreJSON(type: String?, hasBody: Bool, isTaken: Bool) {
        let facts = RequestRules.Facts(
            host: "localhost",
            authorization: "Bearer secret",
            contentType: type,
            hasBody: hasBody
        )
        #expect(code { try rules().checkChanging(facts) } == (isTaken ? nil : "415 unsupported_media_type"))
    }
}
