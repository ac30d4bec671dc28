"""What is saved and searched for: short texts, all of them different, so that no cache answers for the provider."""

from __future__ import annotations

from typing import Any

COLLECTION = "notes"
# Where the backlog goes: the engine scans every point of the collection that is searched.
BACKLOG_COLLECTION = "packages"


def text(group: str, n: int) -> str:
    return f"Invoice {n} of {group}: train tickets, hotel and dinner on a trip to customer number {n} in spring"


def question(n: int) -> str:
    return f"Dinner with customer number {n} in spring"


def metadata(n: int) -> dict[str, Any]:
    return {"number": n, "author": "bench"}
