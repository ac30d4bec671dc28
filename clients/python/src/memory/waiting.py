"""Waiting for a future until a time of the event loop, without a task for it."""

from __future__ import annotations

import asyncio
from typing import TypeVar

T = TypeVar("T")


async def wait_until(future: asyncio.Future[T], when: float) -> T:
    """Raises TimeoutError at the loop's time `when`; the future is of no more use then."""
    timer = asyncio.get_running_loop().call_at(when, _expire, future)
    try:
        return await future
    finally:
        timer.cancel()


def _expire(future: asyncio.Future[T]) -> None:
    if not future.done():
        future.set_exception(TimeoutError("no answer in time"))
