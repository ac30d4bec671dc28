extension MemorySchema {
    static let forgetOutput = """
        {
            \(dialect),
            "properties": {
                "forgotten": {"type": "integer", "minimum": 0, "maximum": 1, "description": "1: it is gone. 0: there was none"}
            },
            "required": ["forgotten"]
        }
        """
}
