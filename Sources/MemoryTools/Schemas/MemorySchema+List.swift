extension MemorySchema {
    static let listInput = #"""
        {
            \#(dialect),
            "properties": {
                \#(collection),
                \#(filters),
                "limit": {
                    "type": "integer", "minimum": 1, "maximum": 100, "default": 20,
                    "description": "Memories of one page, 1 to 100"
                },
                "cursor": {
                    "type": "string", "minLength": 1, "maxLength": 1024,
                    "description": "next_cursor of the page before, as it stands; leave it out for the first page"
                }
            },
            "required": ["collection"],
            "additionalProperties": false
        }
        """#

    static let listOutput = """
        {
            \(dialect),
            "properties": {
                "memories": {
                    "type": "array",
                    "description": "In the order of their ids",
                    "items": \(memory(isCut: true))
                },
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": "Send it as cursor for the next page; null: this is the last one"
                }
            },
            "required": ["memories", "next_cursor"]
        }
        """
}
