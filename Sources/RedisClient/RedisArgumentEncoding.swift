/// What appends arguments in the wire format (`$3\r\nSET\r\n`), each kind straight from where it lives.
package protocol RedisArgumentEncoding {
    mutating func append(_ argument: UnsafeRawBufferPointer)
}

extension RedisArgumentEncoding {
    package mutating func append(_ argument: StaticString) {
        append(UnsafeRawBufferPointer(start: argument.utf8Start, count: argument.utf8CodeUnitCount))
    }

    package mutating func append(_ argument: String) {
        var argument = argument
        argument.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(_ argument: ArraySlice<UInt8>) {
        argument.withUnsafeBytes { append($0) }
    }

    package mutating func append(_ argument: [UInt8]) {
        argument.withUnsafeBytes { append($0) }
    }

    package mutating func append(_ argument: Int) {
        withDecimal(argument) { append($0) }
    }
}

/// Arguments encoded before the command they belong to is known: those of a script, which is sent by its digest and, after
/// `NOSCRIPT`, again.
package struct RedisArguments: RedisArgumentEncoding, Sendable {
    private(set) var bytes: [UInt8] = []
    package private(set) var count = 0

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    package mutating func append(_ argument: UnsafeRawBufferPointer) {
        count += 1
        bytes.appendBulkString(argument)
    }

    package mutating func append(_ other: RedisArguments) {
        count += other.count
        bytes.append(contentsOf: other.bytes)
    }
}

extension [UInt8] {
    mutating func appendBulkString(_ argument: UnsafeRawBufferPointer) {
        appendHeader(UInt8(ascii: "$"), argument.count)
        append(contentsOf: argument)
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }

    mutating func appendHeader(_ kind: UInt8, _ count: Int) {
        append(kind)
        withDecimal(count) { append(contentsOf: $0) }
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }
}

/// The digits of `number`, on the stack.
private func withDecimal<Value>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    // 20 bytes hold every Int.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
        var position = buffer.count
        var magnitude = number.magnitude
        repeat {
            position -= 1
            buffer[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        } while magnitude > 0
        if number < 0 {
            position -= 1
            buffer[position] = UInt8(ascii: "-")
        }
        return body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[position...]))
    }
}
