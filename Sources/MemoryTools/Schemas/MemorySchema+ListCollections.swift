extension MemorySchema {
    static let noInput = """
        {\(dialect), "properties": {}, "additionalProperties": false}
        """

    static let collectionsOutput = """
        {
            \(dialect),
            "properties": {
                "collections": {
                    "type": "array",
                    "description": "Those that this access reaches",
                    "items": {
                        "type": "object",
                        "properties": {
                            "name": {"type": "string", "description": "What the other tools take as collection"},
                            "description": {"type": "string", "description": "What it is for; empty where nobody said"},
                            "points": {"type": ["integer", "null"], "minimum": 0, "description": "Memories in it; null where nobody can tell now, or where it is shared with other tenants"},
                            "fields": {
                                "type": "array",
                                "description": "Declared fields of the metadata; others may be saved and filtered by all the same",
                                "items": {
                                    "type": "object",
                                    "properties": {
                                        "name": {"type": "string", "description": "A name with dots is a path into an object"},
                                        "type": {"enum": ["string", "integer", "number", "boolean", "datetime", "object", "array"], "description": "A datetime is text in RFC 3339: 2026-01-31T12:00:00Z"},
                                        "indexed": {"type": "boolean", "description": "Whether filters by it are quick however many memories there are"}
                                    },
                                    "required": ["name", "type", "indexed"]
                                }
                            }
                        },
                        "required": ["name", "description", "points", "fields"]
                    }
                }
            },
            "required": ["collections"]
        }
        """
}
