"""The queue as Redis shows it: lanes, pending entries, dead letters, results, and keys that should not be there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import redis

from . import producer, wire
from .waiting import wait_for

CHUNK = 500


def chunked(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


class Queue:
    """Redis at `url`. Answers are bytes, since a result's key need not be text."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Typed loosely: the client's own types allow for text, for asynchronous use and for both protocols.
        self.redis: Any = redis.Redis.from_url(url, socket_timeout=30)

    def push(self, jobs: Iterable[wire.Job]) -> int:
        return producer.push(self.url, jobs)

    def push_together(self, jobs: Iterable[wire.Job]) -> list[str]:
        """In one transaction; answers the stream entries' ids."""
        pipeline = self.redis.pipeline(transaction=True)
        for job in jobs:
            pipeline.execute_command("XADD", wire.lane_key(job.lane), "*", *chain.from_iterable(job.fields.items()))
        return [entry.decode() for entry in pipeline.execute()]

    def depths(self) -> dict[str, int]:
        return {lane: int(self.redis.xlen(wire.lane_key(lane))) for lane in wire.LANES}

    def pending(self) -> dict[str, int]:
        """Entries that a worker holds, by lane; a lane without its group counts none."""
        counts = {}
        for lane in wire.LANES:
            try:
                counts[lane] = int(self.redis.xpending(wire.lane_key(lane), wire.GROUP)["pending"])
            except redis.ResponseError:
                counts[lane] = 0
        return counts

    def ids(self, lane: str) -> Counter[str]:
        """How often each job id stands in the lane."""
        return Counter(fields[b"id"].decode() for _, fields in self.redis.xrange(wire.lane_key(lane)))

    def empty(self) -> None:
        """Removes jobs, letters and what operators have said."""
        self.redis.delete(wire.DEAD, wire.DELAYED, wire.PAUSED, wire.CANCELLED, wire.CONTROL)
        for lane in wire.LANES:
            self.redis.xtrim(wire.lane_key(lane), maxlen=0, approximate=False)

    def delayed(self) -> int:
        return int(self.redis.zcard(wire.DELAYED))

    def dead(self) -> int:
        return int(self.redis.xlen(wire.DEAD))

    def dead_letters(self) -> list[dict[str, str]]:
        entries: list[tuple[bytes, dict[bytes, bytes]]] = self.redis.xrange(wire.DEAD)
        return [
            {name.decode(errors="replace"): value.decode(errors="replace") for name, value in fields.items()}
            for _, fields in entries
        ]

    def stats(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.redis.hgetall(wire.STATS).items()}

    def left(self) -> int:
        """Jobs that have no result yet, wherever they are."""
        return sum(self.depths().values()) + self.delayed()

    def result(self, job_id: str) -> dict[str, Any] | None:
        raw = self.redis.get(wire.result_key(job_id))
        return None if raw is None else json.loads(raw)

    def results(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The results that stand, by job id."""
        found = {}
        for chunk in chunked(ids):
            for job_id, raw in zip(chunk, self.redis.mget([wire.result_key(i) for i in chunk]), strict=True):
                if raw is not None:
                    found[job_id] = json.loads(raw)
        return found

    def without_ttl(self, ids: Iterable[str]) -> list[str]:
        """The jobs whose result would stay for ever."""
        staying = []
        for chunk in chunked(ids):
            pipeline = self.redis.pipeline(transaction=False)
            for job_id in chunk:
                pipeline.ttl(wire.result_key(job_id))
            staying += [job_id for job_id, ttl in zip(chunk, pipeline.execute(), strict=True) if ttl == -1]
        return staying

    def wait_for_results(self, ids: list[str], *, seconds: float) -> dict[str, dict[str, Any]]:
        """All results. Looks at the streams first: that is one cheap question, whatever the number of jobs."""
        wait_for("the lanes to be empty", lambda: self.left() == 0, seconds=seconds, seen=self.describe)
        wait_for(
            f"{len(ids)} results",
            lambda: len(self.results(ids)) == len(ids),
            seconds=5,
            seen=lambda: f"{len(self.results(ids))} results; {self.describe()}",
        )
        return self.results(ids)

    def describe(self) -> str:
        return (
            f"depths {self.depths()}, pending {self.pending()}, delayed {self.delayed()}, dead {self.dead()}, "
            f"stats {self.stats()}"
        )

    def assert_clean(self) -> None:
        """Nothing is left to do, nothing is held, and no job was buried."""
        assert self.depths() == dict.fromkeys(wire.LANES, 0)
        assert self.pending() == dict.fromkeys(wire.LANES, 0)
        assert self.delayed() == 0
        assert self.dead() == 0, self.dead_letters()[:3]

    def leaked_keys(self) -> list[str]:
        """Keys that would stay for ever and are not declared to."""
        leaked: list[str] = []
        cursor = 0
        while True:
            cursor, names = self.redis.scan(cursor, count=CHUNK)
            pipeline = self.redis.pipeline(transaction=False)
            for name in names:
                pipeline.ttl(name)
            staying = [name for name, ttl in zip(names, pipeline.execute(), strict=True) if ttl == -1]
            kept = [name.decode(errors="replace") for name in staying]
            leaked += [name for name in kept if name not in wire.DECLARED_KEYS and not name.startswith(wire.BACKFILL)]
            if cursor == 0:
                break
        return sorted(leaked)
