"""A Qdrant-shaped REST server over Qdrant's own embedded engine, for development and tests.

One collection is one shard of the engine. `errors` holds the server's ways of refusing, `filters`,
`points`, `queries` and `schemas` turn JSON into the engine's types and back, `collection` and `storage`
own what is on disk, `routes` maps paths to them, and `application` is the HTTP around it.
"""
