"""The wire, version 1, as docs/wire.md describes it: keys, lanes and the fields of a job.

Written from that page alone, as a producer in any language would be; nothing here is shared with the worker.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

PARTITION = "memory:{0}:"
GROUP = "workers"
LANES = ("search", "save", "embed", "bulk")
DELAYED = f"{PARTITION}delayed"
DEAD = f"{PARTITION}dead"
STATS = f"{PARTITION}stats"
LIMITS = f"{PARTITION}limits"
PAUSED = f"{PARTITION}paused"
CANCELLED = f"{PARTITION}cancelled"
CONTROL = f"{PARTITION}control"
GENERATIONS = f"{PARTITION}generations"
# Of each collection that has been filled from a database: how far that is.
BACKFILL = f"{PARTITION}backfill:"

# Keys that stay: everything else must have a TTL.
DECLARED_KEYS = frozenset(
    {DELAYED, DEAD, STATS, LIMITS, PAUSED, CANCELLED, CONTROL, GENERATIONS}
    | {f"{PARTITION}jobs:{lane}" for lane in LANES}
)

# A field's value as it is written: text, or bytes that need not be UTF-8.
Value = str | bytes


def lane_key(lane: str) -> str:
    return f"{PARTITION}jobs:{lane}"


def result_key(job_id: str) -> str:
    return f"{PARTITION}result:{job_id}"


def replies_key(name: str) -> str:
    return f"{PARTITION}replies:{name}"


@dataclass(frozen=True)
class Job:
    """One stream entry: the lane it travels on and its fields."""

    lane: str
    fields: Mapping[str, Value] = field(default_factory=dict)

    @property
    def id(self) -> str:
        value = self.fields["id"]
        return value if isinstance(value, str) else value.decode()

    def changed(self, **fields: Value | None) -> Job:
        """The same job with some fields replaced, and those given as None left out."""
        merged = {**self.fields, **fields}
        return Job(self.lane, {name: value for name, value in merged.items() if value is not None})


def save(
    job_id: str, content: str, *, collection: str, key: str | None = None, metadata: Mapping[str, object] | None = None
) -> Job:
    fields: dict[str, Value] = {"v": "1", "id": job_id, "type": "save", "collection": collection, "content": content}
    if key is not None:
        fields["key"] = key
    if metadata is not None:
        fields["metadata"] = json.dumps(metadata)
    return Job("save", fields)


def search(
    job_id: str, query: str, *, collection: str, top_k: int = 5, filters: Mapping[str, object] | None = None
) -> Job:
    fields: dict[str, Value] = {"v": "1", "id": job_id, "type": "search", "collection": collection, "query": query}
    fields["top_k"] = str(top_k)
    if filters is not None:
        fields["filters"] = json.dumps(filters)
    return Job("search", fields)


def embed(job_id: str, content: str, *, encoding_format: str | None = None) -> Job:
    fields: dict[str, Value] = {"v": "1", "id": job_id, "type": "embed", "content": content}
    if encoding_format is not None:
        fields["encoding_format"] = encoding_format
    return Job("embed", fields)


def forget(job_id: str, *, collection: str, key: str) -> Job:
    return Job("save", {"v": "1", "id": job_id, "type": "forget", "collection": collection, "key": key})


def get(job_id: str, *, collection: str, key: str | None = None, memory_id: str | None = None) -> Job:
    fields: dict[str, Value] = {"v": "1", "id": job_id, "type": "get", "collection": collection}
    return Job("search", fields).changed(key=key, memory_id=memory_id)


def listing(
    job_id: str,
    *,
    collection: str,
    top_k: int | None = None,
    after: str | None = None,
    filters: Mapping[str, object] | None = None,
) -> Job:
    fields: dict[str, Value] = {"v": "1", "id": job_id, "type": "list", "collection": collection}
    return Job("search", fields).changed(
        top_k=None if top_k is None else str(top_k),
        after=after,
        filters=None if filters is None else json.dumps(filters),
    )
