"""The clock of Redis, by which deadlines are told: that of this machine may be wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

# Clocks drift apart, by some milliseconds in this time.
VALID_SECONDS = 600.0
# When the two clocks of this machine have gone this far apart, one of them was set, or the machine slept.
LEAP_SECONDS = 1.0
# For the answer of whoever asked until the same time to be that which is given.
MARGIN_SECONDS = 1.0


class Clock:
    """Asks Redis once, and again from time to time, or after this machine's clock has made a leap."""

    def __init__(self, ask: Callable[[float], Awaitable[float | None]]) -> None:
        """`ask` answers the seconds since 1970 that Redis has, or None where it may not be asked."""
        self._ask = ask
        self._ahead = 0.0
        # Of this machine when it asked: since 1970, and since its start.
        self._asked: tuple[float, float] | None = None
        self._asking: asyncio.Task[None] | None = None

    async def now(self, until: float) -> float:
        """Seconds since 1970. Raises what `ask` raises; asks for at most as long as until the loop's time `until`."""
        loop = asyncio.get_running_loop()
        while not self._is_valid():
            mine = self._asking is None or self._asking.done()
            if mine:
                self._asking = loop.create_task(self._read(until))
                self._asking.add_done_callback(_look_at)
            asking = self._asking
            assert asking is not None
            # Not awaited itself: who asked first may be cancelled, and the others must not notice.
            await asyncio.wait({asking}, timeout=max(0.0, until - loop.time()) + MARGIN_SECONDS)
            if not asking.done():
                raise TimeoutError("no answer in time")
            failure = asyncio.CancelledError() if asking.cancelled() else asking.exception()
            # Who asked first may have had less time.
            if failure is not None and (mine or loop.time() >= until):
                raise failure
        return time.time() + self._ahead

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    def _is_valid(self) -> bool:
        if self._asked is None:
            return False
        wall, monotonic = time.time() - self._asked[0], time.monotonic() - self._asked[1]
        return monotonic < VALID_SECONDS and abs(wall - monotonic) < LEAP_SECONDS

    async def _read(self, until: float) -> None:
        before = time.time()
        there = await self._ask(until)
        after = time.time()
        # What the round trip took, half of it on the way back.
        self._ahead = 0.0 if there is None else there - (before + after) / 2
        self._asked = (after, time.monotonic())


def _look_at(asking: asyncio.Task[None]) -> None:
    """A failure that nobody waits for any more is no news to asyncio."""
    if not asking.cancelled():
        asking.exception()
