extension MemorySchema {
    static let searchInput = """
        {
            \(dialect),
            "properties": {
                \(collection),
                "query": {
                    "type": "string", "minLength": 1,
                    "description": "What to search for, in the words of what was saved. Not blank; at most 1 MiB, a sentence is best"
                },
                "top_k": {
                    "type": "integer", "minimum": 1, "maximum": 100, "default": 5,
                    "description": "How many memories at most, 1 to 100"
                },
                "score_threshold": {
                    "type": "number",
                    "description": "Leave out memories that score less. By cosine, which is usual, scores go up to 1; what is a good score depends on the model, so look at some before you set it"
                },
                \(filters)
            },
            "required": ["collection", "query"],
            "additionalProperties": false
        }
        """

    static let searchOutput = """
        {
            \(dialect),
            "properties": {
                "results": {
                    "type": "array",
                    "description": "The nearest first; empty where nothing fits",
                    "items": \(memory(score: true, isCut: true))
                }
            },
            "required": ["results"]
        }
        """
}
