import Ops
import Testing

@Test func placeholder() {}
