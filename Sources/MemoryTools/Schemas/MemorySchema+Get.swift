extension MemorySchema {
    /// A collection and a memory in it.
    static let namingInput = """
        {
            \(dialect),
            "properties": {
                \(collection),
                \(key),
                \(id)
            },
            "required": ["collection"],
            "additionalProperties": false
        }
        """

    static let getOutput = """
        {
            \(dialect),
            "properties": {
                "memory": {
                    "description": "null where there is none of that key or id",
                    "anyOf": [\(memory()), {"type": "null"}]
                }
            },
            "required": ["memory"]
        }
        """
}
