/// Which span of which trace, as it travels from one program to the next.
/// Source: W3C Trace Context (Recommendation, 23 November 2021).
package struct SpanContext: Sendable, Hashable {
    package let traceID: TraceID
    package let spanID: SpanID
    /// Whether whoever began the span records it.
    package let isSampled: Bool
    package let state: TraceState
    /// Whether another program began the span.
    package let isRemote: Bool

    private static let length = 55
    private static let dashes = [2, 35, 52]

    package init(traceID: TraceID, spanID: SpanID, isSampled: Bool, state: TraceState, isRemote: Bool = false) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.state = state
        self.isRemote = isRemote
    }

    /// Reads `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`. Nil where it is invalid. A version that is not
    /// known yet is read as far as version 00 goes, as the recommendation says (section 3.2.4). A `tracestate` that is
    /// invalid is as if there were none.
    package init?(traceparent: String, tracestate: String?) {
        let bytes = Array(traceparent.utf8.prefix(Self.length + 1))
        guard bytes.count >= Self.length, Self.dashes.allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            let version = Hexadecimal.value(bytes[0..<2]), version != 0xFF,
            bytes.count == Self.length || version > 0 && bytes[Self.length] == UInt8(ascii: "-"),
            let high = Hexadecimal.value(bytes[3..<19]), let low = Hexadecimal.value(bytes[19..<35]),
            let traceID = TraceID(high: high, low: low),
            let spanID = Hexadecimal.value(bytes[36..<52]).flatMap(SpanID.init),
            let flags = Hexadecimal.value(bytes[53..<55])
        else { return nil }
        self.init(
            traceID: traceID,
            spanID: spanID,
            isSampled: flags & 1 == 1,
            state: tracestate.flatMap(TraceState.init(parsing:)) ?? .none,
            isRemote: true
        )
    }

    /// In version 00, which knows one flag only.
    package var traceparent: String {
        var bytes = Array("00-".utf8)
        bytes.reserveCapacity(Self.length)
        traceID.append(to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        spanID.append(to: &bytes)
        bytes.append(contentsOf: isSampled ? "-01".utf8 : "-00".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}
