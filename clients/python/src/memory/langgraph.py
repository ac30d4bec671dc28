"""A LangGraph store whose items are memories of Memoir: `pip install memoir-client[langgraph]`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any
from weakref import finalize

from langgraph.store.base import (
    BaseStore,
    GetOp,
    Item,
    ListNamespacesOp,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    validate_op_namespace,
)

from . import langgraph_items as items
from .errors import InvalidJob
from .event_loop import LoopThread
from .manager import MemoryManager

# Of one job: the wire's bound of top_k.
MAXIMUM_RESULTS = 1_000
# Small, as most items of a page may be of namespaces that the first of them has told.
NAMESPACES_PAGE_SIZE = 100


class MemoirStore(BaseStore):
    """Items of one collection, found by key, by filter and by meaning.

    Synchronous and asynchronous calls may be mixed, from any thread and any event loop: the client runs on a thread of
    its own. `close` or `aclose` ends it; so do `with` and `async with`.

    - collection: one that `collections.yaml` declares; the README shows the payload indexes that it should have.
    - fields: paths in a value whose texts are embedded, joined; `$` is the whole value. `put(index=[…])` chooses
      others, `put(index=False)` keeps an item out of searches by meaning.
    - manager: made with `MemoryManager(…)` for this store alone; without one, `options` are those of a new one.

    Not supported: a time to live.
    """

    __slots__ = ("_collection", "_fields", "_manager", "_thread")

    def __init__(
        self,
        collection: str,
        *,
        fields: Sequence[str] = (items.WHOLE_VALUE,),
        manager: MemoryManager | None = None,
        **options: Any,
    ) -> None:
        if manager is not None and options:
            raise TypeError("give a manager, or options of one to be made")
        self._collection = collection
        self._fields = tuple(fields)
        self._manager = manager or MemoryManager(**options)
        self._thread = LoopThread("memoir-store")
        # For programs that drop a store without closing it.
        finalize(self, self._thread.abandon).atexit = False

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Blocks the calling thread; in a coroutine use `abatch`."""
        listed = list(ops)
        return self._thread.run(lambda: self._perform(listed))

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        listed = list(ops)
        return await self._thread.run_async(lambda: self._perform(listed))

    def close(self) -> None:
        self._thread.run(self._manager.close)
        self._thread.stop()

    async def aclose(self) -> None:
        await self._thread.run_async(self._manager.close)
        await asyncio.to_thread(self._thread.stop)

    def __enter__(self) -> MemoirStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> MemoirStore:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _perform(self, ops: list[Op]) -> list[Result]:
        """Reads see what was there before the batch; of several puts of one item the last counts."""
        for op in ops:
            validate_op_namespace(op)
        results: list[Result] = [None] * len(ops)
        reads = {at: self._read(op) for at, op in enumerate(ops) if not isinstance(op, PutOp)}
        for at, result in zip(reads, await _all(list(reads.values())), strict=True):
            results[at] = result
        puts = {(op.namespace, op.key): op for op in ops if isinstance(op, PutOp)}
        await _all([self._put(op) for op in puts.values()])
        return results

    async def _read(self, op: Op) -> Result:
        if isinstance(op, GetOp):
            return await self._get(op)
        if isinstance(op, SearchOp):
            return await self._search(op)
        if isinstance(op, ListNamespacesOp):
            return await self._list_namespaces(op)
        raise TypeError(f"{type(op).__name__} is no operation of a store")

    async def _get(self, op: GetOp) -> Item | None:
        memory = await self._manager.get(self._collection, key=items.memory_key(op.namespace, op.key))
        return items.item(memory["payload"]) if memory else None

    async def _put(self, op: PutOp) -> None:
        key = items.memory_key(op.namespace, op.key)
        if op.value is None:
            await self._manager.forget(self._collection, key=key)
        else:
            text = items.text_of(op, self._fields)
            await self._manager.save(self._collection, text, items.metadata(op), key=key)

    async def _search(self, op: SearchOp) -> list[SearchItem]:
        if op.limit <= 0:
            return []
        wanted = op.offset + op.limit
        conditions = items.search_filter(op)
        if not op.query:
            return await self._list(conditions, op.offset, wanted)
        if wanted > MAXIMUM_RESULTS:
            raise InvalidJob(
                f"limit: offset and limit reach to {wanted}; with a query to {MAXIMUM_RESULTS} at most", field="limit"
            )
        found = await self._manager.search(self._collection, op.query, wanted, conditions)
        return [items.search_item(each["payload"], each["score"]) for each in found[op.offset :]]

    async def _list(self, conditions: items.Condition, start: int, end: int) -> list[SearchItem]:
        found: list[SearchItem] = []
        listed = self._manager.list(self._collection, conditions, page_size=min(end, MAXIMUM_RESULTS))
        at = 0
        async for memory in listed:
            if at >= start:
                found.append(items.search_item(memory["payload"], None))
            at += 1
            if at >= end:
                break
        return found

    async def _list_namespaces(self, op: ListNamespacesOp) -> list[tuple[str, ...]]:
        """Page by page, each without the items of namespaces that are known by then."""
        seen: dict[str, tuple[str, ...]] = {}
        after: str | None = None
        while True:
            conditions = items.namespaces_filter(op, list(seen))
            page = await self._manager.list_page(
                self._collection, conditions, after=after, page_size=NAMESPACES_PAGE_SIZE
            )
            for memory in page["memories"]:
                own = memory["payload"]["langgraph"]
                seen[own["path"]] = tuple(own["namespace"])
            if (after := page["next"]) is None:
                break
        matching = [each for each in seen.values() if items.matches(each, op.match_conditions or ())]
        depth = op.max_depth
        cut = sorted({each[:depth] if depth is not None else each for each in matching})
        return cut[op.offset : op.offset + op.limit]


async def _all(calls: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    """All results. After a failure the others are ended before it is raised."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
