internal import JobQueue
internal import MCP
internal import Memory
internal import VectorStore

/// Where the next page of a list begins, in a form that nobody is tempted to read: hexadecimal digits of the id and the
/// collection. It says nothing about whose memories are listed: that is the caller's tenant, always.
struct ListCursor: Equatable {
    /// Of the wire.
    let after: String
    let collection: String

    init(after: String, collection: String) {
        self.after = after
        self.collection = collection
    }

    init(_ text: String, in collection: String) throws(ToolError) {
        let digits = Array(text.utf8)
        let foreign = ToolError.invalid(
            "cursor",
            "is none of ours: send next_cursor of the page before as it stands, or leave it out for the first page"
        )
        guard digits.count % 2 == 0, digits.count <= 1_024 else { throw foreign }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                throw foreign
            }
            bytes.append(byte)
        }
        let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 2, ScrollOffset(text: parts[0]) != nil else { throw foreign }
        guard parts[1].elementsEqual(collection.utf8) else {
            let other = String(decoding: parts[1].prefix(64), as: UTF8.self)
            let advice = "leave it out for the first page of \(collection)"
            throw .invalid("cursor", "is of the collection \"\(other)\": \(advice)")
        }
        after = String(decoding: parts[0], as: UTF8.self)
        self.collection = collection
    }

    var text: String {
        (Array(after.utf8) + [0] + Array(collection.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
