"""Waiting for results: one stream, one blocking read for all that wait, and no polling.

Workers announce each result on the client's stream. While anybody waits, one task reads it and fetches what was
announced. An announcement can only be missed while the connection is away, or when the stream was cut because this
process did not read for long: after either, the results of all that wait are looked for once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from .address import Address
from .channel import Channel
from .connection import REDIS_ERRORS, is_passing, translate
from .errors import Closed, MemoirError
from .wire import Keys

BLOCK_SECONDS = 5.0
ENTRIES_OF_ONE_READ = 1_000
RESULTS_OF_ONE_FETCH = 64
# The worker keeps about the last 10,000 entries of a stream: whoever has that much to catch up on may have missed some.
ENTRIES_THAT_MAY_BE_CUT = 9_000
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
START = "0-0"


class Replies:
    def __init__(self, address: Address, keys: Keys, name: str, *, timeout: float) -> None:
        self.stream = keys.replies(name)
        self._address = address
        self._keys = keys
        self._channel = Channel(address, timeout=BLOCK_SECONDS + timeout)
        self._waiters: dict[str, list[asyncio.Future[bytes]]] = {}
        self._reading: asyncio.Task[None] | None = None
        # The connection that was read on last, none yet, and the entry up to which.
        self._connection = 0
        self._last = START
        self._catching_up = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        return len(self._waiters)

    def expect(self, job_id: str) -> asyncio.Future[bytes]:
        """To be called before the job is sent, so that no announcement is missed; ends with `forget`."""
        if self._closed:
            raise Closed("the manager is closed", job_id=job_id)
        waiter: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(job_id, []).append(waiter)
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        return waiter

    def forget(self, job_id: str, waiter: asyncio.Future[bytes]) -> None:
        others = [each for each in self._waiters.get(job_id, ()) if each is not waiter]
        if others:
            self._waiters[job_id] = others
        else:
            self._waiters.pop(job_id, None)
        if waiter.done() and not waiter.cancelled():
            waiter.exception()  # asyncio would complain of one that nobody has looked at
        else:
            waiter.cancel()

    async def close(self) -> None:
        self._closed = True
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        self._fail_all(lambda job_id: Closed("the manager was closed meanwhile", job_id=job_id))
        await self._channel.close()

    async def _read(self) -> None:
        """The next read is under way before the results that the last one announced are there."""
        pause = FIRST_PAUSE_SECONDS
        announced: list[str] = []
        while self._waiters:
            try:
                fetching = self._fetch(announced)
                next_read = self._submit_read()
                await self._give(fetching)
                announced = self._read_entries(await next_read)
                # Both are to be asked, as each takes note of what it sees.
                if any((self._has_missed(len(announced)), self._has_reconnected())):
                    announced = list(self._waiters)
                pause = FIRST_PAUSE_SECONDS
            except REDIS_ERRORS as error:
                if not is_passing(error):
                    self._fail_all(partial(translate, error, self._address))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                self._connection, self._last, announced = 0, START, list(self._waiters)

    def _fetch(self, job_ids: Iterable[str]) -> list[tuple[list[str], asyncio.Future[Any]]]:
        """Asks for the results of those that somebody waits for."""
        wanted = [each for each in dict.fromkeys(job_ids) if each in self._waiters]
        chunks = [wanted[at : at + RESULTS_OF_ONE_FETCH] for at in range(0, len(wanted), RESULTS_OF_ONE_FETCH)]
        return [(chunk, self._channel.submit("MGET", *map(self._keys.result, chunk))) for chunk in chunks]

    def _submit_read(self) -> asyncio.Future[Any]:
        milliseconds = int(BLOCK_SECONDS * 1_000)
        return self._channel.submit(
            "XREAD", "COUNT", ENTRIES_OF_ONE_READ, "BLOCK", milliseconds, "STREAMS", self.stream, self._last
        )

    async def _give(self, fetching: list[tuple[list[str], asyncio.Future[Any]]]) -> None:
        """Results that are there go to whoever waits for them."""
        for job_ids, reply in fetching:
            for job_id, raw in zip(job_ids, await reply, strict=True):
                if raw is None:
                    continue
                for waiter in self._waiters.pop(job_id, ()):
                    if not waiter.done():
                        waiter.set_result(raw)

    def _read_entries(self, reply: Any) -> list[str]:
        """The ids of jobs that were announced, none where nothing came in time."""
        job_ids = []
        for entry, fields in reply[0][1] if reply else ():
            self._last = entry.decode()
            # An entry that was deleted meanwhile has none.
            named = dict(zip(fields[::2], fields[1::2], strict=True)) if fields else {}
            if job_id := named.get(b"id"):
                job_ids.append(job_id.decode(errors="replace"))
        return job_ids

    def _has_missed(self, entries: int) -> bool:
        """Whether the backlog that was just read to its end was so long that the worker may have cut it."""
        self._catching_up += entries
        if entries >= ENTRIES_OF_ONE_READ:
            return False
        backlog, self._catching_up = self._catching_up, 0
        return backlog >= ENTRIES_THAT_MAY_BE_CUT

    def _has_reconnected(self) -> bool:
        """Whether the connection was lost while nobody waited. The stream may be another one, counted anew."""
        before, self._connection = self._connection, self._channel.connections
        if before in (0, self._connection):
            return False
        self._last = START
        return True

    def _fail_all(self, make: Callable[[str], MemoirError]) -> None:
        waiters, self._waiters = self._waiters, {}
        for job_id, those in waiters.items():
            error = make(job_id)
            for waiter in those:
                if not waiter.done():
                    waiter.set_exception(error)
