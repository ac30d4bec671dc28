/// Appends JSON to bytes. Commas come by themselves; that every container is closed again is for the caller to see to,
/// and `finish` checks it.
package struct JSONWriter: Sendable {
    /// What `vector` takes at most for each number, comma and all.
    package static let maximumBytesPerNumberOfVector = FloatDecimal.bytesPerNumber

    /// What is written so far.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private var depth = 0

    package init(reservingCapacity capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// The document. Every container must be closed.
    package consuming func finish() -> [UInt8] {
        precondition(depth == 0, "\(depth) JSON containers are still open")
        return bytes
    }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A name of our own, which needs no escaping.
    package mutating func name(_ name: StaticString) {
        beginItem()
        name.withUTF8Buffer { buffer in
            assert(EightBytes.endOfPlain(buffer[...]) == buffer.count, "\(name) needs escaping")
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: buffer)
        }
        endName()
    }

    /// Valid UTF-8, escaped here.
    package mutating func name(_ name: ArraySlice<UInt8>) {
        beginItem()
        name.withUnsafeBufferPointer { bytes.appendJSONString($0) }
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func name(_ name: String) {
        self.name(ArraySlice(name.utf8))
    }

    /// Valid UTF-8, escaped here.
    package mutating func string(_ text: ArraySlice<UInt8>) {
        text.withUnsafeBufferPointer { string($0) }
    }

    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string($0) }
    }

    package mutating func integer(_ value: Int) {
        beginItem()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.appendDecimal(UInt64(value.magnitude))
        needsComma = true
    }

    package mutating func unsigned(_ value: UInt64) {
        beginItem()
        bytes.appendDecimal(value)
        needsComma = true
    }

    /// The shortest digits that read back as the same number.
    package mutating func double(_ value: Double) throws(JSONError) {
        guard value.isFinite else { throw JSONError(.notFinite, at: bytes.count) }
        raw(value.description.utf8)
    }

    package mutating func bool(_ value: Bool) {
        raw(value ? "true".utf8 : "false".utf8)
    }

    package mutating func null() {
        raw("null".utf8)
    }

    /// A value that is JSON already.
    package mutating func raw(_ json: some Collection<UInt8>) {
        beginItem()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// A value that somebody else appends to what is written so far.
    package mutating func raw(appending value: (inout [UInt8]) -> Void) {
        beginItem()
        value(&bytes)
        needsComma = true
    }

    /// An array of numbers that read back as the same `Float`s, all of which must be finite.
    package mutating func vector(_ values: ArraySlice<Float>) {
        open(UInt8(ascii: "["))
        FloatDecimal.append(values, to: &bytes)
        close(UInt8(ascii: "]"))
    }

    private mutating func string(_ text: UnsafeBufferPointer<UInt8>) {
        beginItem()
        bytes.appendJSONString(text)
        needsComma = true
    }

    private mutating func beginItem() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func endName() {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        beginItem()
        bytes.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        depth -= 1
        needsComma = true
    }
}
