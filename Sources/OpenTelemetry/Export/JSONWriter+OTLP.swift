internal import JSON
internal import Tracing

/// The parts that OTLP's messages have in common.
extension JSONWriter {
    /// Of `flags`: that it is known whether the parent, or the span linked to, is of another program; and that it is.
    private static let knowsOrigin = 0x100
    private static let isRemote = 0x200

    mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        string(text)
    }

    mutating func nanoseconds(_ name: StaticString, _ time: UInt64) {
        member(name, "\(time)")
    }

    mutating func dropped(_ name: StaticString, _ count: Int) {
        guard count > 0 else { return }
        self.name(name)
        integer(count)
    }

    /// - Parameter parent: the span whose origin is told: of a link, the span that it points to.
    mutating func identity(_ span: SpanContext, parent: SpanContext?) {
        member("traceId", span.traceID.description)
        member("spanId", span.spanID.description)
        if !span.state.isEmpty { member("traceState", span.state.text) }
        name("flags")
        let origin = parent?.isRemote == true ? Self.knowsOrigin | Self.isRemote : Self.knowsOrigin
        integer((span.isSampled ? 1 : 0) | origin)
    }

    /// In the order of their names; those beyond the bound are counted.
    mutating func attributes(_ attributes: SpanAttributes) {
        guard !attributes.isEmpty else { return }
        var all: [(name: String, value: SpanAttribute)] = []
        all.reserveCapacity(attributes.count)
        // They are no sequence.
        let collect: (String, SpanAttribute) -> Void = { all.append((name: $0, value: $1)) }
        attributes.forEach(collect)
        all.sort { $0.name < $1.name }
        name("attributes")
        beginArray()
        for (name, value) in all.prefix(SpanRecord.maximumAttributes) {
            beginObject()
            member("key", name)
            self.name("value")
            anyValue(value)
            endObject()
        }
        endArray()
        dropped("droppedAttributesCount", all.count - SpanRecord.maximumAttributes)
    }

    private mutating func anyValue(_ value: SpanAttribute) {
        switch value {
        case .int32(let number): scalar("intValue", "\(number)")
        case .int64(let number): scalar("intValue", "\(number)")
        case .double(let number): floatingPoint(number)
        case .bool(let flag): truth(flag)
        case .string(let text): scalar("stringValue", text)
        case .stringConvertible(let text): scalar("stringValue", "\(text)")
        case .int32Array(let numbers): array(numbers) { $0.scalar("intValue", "\($1)") }
        case .int64Array(let numbers): array(numbers) { $0.scalar("intValue", "\($1)") }
        case .doubleArray(let numbers): array(numbers) { $0.floatingPoint($1) }
        case .boolArray(let flags): array(flags) { $0.truth($1) }
        case .stringArray(let texts): array(texts) { $0.scalar("stringValue", $1) }
        case .stringConvertibleArray(let texts): array(texts) { $0.scalar("stringValue", "\($1)") }
        default: scalar("stringValue", "")
        }
    }

    private mutating func scalar(_ name: StaticString, _ text: String) {
        beginObject()
        member(name, text)
        endObject()
    }

    private mutating func truth(_ flag: Bool) {
        beginObject()
        name("boolValue")
        bool(flag)
        endObject()
    }

    /// JSON has no words for what is no number; protobuf's mapping writes them as strings.
    private mutating func floatingPoint(_ number: Double) {
        if number.isNaN { return scalar("doubleValue", "NaN") }
        if number.isInfinite { return scalar("doubleValue", number > 0 ? "Infinity" : "-Infinity") }
        beginObject()
        name("doubleValue")
        raw(number.description.utf8)
        endObject()
    }

    private mutating func array<Element>(_ elements: [Element], _ append: (inout JSONWriter, Element) -> Void) {
        beginObject()
        name("arrayValue")
        beginObject()
        name("values")
        beginArray()
        for element in elements { append(&self, element) }
        endArray()
        endObject()
        endObject()
    }
}
