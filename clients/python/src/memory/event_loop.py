"""Calls from any thread, and any event loop, into the one loop that a client lives on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")
Make = Callable[[], Coroutine[Any, Any, T]]

STOP_SECONDS = 10.0


class LoopThread:
    """A thread with an event loop, started when it is first needed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, make: Make[T]) -> T:
        """Blocks the calling thread until it is done."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a synchronous call on the store's own thread would wait for itself")
        future = asyncio.run_coroutine_threadsafe(make(), self._running())
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def run_async(self, make: Make[T]) -> T:
        """The same for another event loop, which goes on meanwhile. Cancelling it cancels the call."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(make(), self._running()))

    def stop(self) -> None:
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(STOP_SECONDS)

    def abandon(self) -> None:
        """The same without waiting for its end, from any thread: when nobody holds its user any more."""
        loop, self._loop, self._thread = self._loop, None, None
        if loop is not None and not loop.is_closed():
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(loop.stop)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                # A daemon: a program that forgets to close its store ends all the same.
                self._thread = threading.Thread(target=_serve, args=(self._loop,), name=self._name, daemon=True)
                self._thread.start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        remaining = asyncio.all_tasks(loop)
        for task in remaining:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*remaining, return_exceptions=True))
        loop.close()
