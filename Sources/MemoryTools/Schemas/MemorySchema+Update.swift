extension MemorySchema {
    static let updateInput = #"""
        {
            \#(dialect),
            "properties": {
                \#(collection),
                \#(key),
                \#(id),
                "content": {
                    "type": "string", "minLength": 1,
                    "description": "The new text, instead of the old one: all of it, not blank, at most 1 MiB. Leave it out to keep the text"
                },
                "metadata": {
                    "type": "object",
                    "description": "Fields to set, and with null to remove; the others stay. With them at most 64 KiB. A field that the collection declares must be of the declared type"
                }
            },
            "required": ["collection"],
            "additionalProperties": false
        }
        """#

    static let updateOutput = """
        {
            \(dialect),
            "properties": {
                "id": {"type": "string", "description": "A UUID: where the memory is stored now"},
                "previous_id": {"type": ["string", "null"], "description": "Where it was stored before, and is no more; null where its id is the same"},
                "key": {"type": ["string", "null"], "description": "The memory's own key; null where it has none"},
                "unchanged": {"type": "boolean", "description": "Whether all of it was so already, so that nothing was written"},
                "metadata": {"type": "object", "description": "All metadata of the memory, as it is now"},
                "based_on": {"type": ["string", "null"], "description": "updated_at of the memory that was changed, RFC 3339"}
            },
            "required": ["id", "previous_id", "key", "unchanged", "metadata", "based_on"]
        }
        """
}
