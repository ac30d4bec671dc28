"""The wire, version 1, as docs/wire.md has it: keys, fields, the enqueue script and results. Nothing here waits."""

from __future__ import annotations

import json
import math
import re
from array import array
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from hashlib import sha1
from sys import byteorder
from typing import Any
from uuid import UUID, uuid4

from .errors import Expired, InvalidJob, JobFailed, MemoirError, QueueFull

LANES = ("search", "save", "embed", "bulk")
LANE_OF_TYPE = {
    "search": "search",
    "get": "search",
    "list": "search",
    "stats": "search",
    "save": "save",
    "forget": "save",
    "embed": "embed",
}
# Hold where no worker has published any.
BOUNDS = {"search": 100_000, "save": 100_000, "embed": 100_000, "bulk": 1_000_000}
TYPES_WITHOUT_TENANT = ("embed", "stats")
MAXIMUM_RESULT_TTL = 2_592_000

# What Memoir's messages begin with: the field at fault, or a path in it.
FIELD_AT_FAULT = re.compile(r'((?:"[^"]*"|[^\s:"])+): ')
QUEUE_FULL = re.compile(r"QUEUE_FULL lane=(\S+) length=(\d+) bound=(\d+)")

ENQUEUE_SCRIPT = """
-- KEYS[1] -> the lane's stream, KEYS[2] -> the hash of the lanes' bounds
-- KEYS[3] -> the sorted set of delayed jobs: a job with a time is going to wait there
-- ARGV[1] -> the lane's name, ARGV[2] -> its bound where the hash has none, 0 for no bound
-- ARGV[3..] -> fields and values of the job
-- Returns the id of the new entry, or the error QUEUE_FULL and adds nothing.
local bound = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or ARGV[2]) or 0
local length = redis.call('XLEN', KEYS[1])
for i = 3, #ARGV, 2 do
    if ARGV[i] == 'run_at' then length = length + redis.call('ZCARD', KEYS[3]) end
end
if bound > 0 and length >= bound then
    return redis.error_reply('QUEUE_FULL lane=' .. ARGV[1] .. ' length=' .. length .. ' bound=' .. bound)
end
return redis.call('XADD', KEYS[1], '*', unpack(ARGV, 3))
"""
ENQUEUE_SHA = sha1(ENQUEUE_SCRIPT.encode(), usedforsecurity=False).hexdigest()


class Keys:
    """The names of a partition's keys."""

    def __init__(self, prefix: str, partition: str) -> None:
        self.base = f"{prefix}{{{partition}}}:"
        self.limits = f"{self.base}limits"
        self.delayed = f"{self.base}delayed"

    def lane(self, name: str) -> str:
        return f"{self.base}jobs:{name}"

    def result(self, job_id: str) -> str:
        return f"{self.base}result:{job_id}"

    def replies(self, name: str) -> str:
        return f"{self.base}replies:{name}"


@dataclass(frozen=True)
class Job:
    id: str
    lane: str
    fields: tuple[str, ...]

    def enqueue_arguments(self, keys: Keys) -> tuple[str | int, ...]:
        """Of the enqueue script, the number of keys first."""
        return (3, keys.lane(self.lane), keys.limits, keys.delayed, self.lane, BOUNDS[self.lane], *self.fields)


def make_job(kind: str, fields: Mapping[str, object], *, job_id: str | None, lane: str | None) -> Job:
    """Fields that are None are left out; objects become JSON, numbers text."""
    if lane is not None and lane not in LANES:
        raise InvalidJob(f"lane: {lane!r} is none of {', '.join(LANES)}", field="lane")
    chosen = uuid4().hex if job_id is None else _text("id", job_id)
    flat = ["v", "1", "id", chosen, "type", kind]
    for name, value in fields.items():
        if value is not None:
            flat += (name, encode(name, value))
    return Job(chosen, lane or LANE_OF_TYPE[kind], tuple(flat))


def encode(name: str, value: object) -> str:
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, Mapping):
        return encode_json(name, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return str(value)
    wanted = "an object" if name in ("metadata", "filters") else "a text"
    raise InvalidJob(f"{name}: is {type(value).__name__}; give {wanted}", field=name)


def encode_json(name: str, value: Mapping[str, object]) -> str:
    """Dates, decimals, UUIDs, enumerations and sets in it are written as what JSON has nearest to them."""
    try:
        text = json.dumps(value, default=_plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidJob(f"{name}: cannot be written as JSON: {error}", field=name) from None
    return _text(name, text)


def _plain(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone; write datetime.now(timezone.utc), or a date")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return list(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidJob(f"{name}: is {type(value).__name__}; give a text", field=name)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidJob(f"{name}: holds half of a surrogate pair, which is no text", field=name) from None
    return value


def read_result(job_id: str, raw: bytes) -> Any:
    """What the job was answered, or raises what it failed with."""
    try:
        envelope = json.loads(raw)
        status = envelope["status"]
        if status == "ok":
            return envelope["result"]
        error = envelope["error"]
        code, message, retryable = str(error["code"]), str(error["message"]), bool(error["retryable"])
    except (ValueError, KeyError, TypeError):
        raise MemoirError(f"the key of job {job_id}'s result holds something else", job_id=job_id) from None
    if status == "expired":
        raise Expired(message, job_id=job_id)
    if code == "invalid_job":
        at_fault = FIELD_AT_FAULT.match(message)
        raise InvalidJob(message, field=at_fault[1] if at_fault else None, job_id=job_id)
    raise JobFailed(f"{code}: {message}", code=code, retryable=retryable, job_id=job_id)


def read_statistics(stats: dict[str, Any]) -> dict[str, Any]:
    """With the hit rates of a cache that nobody has used yet as 0, where the wire has null: programs print them."""
    cache = stats.get("cache") or {}
    for figures in (cache, *(each for each in cache.values() if isinstance(each, dict))):
        if figures.get("hit_rate_percent", 0) is None:
            figures["hit_rate_percent"] = 0.0
    return stats


def read_queue_full(message: str, job_id: str | None) -> QueueFull | None:
    """The error of the enqueue script; None for any other."""
    found = QUEUE_FULL.search(message)
    if found is None:
        return None
    lane, length, bound = found[1], int(found[2]), int(found[3])
    text = (
        f"queue_full: the lane {lane} holds {length} jobs and may hold {bound}: send it again when workers have caught "
        f"up, start more of them, or raise queue.maximumLength.{lane}"
    )
    return QueueFull(text, lane=lane, length=length, bound=bound, job_id=job_id)


def read_embedding(text: str) -> list[float]:
    """Base64 of little-endian float32."""
    floats = array("f")
    floats.frombytes(b64decode(text))
    if byteorder == "big":
        floats.byteswap()
    return floats.tolist()
