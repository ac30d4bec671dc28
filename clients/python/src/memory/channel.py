"""One connection to Redis: commands are written as they come, and answered in the order in which they were written."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis.exceptions import ResponseError

from .address import Address
from .connection import REDIS_ERRORS, open_pool
from .errors import Closed

Command = tuple[str | int, ...]

# Of one write.
MAXIMUM_COMMANDS = 256
MAXIMUM_BYTES = 4 << 20
# On one event loop.
CONNECTING_AT_ONCE = 16

_turns: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


@dataclass(slots=True)
class Call:
    command: Command
    reply: asyncio.Future[Any]
    # The loop's time at which it was written.
    at: float = 0.0


class Channel:
    """Commands of any number of tasks, none of which waits for another's answer.

    It connects when there is a command, and again when there is one after the connection was lost. Then all that was
    submitted fails with what the connection failed with, whether it was written or not: nothing is sent twice unless
    it is submitted twice. So it does when Redis has not answered at all for `timeout` seconds, though it should have.
    """

    def __init__(self, address: Address, *, timeout: float) -> None:
        # How often it has connected.
        self.connections = 0
        self._pool = open_pool(address, timeout=timeout)
        self._timeout = timeout
        self._unsent: deque[Call] = deque()
        self._unanswered: deque[Call] = deque()
        self._wake = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        # The loop's times at which it began to connect, while it does, and had the last answer.
        self._connecting: float | None = None
        self._last_answer = 0.0
        self._is_open = False
        # Why the connection was given up from here.
        self._reason: Exception | None = None
        self._closed = False

    def submit(self, *command: str | int) -> asyncio.Future[Any]:
        """One reply, or what redis-py raises; a command whose connection failed may have been done."""
        if self._closed:
            raise Closed("the manager is closed")
        loop = asyncio.get_running_loop()
        call = Call(command, loop.create_future())
        self._unsent.append(call)
        self._wake.set()
        if self._serving is None or self._serving.done():
            self._reason = None
            self._serving = loop.create_task(self._serve())
        return call.reply

    def drop(self, reason: Exception) -> None:
        """The next command connects anew, looking the name up again."""
        if self._serving is not None and (self._is_open or self._connecting is not None):
            self._reason = reason
            self._serving.cancel()

    async def close(self) -> None:
        self._closed = True
        if self._watchdog is not None:
            self._watchdog.cancel()
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.gather(self._serving, return_exceptions=True)
        # Where it was submitted so lately that nobody has come to serve it.
        self._fail_all(Closed("the manager was closed meanwhile"))

    async def _serve(self) -> None:
        """Ends when the connection is lost or given up. All that was submitted until then has failed."""
        connection = self._pool.make_connection()
        reading: asyncio.Task[None] | None = None
        failure: BaseException | None = None
        try:
            await self._connect(connection)
            self._is_open = True
            reading = asyncio.create_task(self._read(connection))
            reading.add_done_callback(self._has_read)
            await self._write(connection, reading)
            failure = reading.exception()
        except asyncio.CancelledError:
            failure = self._reason
        except Exception as error:
            failure = error
        finally:
            self._is_open = False
            if reading is not None:
                reading.cancel()
            try:
                with suppress(*REDIS_ERRORS):
                    await connection.disconnect(nowait=True)
            finally:
                # Nothing is awaited after this: whoever submits from now on finds the task at its end.
                self._fail_all(failure or Closed("the manager was closed meanwhile"))

    async def _connect(self, connection: Any) -> None:
        """In turn with the others of this loop: all at once, none of a thousand might be done in time."""
        loop = asyncio.get_running_loop()
        async with _turns_of(loop):
            self._connecting = loop.time()
            self._watch()
            try:
                await connection.connect()
            finally:
                self._connecting = None
        self.connections += 1

    async def _write(self, connection: Any, reading: asyncio.Task[None]) -> None:
        while not reading.done():
            if calls := self._take():
                now = asyncio.get_running_loop().time()
                for call in calls:
                    call.at = now
                self._unanswered.extend(calls)
                self._watch()
                packed = connection.pack_commands([call.command for call in calls])
                await connection.send_packed_command(packed, check_health=False)
            else:
                self._wake.clear()
                await self._wake.wait()

    async def _read(self, connection: Any) -> None:
        """Also while nothing is asked, so that a connection that the server closes is noticed then."""
        while True:
            failure: Exception | None = None
            value = None
            try:
                value = await connection.read_response(disable_decoding=True)
            except ResponseError as error:
                failure = error
            if not self._unanswered:
                raise ConnectionError("Redis answers what was not asked")
            reply = self._unanswered.popleft().reply
            self._last_answer = asyncio.get_running_loop().time()
            if failure is not None:
                _fail(reply, failure)
            elif not reply.done():
                reply.set_result(value)

    def _has_read(self, reading: asyncio.Task[None]) -> None:
        # The writer looks at its end; a failure that it does not come to look at is no news to asyncio.
        self._wake.set()
        if not reading.cancelled():
            reading.exception()

    def _take(self) -> list[Call]:
        """What is written next, without that which nobody waits for any more."""
        calls: list[Call] = []
        size = 0
        while self._unsent and len(calls) < MAXIMUM_COMMANDS and size < MAXIMUM_BYTES:
            call = self._unsent.popleft()
            if not call.reply.done():
                calls.append(call)
                size += sum(len(part) for part in call.command if isinstance(part, str))
        return calls

    def _watch(self) -> None:
        if self._watchdog is None and not self._closed:
            self._watchdog = asyncio.get_running_loop().call_later(self._timeout, self._look_for_overdue)

    def _look_for_overdue(self) -> None:
        self._watchdog = None
        if self._connecting is not None:
            since = self._connecting
        elif self._unanswered:
            since = max(self._unanswered[0].at, self._last_answer)
        else:
            return
        left = since + self._timeout - asyncio.get_running_loop().time()
        if left > 0:
            self._watchdog = asyncio.get_running_loop().call_later(left, self._look_for_overdue)
        else:
            self.drop(TimeoutError(f"no answer for {self._timeout:g} s"))

    def _fail_all(self, failure: BaseException) -> None:
        for call in (*self._unanswered, *self._unsent):
            _fail(call.reply, failure)
        self._unanswered.clear()
        self._unsent.clear()


def _turns_of(loop: asyncio.AbstractEventLoop) -> asyncio.Semaphore:
    if loop not in _turns:
        for ended in [each for each in list(_turns) if each.is_closed()]:
            _turns.pop(ended, None)
        _turns[loop] = asyncio.Semaphore(CONNECTING_AT_ONCE)
    return _turns[loop]


def _fail(reply: asyncio.Future[Any], failure: BaseException) -> None:
    if not reply.done():
        reply.set_exception(failure)
        reply.exception()  # asyncio would complain of one that nobody comes to look at
