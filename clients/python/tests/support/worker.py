"""Answers jobs as docs/wire.md says that a worker does, so that its slips can be staged."""

from __future__ import annotations

import asyncio
import json
from types import TracebackType
from typing import Any

from harness import wire

REPLIES_KEPT = 10_000
POLL_SECONDS = 0.01


class StandIn:
    """Remembers nothing, but answers."""

    def __init__(self, redis: Any) -> None:
        self.redis = redis
        self.announces = True
        # The ids of jobs in the order in which they came, those that came twice twice.
        self.seen: list[str] = []
        self.jobs: dict[str, dict[str, str]] = {}
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> StandIn:
        self._task = asyncio.create_task(self._work())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        # Not cancelled: redis-py may take a cancellation for a timeout of its own, and go on.
        self._stopping = True
        await self._task

    async def _work(self) -> None:
        while not self._stopping:
            for lane in wire.LANES:
                entries = await self.redis.xrange(wire.lane_key(lane), count=500)
                for entry, fields in entries:
                    await self._answer(lane, entry, {name.decode(): value.decode() for name, value in fields.items()})
            await asyncio.sleep(POLL_SECONDS)

    async def _answer(self, lane: str, entry: bytes, job: dict[str, str]) -> None:
        self.seen.append(job["id"])
        self.jobs[job["id"]] = job
        envelope = {"id": job["id"], "type": job["type"], "status": "ok", "result": result(job), "error": None}
        pipeline = self.redis.pipeline(transaction=True)
        pipeline.xdel(wire.lane_key(lane), entry)
        pipeline.set(wire.result_key(job["id"]), json.dumps(envelope), ex=int(job["ttl"]))
        if self.announces and "reply_to" in job:
            pipeline.xadd(job["reply_to"], {"id": job["id"], "status": "ok"}, maxlen=REPLIES_KEPT, approximate=True)
            pipeline.expire(job["reply_to"], 3_600)
        await pipeline.execute()


def result(job: dict[str, str]) -> dict[str, Any]:
    match job["type"]:
        case "save":
            return {"id": f"memory of {job['content']}", "deduped": False}
        case "search":
            return {"results": []}
        case "get":
            return {"memory": {"id": "1", "payload": {"key": job.get("key")}}}
        case "list":
            # Three pages, whose next one is asked for by its number.
            page = int(job.get("after", "1"))
            return {"memories": [{"id": f"{page}", "payload": {}}], "next": f"{page + 1}" if page < 3 else None}
        case "stats":
            return {"cache": {}}
        case "embed":
            # 1.0 and -2.0
            return {"embedding": "AACAPwAAAMA=", "dimensions": 2, "model": "stub", "tokens": 1}
        case _:
            return {"forgotten": 1}
