"""The figures of the whole system, as far as Redis holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .session import Session
from .wire import GROUP, LANES, Keys


async def read(session: Session, until: float) -> dict[str, Any]:
    keys = session.keys
    replies = await session.ask(_commands(keys), until)
    limits, paused, rates, counters, dead, delayed, *of_lanes = replies
    consumers = {lane: _consumers(of_lanes[2 * at + 1]) for at, lane in enumerate(LANES)}
    names = sorted({name for those in consumers.values() for name in those})
    beats = await session.ask([("HGETALL", keys.worker(name)) for name in names], until)
    living = {name: _table(beat) for name, beat in zip(names, beats, strict=True) if beat}
    rate = _table(rates)
    lanes = {}
    for at, lane in enumerate(LANES):
        pending = sum(consumers[lane].values())
        lanes[lane] = {
            "undelivered": max(0, int(of_lanes[2 * at] or 0) - pending),
            "pending": pending,
            "orphaned": sum(count for name, count in consumers[lane].items() if name not in living),
            "bound": _table(limits).get(lane),
            "paused_since": _table(paused).get(lane),
            **{name: rate.get(f"{lane}:{name}") for name in ("came_per_s", "left_per_s", "oldest_ms")},
        }
    numbers = {name: value for name, value in _table(counters).items() if isinstance(value, int)}
    return {
        "lanes": lanes,
        "delayed": int(delayed or 0),
        "dead": int(dead or 0),
        "counters": numbers,
        "workers": [{"id": name, **figures} for name, figures in living.items()],
        "cache": _cache(numbers),
        # Not on the wire yet: only workers see the store, the provider and what they cost.
        "collections": {},
        "provider": {},
        "cost": {},
    }


def _commands(keys: Keys) -> list[tuple[str | int, ...]]:
    tables: list[tuple[str | int, ...]] = [
        ("HGETALL", name) for name in (keys.limits, keys.paused, keys.rates, keys.stats)
    ]
    lanes: list[tuple[str | int, ...]] = []
    for lane in LANES:
        lanes += [("XLEN", keys.lane(lane)), ("XINFO", "CONSUMERS", keys.lane(lane), GROUP)]
    return [*tables, ("XLEN", keys.dead), ("ZCARD", keys.delayed), *lanes]


def _cache(counters: Mapping[str, int]) -> dict[str, Any]:
    """Zeros as long as workers count no hits and misses."""
    hits, misses = counters.get("cache:hits", 0), counters.get("cache:misses", 0)
    total = hits + misses
    rate = round(100 * hits / total, 2) if total else 0.0
    return {"hit_rate_percent": rate, "total_requests": total, "hits": hits, "misses": misses}


def _consumers(reply: Any) -> dict[str, int]:
    """Pending entries by consumer, who bears the worker's id."""
    found: dict[str, int] = {}
    for consumer in reply or ():
        fields = _table(
            consumer if isinstance(consumer, dict) else dict(zip(consumer[::2], consumer[1::2], strict=True))
        )
        found[str(fields["name"])] = int(fields["pending"])
    return found


def _table(reply: Any) -> dict[str, Any]:
    """A hash as text, whole numbers as such."""
    if not reply:
        return {}
    if not isinstance(reply, dict):
        reply = dict(zip(reply[::2], reply[1::2], strict=True))
    return {_text(name): _value(value) for name, value in reply.items()}


def _text(raw: Any) -> str:
    return raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)


def _value(raw: Any) -> Any:
    text = _text(raw)
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() else text
