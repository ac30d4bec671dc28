extension MemorySchema {
    static let saveInput = #"""
        {
            \#(dialect),
            "properties": {
                \#(collection),
                "content": {
                    "type": "string", "minLength": 1,
                    "description": "The text: what is found by meaning. Not blank; at most 1 MiB, and as much as the embedding model takes (OpenAI's: about 8,000 tokens). A paragraph is best: split longer texts by subject"
                },
                "key": {
                    "type": "string", "minLength": 1, "maxLength": 1024,
                    "description": "The memory's own key within the collection, at most 1,024 bytes: INV-2041. Saving under it again replaces the memory"
                },
                "metadata": {
                    "type": "object",
                    "description": "Fields to filter by and to read later, at most 64 KiB. A field that the collection declares must be of the declared type (see list_collections), a datetime in RFC 3339; any other field may be anything. The names content and _memoir… are taken"
                }
            },
            "required": ["collection", "content"],
            "additionalProperties": false
        }
        """#

    static let saveOutput = """
        {
            \(dialect),
            "properties": {
                "id": {"type": "string", "description": "A UUID, the same whenever this key (or text) is saved: what get_memory, update_memory and forget_memory take as id"},
                "key": {"type": ["string", "null"], "description": "As it was sent"},
                "unchanged": {"type": "boolean", "description": "Whether the very same memory, text and metadata, was there already, so that nothing was written"}
            },
            "required": ["id", "key", "unchanged"]
        }
        """
}
