"""An OpenAI-compatible `/v1/embeddings`, for development and tests.

`minilm` runs a real, small model; `stub` computes deterministic vectors without one. `requests` parses and
bounds what comes in, `errors` holds OpenAI's error bodies, `faults` makes the server misbehave on demand,
and `application` is the HTTP around them.
"""
