"""The memory as an agent sees it."""

from __future__ import annotations

import os
import weakref
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any

from . import address, wire
from .errors import InvalidJob
from .jobs import Jobs, Options
from .many import ManySaver, Outcomes
from .memories import Filters, Memory, MemoryId, Metadata, Page, SaveItem, SearchResults, Vector

DEFAULT_TIMEOUT_SECONDS = 30.0
COMMAND_TIMEOUT_SECONDS = 5.0
# Statistics that come later are no statistics: nobody works, which is what the caller is told then.
STATISTICS_TIMEOUT_SECONDS = 10.0
PAGE_SIZE = 100


class MemoryManager:
    """Remembers texts and finds them again, by way of Memoir's queue.

    Any number of tasks may use one manager at once: jobs travel together, and one read waits for all their results. It
    connects when it is first used, and is bound to that event loop.

    Each call takes a `timeout` in seconds, counted from the call, after which it raises `TimedOut`, or `Unavailable`
    where Redis is away. It is sent as the job's deadline too: a worker that comes to the job later does not do it. With
    `deadline=False` the job is done however late. `lane` is `search`, `save`, `embed` or `bulk`; by default the kind of
    job decides. `job_id` sends a job again under the id that it had. `traceparent` (W3C) makes its spans a part of a
    trace; by default it is that of the program's active OpenTelemetry span.

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
        self._jobs = Jobs(
            address.find(redis_url, environment),
            wire.Keys(prefix, partition),
            timeout=timeout,
            tenant=tenant,
            deadline=deadline,
            command_timeout=command_timeout,
        )
        # For programs that drop a manager without closing it.
        weakref.finalize(self, self._jobs.abandon).atexit = False

    async def initialize(self) -> MemoryManager:
        """Connects, so that a Redis that is away is known at once. Not required: the first call connects as well."""
        session = self._jobs.connected()
        until = self._jobs.until(min(self._jobs.timeout, self._jobs.command_timeout))
        await session.ping(until)
        await session.now(until)
        return self

    async def close(self) -> None:
        """Ends what still waits with `Closed`, and removes the reply stream."""
        await self._jobs.close()

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
        traceparent: str | None = None,
    ) -> MemoryId:
        """Remembers a text, and answers the memory's id once it is stored.

        The same `key`, or without one the same text, is the same memory, and replaces it. The id is a text whose
        `deduped` says whether the very same memory was there already.
        """
        fields = {"collection": collection, "content": content, "metadata": metadata, "key": key}
        answer = await self._jobs.run("save", fields, Options(tenant, lane, timeout, deadline, job_id, traceparent))
        return MemoryId(answer["id"], bool(answer.get("deduped")))

    async def enqueue_save(
        self,
        collection: str,
        content: str,
        metadata: Metadata | None = None,
        *,
        key: str | None = None,
        tenant: str | None = None,
        lane: str | None = None,
        timeout: float | None = None,
        job_id: str | None = None,
        traceparent: str | None = None,
    ) -> str:
        """Remembers a text later: answers the job's id as soon as Redis has the job, which will be done however late.

        Raises `QueueFull` or `Unavailable` where Redis does not take it. `await result(job_id)` asks what became of
        it, for a day from when it is done.
        """
        fields = {"collection": collection, "content": content, "metadata": metadata, "key": key}
        return await self._jobs.enqueue(
            "save", fields, Options(tenant, lane, timeout, job_id=job_id, traceparent=traceparent)
        )

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
        traceparent: str | None = None,
    ) -> Outcomes:
        """Remembers many texts, at most `concurrency` at a time, and answers in their order.

        For each item the memory's id, or the error that it failed with: one that fails holds up no other. Items are
        taken from the iterable as there is room. While the lane is full they wait, until their timeout. A backfill
        that can wait belongs on `lane="bulk"`.
        """
        if concurrency < 1:
            raise InvalidJob(f"concurrency: is {concurrency}; give at least 1", field="concurrency")

        async def save(fields: dict[str, Any], seconds: float) -> MemoryId:
            if fields.get("tenant") is None:
                fields = {**fields, "tenant": tenant}
            return await self.save(
                collection, **fields, lane=lane, timeout=seconds, deadline=deadline, traceparent=traceparent
            )

        saver = ManySaver(save, timeout=self._jobs.timeout if timeout is None else timeout)
        return await saver.run(items, concurrency=concurrency)

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
        traceparent: str | None = None,
    ) -> SearchResults:
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
        answer = await self._jobs.run("search", fields, Options(tenant, lane, timeout, deadline, job_id, traceparent))
        found: SearchResults = answer["results"]
        return found

    async def get(
        self,
        collection: str,
        *,
        key: str | None = None,
        memory_id: str | None = None,
        tenant: str | None = None,
        lane: str | None = None,
        timeout: float | None = None,
        deadline: bool | None = None,
        job_id: str | None = None,
        traceparent: str | None = None,
    ) -> Memory | None:
        """The memory of that key, or of that id; None where there is none."""
        if (key is None) == (memory_id is None):
            raise InvalidJob("key: give either key or memory_id", field="key")
        fields = {"collection": collection, "key": key, "memory_id": memory_id}
        answer = await self._jobs.run("get", fields, Options(tenant, lane, timeout, deadline, job_id, traceparent))
        memory: Memory | None = answer["memory"]
        return memory

    async def list(
        self,
        collection: str,
        filters: Filters | None = None,
        *,
        page_size: int = PAGE_SIZE,
        tenant: str | None = None,
        lane: str | None = None,
        timeout: float | None = None,
        deadline: bool | None = None,
        traceparent: str | None = None,
    ) -> AsyncIterator[Memory]:
        """All memories that the filters match, in the order of their ids: `async for memory in manager.list(…)`.

        Pages of `page_size`, up to 1,000, are fetched as they are needed, each with the `timeout`. What is saved or
        forgotten meanwhile may or may not be seen.
        """
        after: str | None = None
        while True:
            page = await self.list_page(
                collection,
                filters,
                after=after,
                page_size=page_size,
                tenant=tenant,
                lane=lane,
                timeout=timeout,
                deadline=deadline,
                traceparent=traceparent,
            )
            for memory in page["memories"]:
                yield memory
            after = page["next"]
            if after is None:
                return

    async def list_page(
        self,
        collection: str,
        filters: Filters | None = None,
        *,
        after: str | None = None,
        page_size: int = PAGE_SIZE,
        tenant: str | None = None,
        lane: str | None = None,
        timeout: float | None = None,
        deadline: bool | None = None,
        job_id: str | None = None,
        traceparent: str | None = None,
    ) -> Page:
        """At most `page_size` of what `list` answers, from the start or `after` the page whose `next` is given."""
        fields = {"collection": collection, "filters": filters, "top_k": page_size, "after": after}
        page: Page = await self._jobs.run("list", fields, Options(tenant, lane, timeout, deadline, job_id, traceparent))
        return page

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
        traceparent: str | None = None,
    ) -> int:
        """Deletes the memory of that key, or those that the filters match. Answers how many there were."""
        fields = {"collection": collection, "key": key, "filters": filters}
        answer = await self._jobs.run("forget", fields, Options(tenant, lane, timeout, deadline, job_id, traceparent))
        return int(answer["forgotten"])

    async def embed(
        self,
        text: str,
        *,
        lane: str | None = None,
        timeout: float | None = None,
        deadline: bool | None = None,
        job_id: str | None = None,
        traceparent: str | None = None,
    ) -> Vector:
        """The text's vector."""
        fields = {"content": text, "encoding_format": "base64"}
        answer = await self._jobs.run("embed", fields, Options(None, lane, timeout, deadline, job_id, traceparent))
        return wire.read_embedding(answer["embedding"])

    async def result(self, job_id: str, *, timeout: float | None = None) -> Any:
        """What a job that was sent before was answered: its `result` as docs/wire.md has it, or its error raised.

        For jobs of `enqueue_save`, and after `TimedOut` and `Unavailable`, whose `job_id` says which. A result that is
        not announced to this manager is looked for again after pauses that grow to two seconds.
        """
        return await self._jobs.result(job_id, timeout)

    async def get_system_stats(self, *, timeout: float | None = None) -> dict[str, Any]:
        """Cache, collections, lanes, workers, provider and cost, as a worker knows them: docs/wire.md has the names.

        Raises `TimedOut` after ten seconds, or the manager's timeout if that is shorter: then no worker answers.
        """
        seconds = min(self._jobs.timeout, STATISTICS_TIMEOUT_SECONDS) if timeout is None else timeout
        return wire.read_statistics(await self._jobs.run("stats", {}, Options(timeout=seconds)))
