/// Makes lines of chunks. Keeps no more than one line of the longest that is allowed.
struct LineBuffer {
    enum Line: Equatable {
        /// Without its line break; empty ones are left out.
        case complete([UInt8])
        /// Longer than it may be; what is left of it is skipped.
        case tooLong
    }

    private let maximumBytes: Int
    private var pending: [UInt8] = []
    private var isSkipping = false

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// What the chunk completes.
    mutating func append(_ chunk: UnsafeRawBufferPointer) -> [Line] {
        var lines: [Line] = []
        var rest = chunk[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            take(rest[..<end], into: &lines)
            rest = rest[(end + 1)...]
            if !isSkipping, !pending.isEmpty { lines.append(.complete(pending)) }
            pending = []
            isSkipping = false
        }
        take(rest, into: &lines)
        return lines
    }

    /// The client has gone: a last line may stand there without its break.
    mutating func finish() -> Line? {
        defer { pending = [] }
        return pending.isEmpty ? nil : .complete(pending)
    }

    private mutating func take(_ bytes: Slice<UnsafeRawBufferPointer>, into lines: inout [Line]) {
        guard !isSkipping else { return }
        guard pending.count + bytes.count <= maximumBytes else {
            isSkipping = true
            pending = []
            lines.append(.tooLong)
            return
        }
        pending.append(contentsOf: bytes)
    }
}
