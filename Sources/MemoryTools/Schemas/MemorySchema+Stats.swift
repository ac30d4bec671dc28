extension MemorySchema {
    static let statsOutput = """
        {
            \(dialect),
            "properties": {
                "cache": {
                    "type": "object",
                    "description": "Since the counters were last reset. A hit is a text or a search that was answered without a call of its own. All but the rate are null where others share the cache: where this access has a tenant",
                    "properties": {
                        "hit_rate_percent": {"type": ["number", "null"], "description": "0 to 100; null where nothing was asked for"},
                        "total_requests": {"type": ["integer", "null"]},
                        "hits": {"type": ["integer", "null"]},
                        "misses": {"type": ["integer", "null"]},
                        "tokens_saved": {"type": ["integer", "null"], "description": "By estimate"},
                        "dollars_saved": {"type": ["number", "null"], "description": "US dollars"}
                    },
                    "required": ["hit_rate_percent", "total_requests", "hits", "misses", "tokens_saved", "dollars_saved"]
                },
                "collections": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "name": {"type": "string"},
                            "points": {"type": ["integer", "null"], "description": "Memories in it; null where nobody can tell now, or where it is shared with other tenants"},
                            "status": {"type": "string", "description": "green: all is well. yellow, grey: Qdrant is optimising it. red: trouble. missing: it is not there yet. unknown: Qdrant cannot be asked"}
                        },
                        "required": ["name", "points", "status"]
                    }
                },
                "lanes": {
                    "type": "array",
                    "description": "The queue's lanes",
                    "items": {
                        "type": "object",
                        "properties": {
                            "name": {"type": "string"},
                            "waiting": {"type": ["integer", "null"], "description": "Jobs that nobody has begun; an estimate where there are many"},
                            "in_work": {"type": ["integer", "null"], "description": "Jobs that workers hold"},
                            "oldest_ms": {"type": ["integer", "null"], "description": "How long the oldest job has been there, in milliseconds; null where there is none"},
                            "drain_ms": {"type": ["integer", "null"], "description": "Until it is empty at the rate of now, in milliseconds; null where it does not drain or nobody measures"},
                            "paused": {"type": "boolean", "description": "Whether somebody has paused it"}
                        },
                        "required": ["name", "waiting", "in_work", "oldest_ms", "drain_ms", "paused"]
                    }
                },
                "workers": {"type": ["integer", "null"], "description": "That run"},
                "delayed": {"type": ["integer", "null"], "description": "Jobs that wait for their time"},
                "dead": {"type": ["integer", "null"], "description": "Jobs that failed for good and are kept"},
                "embedding_service": {"type": ["string", "null"], "description": "closed: it works. half_open: it is tried. open: it is away, jobs wait. null: nobody has asked it"},
                "cost_today": {
                    "type": "object",
                    "description": "Of embeddings, since 00:00 UTC; of this access' tenant where it has one. null where nobody can tell, or the tenant has spent nothing",
                    "properties": {
                        "tokens": {"type": ["integer", "null"]},
                        "requests": {"type": ["integer", "null"]},
                        "dollars": {"type": ["number", "null"], "description": "US dollars"}
                    },
                    "required": ["tokens", "requests", "dollars"]
                },
                "budget": {"type": ["string", "null"], "description": "Of the day: unlimited, within, bulk_stopped (only bulk jobs wait) or exceeded (searches and new embeddings are refused until 00:00 UTC)"}
            },
            "required": ["cache", "collections", "lanes", "workers", "delayed", "dead", "embedding_service", "cost_today", "budget"]
        }
        """
}
