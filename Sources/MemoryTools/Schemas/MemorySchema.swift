/// Parts of the tools' schemas that several of them have.
enum MemorySchema {
    /// `"$schema": …`, which begins each.
    static let dialect = #""$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object""#

    // MARK: Arguments

    static let collection = #"""
        "collection": {
            "type": "string", "minLength": 1, "maxLength": 255,
            "description": "Name of the collection, as list_collections names it: invoices"
        }
        """#

    static let key = #"""
        "key": {
            "type": "string", "minLength": 1, "maxLength": 1024,
            "description": "The memory's own key, that it was saved under (at most 1,024 bytes). Send key or id, not both"
        }
        """#

    static let id = #"""
        "id": {
            "type": "string", "minLength": 36, "maxLength": 36,
            "description": "The memory's id, a UUID, as a save, search or list answered it. Send key or id, not both"
        }
        """#

    static let filters = #"""
        "filters": {
            "type": "object",
            "description": "Fields of the metadata and what they must be, all of them; at most 64 KiB. A value: {\"matched\": false}. Any of several: {\"vendor_name\": [\"SNCB\", \"NS\"]}. A range of numbers or RFC 3339 times: {\"amount\": {\"gte\": 100, \"lt\": 500}}. Anything but: {\"category\": {\"not\": \"travel\"}}. A field inside an object: {\"vendor.city\": \"Lyon\"}. list_collections tells the fields of a collection"
        }
        """#

    // MARK: Answers

    /// - Parameters:
    ///   - score: whether it was found by a search.
    ///   - isCut: whether long texts are cut.
    static func memory(score: Bool = false, isCut: Bool = false) -> String {
        let cut = #"""
            "content_truncated": {
                "type": "boolean",
                "description": "Whether content is only the beginning of the text: get_memory reads all of it"
            },
            "content_characters": {
                "type": "integer", "minimum": 1,
                "description": "Of a text that was cut: how many characters (code points) all of it has"
            },
            """#
        let found = #"""
            "score": {
                "type": "number",
                "description": "How near in meaning to the query; the higher the nearer. By cosine, which is usual, at most 1"
            },
            """#
        return #"""
            {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "description": "A UUID: what get_memory, update_memory and forget_memory take as id"},
                    "key": {"type": ["string", "null"], "description": "The memory's own key; null where it was saved without one"},
                    \#(score ? found : "")
                    "content": {"type": ["string", "null"], "description": "The text; null where another program stored the memory without one"},
                    \#(isCut ? cut : "")
                    "metadata": {"type": "object", "description": "What was saved with the text"},
                    "source": {"type": ["string", "null"], "description": "Where it comes from: mcp where it was saved by a tool"},
                    "created_at": {"type": ["string", "null"], "description": "When it was first saved, RFC 3339"},
                    "updated_at": {"type": ["string", "null"], "description": "When it was last changed, RFC 3339"}
                },
                "required": ["id", "key", \#(score ? #""score", "# : "")"content", \#(isCut ? #""content_truncated", "# : "")"metadata", "source", "created_at", "updated_at"]
            }
            """#
    }
}
