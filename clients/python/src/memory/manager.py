"""The memory as an agent sees it."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sized
from types import TracebackType
from typing import Any, TypedDict

from . import address, statistics, wire
from .errors import Closed, InvalidJob, MemoirError, QueueFull
from .session import Session
from .wire import Job, Keys

DEFAULT_TIMEOUT_SECONDS = 30.0
COMMAND_TIMEOUT_SECONDS = 5.0
# Results are kept for longer than anybody waits, for those who ask again after a timeout.
RESULT_EXTRA_SECONDS = 300
FULL_LANE_PAUSE_SECONDS = 0.2

Metadata = Mapping[str, Any]
Filters = Mapping[str, Any]


class SearchResult(TypedDict):
    """A memory that was found. The payload holds its metadata, its text as `content`, and Memoir's own `_memoir`."""

    id: str
    score: float
    payload: dict[str, Any]


class SaveItem(TypedDict, total=False):
    """One of many memories; `content` is required."""

    content: str
    metadata: Metadata | None
    key: str | None
    tenant: str | None


class MemoryManager:
    """Remembers texts and finds them again, by way of Memoir's queue.

    Any number of tasks may use one manager at once: jobs travel together, and one read waits for all their results. It
    connects when it is first used, and is bound to that event loop.

    Each call takes a `timeout` in seconds, counted from the call, after which it raises `TimedOut`, or `Unavailable`
    where Redis is away. It is sent as the job's deadline too: a worker that comes to the job later does not do it. With
    `deadline=False` the job is done however late. `lane` is `search`, `save`, `embed` or `bulk`; by default the kind of
    job decides. `job_id` sends a job again under the id that it had.

    All calls raise `MemoirError`: `InvalidJob`, `QueueFull`, `JobFailed`, `Expired`, `TimedOut`, `Unavailable` or
    `Closed`.
    """

    def __init__(
        self,
        redis_url: str | None = None,
        *,
        prefix: str = "memory:",
        partition: str = "0",
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
        tenant: str | None = None,
        deadline: bool = True,
        command_timeout: float = COMMAND_TIMEOUT_SECONDS,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """
        - redis_url: without one REDIS_URL, or REDIS_HOST, REDIS_PORT and REDIS_PASSWORD, as workers read them.
        - prefix, partition: as the workers' `redis.prefix` and `redis.partition`.
        - timeout: seconds of a call that names none.
        - tenant: whose memories all calls are about that name none.
        - deadline: whether calls that do not say send their timeout as the job's deadline.
        - command_timeout: seconds after which a command that Redis has not answered is sent again.
        """
        self._address = address.find(redis_url, environment)
        self._keys = Keys(prefix, partition)
        self._timeout = timeout
        self._tenant = tenant
        self._deadline = deadline
        self._command_timeout = command_timeout
        self._session: Session | None = None
        self._closed = False

    async def initialize(self) -> MemoryManager:
        """Connects, so that a Redis that is away is known at once. Not required: the first call connects as well."""
        session = self._connected()
        until = session.loop.time() + min(self._timeout, self._command_timeout)
        await session.ping(until)
        await session.seconds_ahead(until)
        return self

    async def close(self) -> None:
        """Ends what still waits with `Closed`, and removes the reply stream."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None and session.loop is asyncio.get_running_loop():
            await session.close()

    async def __aenter__(self) -> MemoryManager:
        return await self.initialize()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def save(
        self,
        collection: str,
        content: str,
        metadata: Metadata | None = None,
        *,
        key: str | None = None,
        tenant: str | None = None,
        lane: str | None = None,
        timeout: float | None = None,
        deadline: bool | None = None,
        job_id: str | None = None,
    ) -> str:
        """Remembers a text, and answers the memory's id once it is stored.

        The same `key`, or without one the same text, is the same memory, and replaces it.
        """
        fields = {"collection": collection, "content": content, "metadata": metadata, "key": key}
        answer = await self._run("save", fields, tenant, lane, timeout, deadline, job_id)
        return str(answer["id"])

    async def search(
        self,
        collection: str,
        query: str,
        top_k: int = 5,
        filters: Filters | None = None,
        *,
        score_threshold: float | None = None,
        tenant: str | None = None,
        lane: str | None = None,
        timeout: float | None = None,
        deadline: bool | None = None,
        job_id: str | None = None,
    ) -> list[SearchResult]:
        """The `top_k` memories nearest in meaning, the best first.

        - filters: `{"matched": False}`, lists, ranges, `{"not": …}`, or a filter of Qdrant's: see docs/wire.md.
        - score_threshold: what scores less is left out.
        """
        fields = {
            "collection": collection,
            "query": query,
            "top_k": top_k,
            "filters": filters,
            "score_threshold": score_threshold,
        }
        answer = await self._run("search", fields, tenant, lane, timeout, deadline, job_id)
        found: list[SearchResult] = answer["results"]
        return found

    async def embed(
        self,
        text: str,
        *,
        lane: str | None = None,
        timeout: float | None = None,
        deadline: bool | None = None,
        job_id: str | None = None,
    ) -> list[float]:
        """The text's vector."""
        fields = {"content": text, "encoding_format": "base64"}
        answer = await self._run("embed", fields, None, lane, timeout, deadline, job_id, has_tenant=False)
        return wire.read_embedding(answer["embedding"])

    async def forget(
        self,
        collection: str,
        *,
        key: str | None = None,
        filters: Filters | None = None,
        tenant: str | None = None,
        lane: str | None = None,
        timeout: float | None = None,
        deadline: bool | None = None,
        job_id: str | None = None,
    ) -> int:
        """Deletes the memory of that key, or those that the filters match. Answers how many there were."""
        fields = {"collection": collection, "key": key, "filters": filters}
        answer = await self._run("forget", fields, tenant, lane, timeout, deadline, job_id)
        return int(answer["forgotten"])

    async def save_many(
        self,
        collection: str,
        items: Iterable[str | SaveItem | Mapping[str, Any]],
        *,
        concurrency: int = 256,
        tenant: str | None = None,
        lane: str | None = None,
        timeout: float | None = None,
        deadline: bool | None = None,
    ) -> list[str | MemoirError]:
        """Remembers many texts, at most `concurrency` at a time, and answers in their order.

        For each item the memory's id, or the error that it failed with: one that fails holds up no other. Items are
        taken from the iterable as there is room. While the lane is full they wait, until their timeout. A backfill
        that can wait belongs on `lane="bulk"`.
        """
        if concurrency < 1:
            raise InvalidJob(f"concurrency: is {concurrency}; give at least 1", field="concurrency")
        outcomes: list[str | MemoirError] = []
        source = iter(items)
        savers = [
            asyncio.ensure_future(self._save_each(source, outcomes, collection, tenant, lane, timeout, deadline))
            for _ in range(min(concurrency, len(items)) if isinstance(items, Sized) else concurrency)
        ]
        try:
            await asyncio.gather(*savers)
        finally:
            for saver in savers:
                saver.cancel()
            await asyncio.gather(*savers, return_exceptions=True)
        return outcomes

    async def result(self, job_id: str, *, timeout: float | None = None) -> Any:
        """What a job that was sent before was answered: its `result` as docs/wire.md has it, or its error raised.

        After `TimedOut` and `Unavailable`, whose `job_id` says which. A job that another manager sent is looked for at
        the start and at the end, for its result is announced to the other.
        """
        session = self._connected()
        return wire.read_result(job_id, await session.result(job_id, self._until(session, timeout)))

    async def get_system_stats(self, *, timeout: float | None = None) -> dict[str, Any]:
        """Lanes, workers, counters, cache: the README lists the keys."""
        session = self._connected()
        return await statistics.read(session, self._until(session, timeout))

    async def _run(
        self,
        kind: str,
        fields: Mapping[str, object],
        tenant: str | None,
        lane: str | None,
        timeout: float | None,
        deadline: bool | None,
        job_id: str | None,
        *,
        has_tenant: bool = True,
    ) -> Any:
        session = self._connected()
        until = self._until(session, timeout)
        control: dict[str, object] = {
            "tenant": (self._tenant if tenant is None else tenant) if has_tenant else None,
            "ttl": min(wire.MAXIMUM_RESULT_TTL, math.ceil(until - session.loop.time()) + RESULT_EXTRA_SECONDS),
            "reply_to": session.replies.stream,
        }
        if self._deadline if deadline is None else deadline:
            now = time.time() + await session.seconds_ahead(until)
            control["deadline"] = math.ceil((now + until - session.loop.time()) * 1_000)
        job: Job = wire.make_job(kind, {**fields, **control}, job_id=job_id, lane=lane)
        return wire.read_result(job.id, await session.run(job, until))

    async def _save_each(
        self,
        source: Iterator[Any],
        outcomes: list[str | MemoirError],
        collection: str,
        tenant: str | None,
        lane: str | None,
        timeout: float | None,
        deadline: bool | None,
    ) -> None:
        for item in source:
            place = len(outcomes)
            outcomes.append("")
            try:
                fields = _item_fields(item)
                if fields.get("tenant") is None:
                    fields["tenant"] = tenant
                outcomes[place] = await self._save_patiently(collection, fields, lane, timeout, deadline)
            except Closed:
                raise
            except MemoirError as error:
                outcomes[place] = error

    async def _save_patiently(
        self, collection: str, fields: dict[str, Any], lane: str | None, timeout: float | None, deadline: bool | None
    ) -> str:
        """Waits while the lane is full: that is what bounds how fast many are saved."""
        loop = asyncio.get_running_loop()
        until = loop.time() + (self._timeout if timeout is None else timeout)
        while True:
            try:
                left = until - loop.time()
                return await self.save(collection, **fields, lane=lane, timeout=left, deadline=deadline)
            except QueueFull:
                if loop.time() + FULL_LANE_PAUSE_SECONDS >= until:
                    raise
            await asyncio.sleep(FULL_LANE_PAUSE_SECONDS)

    def _connected(self) -> Session:
        if self._closed:
            raise Closed("the manager is closed")
        loop = asyncio.get_running_loop()
        if self._session is not None and self._session.loop is not loop:
            if not self._session.loop.is_closed():
                raise RuntimeError("this MemoryManager is in use on another event loop: make one for each")
            self._session = None
        if self._session is None:
            self._session = Session(self._address, self._keys, command_timeout=self._command_timeout)
        return self._session

    def _until(self, session: Session, timeout: float | None) -> float:
        """The loop's time at which the call ends."""
        seconds = self._timeout if timeout is None else timeout
        if not (isinstance(seconds, (int, float)) and math.isfinite(seconds)):
            raise InvalidJob(f"timeout: is {seconds!r}; give seconds, such as 30", field="timeout")
        return session.loop.time() + max(0.0, seconds)


def _item_fields(item: Any) -> dict[str, Any]:
    if isinstance(item, str):
        return {"content": item}
    if not isinstance(item, Mapping):
        raise InvalidJob(f"item: is {type(item).__name__}; give a text or a mapping with content", field="item")
    if unknown := sorted(set(map(str, item)) - SaveItem.__annotations__.keys()):
        raise InvalidJob(f"{unknown[0]}: is no part of an item; metadata holds fields of your own", field=unknown[0])
    if "content" not in item:
        raise InvalidJob("content: is missing in the item", field="content")
    return dict(item)
