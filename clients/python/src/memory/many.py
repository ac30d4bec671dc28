"""Saving many memories, so many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sized
from typing import Any

from .errors import Closed, InvalidJob, MemoirError, QueueFull
from .memories import MemoryId, SaveItem

FULL_LANE_PAUSE_SECONDS = 0.2

# Saves the fields of one item within so many seconds.
Save = Callable[[dict[str, Any], float], Awaitable[MemoryId]]
Outcomes = list[MemoryId | MemoirError]


class ManySaver:
    """For each item, in order, the memory's id, or the error that it failed with: one that fails holds up no other."""

    def __init__(self, save: Save, *, timeout: float) -> None:
        self._save = save
        self._timeout = timeout
        self._outcomes: Outcomes = []

    async def run(self, items: Iterable[Any], *, concurrency: int) -> Outcomes:
        source = iter(items)
        count = min(concurrency, len(items)) if isinstance(items, Sized) else concurrency
        savers = [asyncio.ensure_future(self._save_each(source)) for _ in range(count)]
        try:
            await asyncio.gather(*savers)
        finally:
            for saver in savers:
                saver.cancel()
            await asyncio.gather(*savers, return_exceptions=True)
        return self._outcomes

    async def _save_each(self, source: Iterator[Any]) -> None:
        """Takes the next item when it is done with one."""
        for item in source:
            place = len(self._outcomes)
            self._outcomes.append(MemoryId(""))
            try:
                self._outcomes[place] = await self._save_patiently(item_fields(item))
            except Closed:
                raise
            except MemoirError as error:
                self._outcomes[place] = error

    async def _save_patiently(self, fields: dict[str, Any]) -> MemoryId:
        """Waits while the lane is full: that is what bounds how fast many are saved."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._timeout
        while True:
            try:
                return await self._save(fields, until - loop.time())
            except QueueFull:
                if loop.time() + FULL_LANE_PAUSE_SECONDS >= until:
                    raise
            await asyncio.sleep(FULL_LANE_PAUSE_SECONDS)


def item_fields(item: Any) -> dict[str, Any]:
    if isinstance(item, str):
        return {"content": item}
    if not isinstance(item, Mapping):
        raise InvalidJob(f"item: is {type(item).__name__}; give a text or a mapping with content", field="item")
    if unknown := sorted(set(map(str, item)) - SaveItem.__annotations__.keys()):
        raise InvalidJob(f"{unknown[0]}: is no part of an item; metadata holds fields of your own", field=unknown[0])
    if "content" not in item:
        raise InvalidJob("content: is missing in the item", field="content")
    return dict(item)
