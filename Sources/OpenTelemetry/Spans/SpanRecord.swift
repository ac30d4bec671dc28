internal import Tracing

/// All that is known of a span.
struct SpanRecord: Sendable {
    /// Bounds of one span, those that OpenTelemetry's specification gives as defaults.
    static let maximumAttributes = 128
    static let maximumEvents = 128
    static let maximumLinks = 128

    let context: SpanContext
    let parent: SpanContext?
    let kind: SpanKind
    /// Nanoseconds since 1970.
    let start: UInt64
    var end: UInt64 = 0
    var name: String
    var attributes = SpanAttributes([:])
    var status: SpanStatus?
    private(set) var events: [SpanEvent] = []
    private(set) var droppedEvents = 0
    private(set) var links: [SpanLink] = []
    private(set) var droppedLinks = 0

    init(_ name: String, _ context: SpanContext, parent: SpanContext?, kind: SpanKind, start: UInt64) {
        self.name = name
        self.context = context
        self.parent = parent
        self.kind = kind
        self.start = start
    }

    mutating func add(_ event: SpanEvent) {
        guard events.count < Self.maximumEvents else {
            droppedEvents += 1
            return
        }
        events.append(event)
    }

    mutating func add(_ link: SpanLink) {
        guard links.count < Self.maximumLinks else {
            droppedLinks += 1
            return
        }
        links.append(link)
    }
}
