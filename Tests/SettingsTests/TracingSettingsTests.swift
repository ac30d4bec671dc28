import Testing

@testable import Settings

@Suite struct TracingSettingsTests {
    @Test func offUnlessAnAddressIsGiven() async throws {
        let loaded = try await SettingsSandbox().load()
        #expect(loaded.settings.tracing.url == nil)
    }

    @Test(arguments: [
        (["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"], "http://c:4318/v1/traces"),
        (["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/"], "http://c:4318/v1/traces"),
        (["OTEL_EXPORTER_OTLP_ENDPOINT": "https://c/otlp/"], "https://c/otlp/v1/traces"),
        (["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/spans"], "http://c:4318/spans"),
        (
            ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://b/x"],
            "http://b/x"
        ),
        (["MEMOIR_TRACING_ENDPOINT": "http://m", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://o"], "http://m/v1/traces"),
    ])
    func whereSpansGo(_ environment: [String: String], _ url: String) async throws {
        let loaded = try await SettingsSandbox(environment: environment).load()
        #expect(loaded.settings.tracing.url?.string == url)
    }

    @Test func headersAreReadAndMasked() async throws {
        let loaded = try await SettingsSandbox(environment: [
            "OTEL_EXPORTER_OTLP_HEADERS": "api-key=abc%20def%3D1, x-tenant = one"
        ]).load()
        let headers = loaded.settings.tracing.headers
        #expect(headers.map(\.name) == ["api-key", "x-tenant"])
        #expect(headers.map(\.value.value) == ["abc def=1", "one"])
        let shown = SettingKey.byName["tracing.headers"]?.shown(loaded.settings)
        #expect(shown == "api-key=***,x-tenant=***")
    }

    @Test(arguments: ["", "api-key", "=x", "api key=x", "api-key=", "api-key=%0A", "api-key=%zz", "Content-Length=3"])
    func headersThatAreWrong(_ text: String) {
        #expect(SecretHeader.list(parsing: text) == nil)
    }

    @Test(arguments: [("0", 0.0), ("1", 1), ("0.25", 0.25), ("1e-3", 0.001)])
    func ratios(_ text: String, _ ratio: Double) async throws {
        let loaded = try await SettingsSandbox(environment: ["OTEL_TRACES_SAMPLER_ARG": text]).load()
        #expect(loaded.settings.tracing.sampleRatio == ratio)
    }

    @Test(arguments: ["-0.1", "1.1", "nan", "a tenth", "inf"])
    func ratiosThatAreWrong(_ text: String) async throws {
        await #expect(throws: SettingsError.self) {
            _ = try await SettingsSandbox(environment: ["OTEL_TRACES_SAMPLER_ARG": text]).load()
        }
    }
}
