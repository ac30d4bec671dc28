import Testing

@testable import OpenTelemetry

@Suite struct SpanContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    @Test(arguments: [
        ("00-\(trace)-\(span)-01", true),
        ("00-\(trace)-\(span)-00", false),
        // Bits that version 00 does not know are ignored.
        ("00-\(trace)-\(span)-ff", true),
        ("00-\(trace)-\(span)-fe", false),
        // Later versions: as far as version 00 goes.
        ("01-\(trace)-\(span)-01", true),
        ("cc-\(trace)-\(span)-01-what-the-future-will-be-like", true),
        ("fe-\(trace)-\(span)-01-", true),
    ])
    func valid(_ traceparent: String, _ isSampled: Bool) throws {
        let context = try #require(SpanContext(traceparent: traceparent, tracestate: nil))
        #expect(context.traceID.description == Self.trace)
        #expect(context.spanID.description == Self.span)
        #expect(context.isSampled == isSampled)
        #expect(context.isRemote)
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.span)-0\(isSampled ? 1 : 0)")
    }

    @Test(arguments: [
        "",
        "00",
        "00-\(trace)-\(span)",
        "00-\(trace)-\(span)-",
        "00-\(trace)-\(span)-1",
        "00-\(trace)-\(span)-01-",
        "00-\(trace)-\(span)-01-more",
        "00-\(trace)-\(span)-010",
        "ff-\(trace)-\(span)-01",
        "01-\(trace)-\(span)-01.more",
        "01-\(trace)-\(span)-0100",
        "0-\(trace)-\(span)-01",
        "0g-\(trace)-\(span)-01",
        "00-00000000000000000000000000000000-\(span)-01",
        "00-\(trace)-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-\(span)-01",
        "00-\(trace)-B7AD6B7169203331-01",
        "00-\(trace)-\(span)-0A",
        "00-0af7651916cd43dd8448eb211c80319-\(span)-01",
        "00-0af7651916cd43dd8448eb211c80319cd-\(span)-01",
        "00_\(trace)-\(span)-01",
        "00-\(trace)_\(span)-01",
        "00-\(trace)-\(span)_01",
        " 00-\(trace)-\(span)-01",
        "00-\(trace)-\(span)-01 ",
        "00-0af7651916cd43dd8448eb211c80319é-\(span)-01",
        "00-0af7651916cd43dd+448eb211c80319c-\(span)-01",
        "00-not-a-trace",
    ])
    func invalid(_ traceparent: String) {
        #expect(SpanContext(traceparent: traceparent, tracestate: "rojo=1") == nil)
    }

    @Test func stateThatIsInvalidIsLeftOut() throws {
        let good = try #require(SpanContext(traceparent: "00-\(Self.trace)-\(Self.span)-01", tracestate: "rojo=1"))
        #expect(good.state.text == "rojo=1")
        let bad = try #require(SpanContext(traceparent: "00-\(Self.trace)-\(Self.span)-01", tracestate: "Rojo=1"))
        #expect(bad.state.isEmpty)
    }

    @Test func randomIDsDiffer() {
        let traces = Set((0..<1_000).map { _ in TraceID.random() })
        let spans = Set((0..<1_000).map { _ in SpanID.random() })
        #expect(traces.count == 1_000)
        #expect(spans.count == 1_000)
    }
}
