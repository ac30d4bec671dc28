/// Collects the status and the header lines of one response, as libcurl hands them over: one line a call, each block
/// ended by an empty line. Interim responses (1xx) are passed over, trailers dropped. A pure state machine.
struct ResponseHead {
    private enum State {
        case beforeStatus
        case inFields
        case complete
    }

    private(set) var status = 0
    /// In the order received, names in lower case.
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var contentLength: Int?

    let maximumBytes: Int
    private var bytes = 0
    private var state = State.beforeStatus

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    var isComplete: Bool { state == .complete }

    /// Takes one line with its end. Whether it was within the bound, which covers all lines of all blocks.
    mutating func take(line: UnsafeRawBufferPointer) -> Bool {
        bytes += line.count
        guard bytes <= maximumBytes else { return false }
        let content = Self.trim(line[...])
        // A line that begins with a blank continues the one before, even if there is nothing else in it.
        let isContinuation = line.first.map(Self.isBlank) ?? false
        switch state {
        case .beforeStatus:
            takeStatus(content)
        case .inFields where content.isEmpty && !isContinuation:
            state = (100..<200).contains(status) ? .beforeStatus : .complete
        case .inFields:
            takeField(content, isContinuation: isContinuation)
        case .complete:
            // A trailer: nothing here reads them.
            break
        }
        return true
    }

    /// `HTTP/1.1 200 OK`, `HTTP/2 200`.
    private mutating func takeStatus(_ line: Slice<UnsafeRawBufferPointer>) {
        headers.removeAll(keepingCapacity: true)
        contentLength = nil
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return }
        let digits = line[(space + 1)...].prefix { Self.isDigit($0) }
        status = Self.number(digits) ?? 0
        state = .inFields
    }

    private mutating func takeField(_ line: Slice<UnsafeRawBufferPointer>, isContinuation: Bool) {
        if isContinuation, let last = headers.indices.last {
            headers[last].value += " " + String(decoding: line, as: UTF8.self)
            return
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = String(decoding: line[..<colon].lazy.map(Self.lowercased), as: UTF8.self)
        let value = Self.trim(line[(colon + 1)...])
        if name == "content-length" {
            contentLength = Self.number(value)
        }
        headers.append((name, String(decoding: value, as: UTF8.self)))
    }

    private static func trim(_ line: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var line = line.drop { isBlank($0) }
        while let last = line.last, isBlank(last) || last == UInt8(ascii: "\r") || last == UInt8(ascii: "\n") {
            line.removeLast()
        }
        return line
    }

    /// `Int.max` for whatever is longer than any length that can be meant: it is beyond every bound.
    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
        guard digits.count <= 18 else { return .max }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
