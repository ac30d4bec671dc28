"""Waiting for results: one stream, one blocking read for all that wait, and no polling.

Workers announce each result on the client's stream. While anybody waits, one task reads it and fetches what was
announced. An announcement can only be missed while the connection is away, or when the stream was cut because this
process did not read for long: after either, the results of all that wait are looked for once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from .address import Address
from .connection import REDIS_ERRORS, close_client, is_passing, open_client, translate
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
        self._client = open_client(address, timeout=BLOCK_SECONDS + timeout)
        self._waiters: dict[str, list[asyncio.Future[bytes]]] = {}
        self._reading: asyncio.Task[None] | None = None
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
        await close_client(self._client)

    async def _read(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        look = False
        # Looked at each time, for redis-py may take a cancellation for a timeout of its own.
        while self._waiters and not self._closed:
            try:
                if look:
                    await self._fetch(list(self._waiters))
                    look, pause = False, FIRST_PAUSE_SECONDS
                announced = await self._read_stream()
                await self._fetch(announced)
                look = self._has_missed(len(announced))
                pause = FIRST_PAUSE_SECONDS
            except REDIS_ERRORS as error:
                if not is_passing(error):
                    self._fail_all(lambda job_id, error=error: translate(error, self._address, job_id))
                # A server that lost the stream may count anew from an earlier time.
                look, self._last = True, START
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _has_missed(self, entries: int) -> bool:
        """Whether the backlog that was just read to its end was so long that the worker may have cut it."""
        self._catching_up += entries
        if entries >= ENTRIES_OF_ONE_READ:
            return False
        backlog, self._catching_up = self._catching_up, 0
        return backlog >= ENTRIES_THAT_MAY_BE_CUT

    async def _read_stream(self) -> list[str]:
        """The ids of jobs that were announced, none where nothing came in time."""
        milliseconds = int(BLOCK_SECONDS * 1_000)
        command = ("XREAD", "COUNT", ENTRIES_OF_ONE_READ, "BLOCK", milliseconds, "STREAMS", self.stream, self._last)
        reply = await self._client.execute_command(*command)
        ids = []
        for entry, fields in _entries(reply):
            self._last = entry
            if job_id := fields.get(b"id"):
                ids.append(job_id.decode(errors="replace"))
        return ids

    async def _fetch(self, job_ids: Iterable[str]) -> None:
        """Gives those of the results that are there to whoever waits for them."""
        rest = iter([each for each in dict.fromkeys(job_ids) if each in self._waiters])
        while chunk := list(islice(rest, RESULTS_OF_ONE_FETCH)):
            results = await self._client.execute_command("MGET", *map(self._keys.result, chunk))
            for job_id, raw in zip(chunk, results, strict=True):
                if raw is not None:
                    self._give(job_id, raw)

    def _give(self, job_id: str, raw: bytes) -> None:
        for waiter in self._waiters.pop(job_id, ()):
            if not waiter.done():
                waiter.set_result(raw)

    def _fail_all(self, make: Any) -> None:
        waiters, self._waiters = self._waiters, {}
        for job_id, those in waiters.items():
            error: MemoirError = make(job_id)
            for waiter in those:
                if not waiter.done():
                    waiter.set_exception(error)


def _entries(reply: Any) -> Iterable[tuple[str, dict[bytes, bytes]]]:
    """Id and fields of each, however the version of redis-py puts them."""
    if not reply:
        return
    streams: Sequence[Any] = next(iter(reply.values())) if isinstance(reply, dict) else reply[0][1]
    if isinstance(reply, dict) and len(streams) == 1 and isinstance(streams[0], list):
        streams = streams[0]
    for entry, fields in streams:
        if fields is None:
            continue
        if not isinstance(fields, dict):
            fields = dict(zip(fields[::2], fields[1::2], strict=True))
        yield entry.decode(), fields
