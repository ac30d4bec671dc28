internal import JSON

/// A memory as workers answer it, taken apart for a model: the text, the metadata by itself, and of the bookkeeping what
/// says something. Values of the metadata are the bytes that were stored.
struct MemoryView {
    struct Member {
        /// UTF-8, unescaped.
        let name: ArraySlice<UInt8>
        /// JSON.
        let value: ArraySlice<UInt8>
    }

    private(set) var id = ""
    /// A number, JSON; nil where nothing was searched for.
    private(set) var score: ArraySlice<UInt8>?
    /// nil where another program has written into the collection.
    private(set) var content: String?
    private(set) var metadata: [Member] = []
    private(set) var key: String?
    private(set) var source: String?
    private(set) var createdAt: String?
    private(set) var updatedAt: String?

    /// - Parameter json: `{"id", "payload"}`, of a search with `score`.
    init(_ json: ArraySlice<UInt8>) throws(JSONError) {
        var scanner = JSONScanner(json)
        try self.init(from: &scanner)
        try scanner.finish()
    }

    init(from scanner: inout JSONScanner) throws(JSONError) {
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            if name == "id" {
                // A number where another program has written it.
                if try scanner.nextKind() == .string {
                    id = try scanner.readString().string
                } else {
                    id = String(decoding: scanner.bytes[try scanner.skipValue()], as: UTF8.self)
                }
            } else if name == "score" {
                score = scanner.bytes[try scanner.readNumber()]
            } else if name == "payload", try scanner.nextKind() == .object {
                try readPayload(&scanner)
            } else {
                try scanner.skipValue()
            }
        }
    }

    private mutating func readPayload(_ scanner: inout JSONScanner) throws(JSONError) {
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            let kind = try scanner.nextKind()
            if name == "content" {
                if kind == .string { content = try scanner.readString().string } else { try scanner.skipValue() }
            } else if name == "_memoir" {
                if kind == .object { try readBookkeeping(&scanner) } else { try scanner.skipValue() }
            } else {
                metadata.append(Member(name: name.bytes, value: scanner.bytes[try scanner.skipValue()]))
            }
        }
    }

    private mutating func readBookkeeping(_ scanner: inout JSONScanner) throws(JSONError) {
        try scanner.beginObject()
        while let name = try scanner.nextName() {
            guard try scanner.nextKind() == .string else {
                try scanner.skipValue()
                continue
            }
            let text = try scanner.readString()
            if name == "key" {
                key = text.string
            } else if name == "source" {
                source = text.string
            } else if name == "created_at" {
                createdAt = text.string
            } else if name == "updated_at" {
                updatedAt = text.string
            }
        }
    }
}
