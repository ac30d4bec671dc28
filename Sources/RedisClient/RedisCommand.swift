/// One or more commands in the wire format (RESP2 arrays of bulk strings), in one buffer.
///
/// Arguments are appended one by one, so that a command of a thousand arguments costs no array of arrays:
///
///     var command = RedisCommand()
///     command.begin("SET", arguments: 2)
///     command.append("key")
///     command.append(value)
package struct RedisCommand: RedisArgumentEncoding, Sendable {
    private(set) var bytes: [UInt8] = []
    /// Commands begun, so replies to expect.
    package private(set) var count = 0
    private var missingArguments = 0

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// A whole command of few arguments.
    package init(_ name: StaticString, _ arguments: String...) {
        begin(name, arguments: arguments.count)
        for argument in arguments { append(argument) }
    }

    package var byteCount: Int { bytes.count }

    /// Begins a command; exactly `arguments` arguments must follow.
    package mutating func begin(_ name: StaticString, arguments: Int) {
        precondition(missingArguments == 0, "\(missingArguments) arguments missing before \(name)")
        count += 1
        missingArguments = arguments + 1
        bytes.appendHeader(UInt8(ascii: "*"), arguments + 1)
        append(name)
    }

    package mutating func append(_ argument: UnsafeRawBufferPointer) {
        precondition(missingArguments > 0, "one argument too many")
        missingArguments -= 1
        bytes.appendBulkString(argument)
    }

    package mutating func append(_ arguments: RedisArguments) {
        precondition(missingArguments >= arguments.count, "too many arguments")
        missingArguments -= arguments.count
        bytes.append(contentsOf: arguments.bytes)
    }

    /// Puts whole commands behind those that are here.
    package mutating func append(commands other: RedisCommand) {
        precondition(missingArguments == 0 && other.missingArguments == 0, "a command lacks arguments")
        count += other.count
        bytes.append(contentsOf: other.bytes)
    }

    package mutating func removeAll(keepingCapacity keepsCapacity: Bool = false) {
        bytes.removeAll(keepingCapacity: keepsCapacity)
        count = 0
        missingArguments = 0
    }

    /// Whether the last command has all its arguments.
    package var isComplete: Bool { missingArguments == 0 && count > 0 }
}
