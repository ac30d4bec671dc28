internal import CHiredis

/// hiredis' reader with a sink that appends to a flat tape: no `redisReply` is ever allocated.
///
/// Owned by one connection and used on the reactor alone; the C reader is freed with it.
struct ReplyParser: ~Copyable {
    /// What the reader keeps of its buffer between replies.
    private static let spareBytesKept = 1 << 20

    private struct Tape {
        /// The reply under way.
        var reply = RedisReply()
        /// A kind of value that RESP2 does not have.
        var foreignKind: Int32?
    }

    /// The reader's sink writes here, so its address must stand still; the parser owns it and the reader that knows it.
    private let tape: UnsafeMutablePointer<Tape>
    private let target: UnsafeMutablePointer<memoir_reply_target>
    private let reader: UnsafeMutablePointer<redisReader>

    init() {
        tape = .allocate(capacity: 1)
        tape.initialize(to: Tape())
        target = .allocate(capacity: 1)
        target.initialize(to: memoir_reply_target(sink: appendToTape, context: tape))
        guard let reader = memoir_reader_create(target, Self.spareBytesKept) else {
            preconditionFailure("out of memory for a reply parser")
        }
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
        target.deallocate()
        tape.deinitialize(count: 1)
        tape.deallocate()
    }

    /// Copies what came from the socket.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }

    /// The next whole reply, nil when more bytes are needed.
    mutating func next() throws(RedisError) -> RedisReply? {
        switch memoir_reader_next(reader) {
        case 1:
            if let kind = tape.pointee.foreignKind {
                throw RedisError(.protocolViolation, "a value of kind \(kind), which RESP2 does not have")
            }
            let reply = tape.pointee.reply
            tape.pointee.reply = RedisReply()
            return reply
        case 0:
            return nil
        default:
            throw RedisError(.protocolViolation, String(cString: memoir_reader_error(reader)))
        }
    }

    private static func kind(_ kind: Int32) -> RedisReply.Kind? {
        switch kind {
        case REDIS_REPLY_STRING: .string
        case REDIS_REPLY_ARRAY: .array
        case REDIS_REPLY_INTEGER: .integer
        case REDIS_REPLY_NIL: .null
        case REDIS_REPLY_STATUS: .status
        case REDIS_REPLY_ERROR: .error
        default: nil
        }
    }

    fileprivate static func append(
        to context: UnsafeMutableRawPointer,
        kind rawKind: Int32,
        integer: Int64,
        bytes: UnsafePointer<CChar>?,
        length: Int
    ) {
        let tape = context.assumingMemoryBound(to: Tape.self)
        guard let kind = kind(rawKind) else {
            tape.pointee.foreignKind = rawKind
            return
        }
        switch kind {
        case .string, .status, .error:
            tape.pointee.reply.tokens.append(
                .init(value: tape.pointee.reply.bytes.count, length: UInt32(length), kind: kind)
            )
            tape.pointee.reply.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
        case .array, .integer, .null:
            tape.pointee.reply.tokens.append(.init(value: Int(integer), length: 0, kind: kind))
        }
    }
}

private func appendToTape(
    context: UnsafeMutableRawPointer?,
    kind: Int32,
    integer: Int64,
    bytes: UnsafePointer<CChar>?,
    length: Int
) {
    guard let context else { return }
    ReplyParser.append(to: context, kind: kind, integer: integer, bytes: bytes, length: length)
}
