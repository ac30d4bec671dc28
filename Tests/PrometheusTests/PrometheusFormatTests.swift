import Prometheus
import Testing

@Suite struct PrometheusFormatTests {
    @Test(
        arguments: [
            (nil, .text),
            ("", .text),
            ("*/*", .text),
            ("text/html, */*;q=0.1", .text),
            ("application/openmetrics-text", .openMetrics),
            ("Application/OpenMetrics-Text; Version=\"1.0.0\"", .openMetrics),
            ("application/openmetrics-text;version=0.0.1", .openMetrics),
            ("application/openmetrics-text;version=2.0.0", .text),
            ("application/openmetrics-text;q=0", .text),
            ("application/openmetrics-text;q=7", .text),
            ("application/openmetrics-text;q=0.3,text/plain;q=0.5", .text),
            ("application/openmetrics-text ; q=0.5 , text/plain ; q=0.5", .openMetrics),
            // What Prometheus 3 sends.
            (
                """
                application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;\
                version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,\
                */*;q=0.2
                """, .openMetrics
            ),
            // A version that we do not write does not count.
            ("application/openmetrics-text;version=3.0.0,text/plain;q=0.1", .text),
        ] as [(String?, PrometheusFormat)]
    )
    func theFormatThatIsAskedFor(accept: String?, format: PrometheusFormat) {
        #expect(PrometheusFormat(accept: accept) == format)
    }

    @Test func theTypeNamesItsVersion() {
        #expect(PrometheusFormat.text.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(
            PrometheusFormat.openMetrics.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        )
    }
}
