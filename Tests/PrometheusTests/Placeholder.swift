import Prometheus
import Testing

@Test func placeholder() {}
