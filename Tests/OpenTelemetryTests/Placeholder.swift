import OpenTelemetry
import Testing

@Test func placeholder() {}
