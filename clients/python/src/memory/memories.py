"""What goes into a memory, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

Metadata = Mapping[str, Any]
Filters = Mapping[str, Any]


class Memory(TypedDict):
    """One that is remembered. The payload holds its metadata, its text as `content`, and Memoir's own `_memoir`."""

    id: str
    payload: dict[str, Any]


class Page(TypedDict):
    """Some of a list. `next` asks for those after them, None where there are none."""

    memories: list[Memory]
    next: str | None


class SearchResult(Memory):
    """One that was found; the higher the score, the nearer in meaning."""

    score: float


# The manager has a call named `list`.
SearchResults = list[SearchResult]
Vector = list[float]


class SaveItem(TypedDict, total=False):
    """One of many to be saved; `content` is required."""

    content: str
    metadata: Metadata | None
    key: str | None
    tenant: str | None


class MemoryId(str):
    """A memory's id, as a save answers it: a text, which knows besides whether the save changed anything."""

    __slots__ = ("deduped",)

    # Whether the very same memory was there already.
    deduped: bool

    def __new__(cls, memory_id: str, deduped: bool = False) -> MemoryId:
        made = super().__new__(cls, memory_id)
        made.deduped = deduped
        return made

    def __getnewargs__(self) -> tuple[str, bool]:  # type: ignore[override]  # a text's own has one part
        return (str(self), self.deduped)
