"""One client's connections on one event loop: jobs go out, and their results come back."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import uuid4

from .address import Address
from .commands import Commands
from .connection import REDIS_ERRORS, is_forbidden, is_missing_script, translate
from .errors import Closed, MemoirError, TimedOut, Unavailable
from .replies import Replies
from .waiting import wait_until
from .wire import ENQUEUE_SCRIPT, ENQUEUE_SHA, Job, Keys

# For a last look at a result whose announcement has not come, and for tidying up at the end.
LAST_LOOK_SECONDS = 1.0


class Session:
    def __init__(self, address: Address, keys: Keys, *, command_timeout: float) -> None:
        self.loop = asyncio.get_running_loop()
        self.keys = keys
        self._address = address
        self._commands = Commands(address, timeout=command_timeout)
        self.replies = Replies(address, keys, uuid4().hex, timeout=command_timeout)
        self._clock: asyncio.Task[float] | None = None

    async def ping(self, until: float) -> None:
        await self._patiently("PING", until=until)

    async def seconds_ahead(self, until: float) -> float:
        """How far the clock of Redis is ahead of ours, asked once: deadlines are told by the servers' clocks."""
        while True:
            mine = self._clock is None or (self._clock.done() and self._clock.exception() is not None)
            if mine:
                self._clock = asyncio.create_task(self._read_clock(until))
            clock = self._clock
            assert clock is not None
            if not clock.done():
                # Not awaited itself: who asked first may be cancelled, and the others must not notice.
                await asyncio.wait({clock}, timeout=until - self.loop.time() + LAST_LOOK_SECONDS)
            if not clock.done():
                raise translate(TimeoutError("no answer in time"), self._address)
            if mine or clock.exception() is None or self.loop.time() >= until:
                return clock.result()

    async def run(self, job: Job, until: float) -> bytes:
        """Sends the job, and answers its result, JSON, as it stands in Redis."""
        waiter = self.replies.expect(job.id)
        try:
            await self._enqueue(job, until)
            return await self._wait(job.id, waiter, until)
        finally:
            self.replies.forget(job.id, waiter)

    async def result(self, job_id: str, until: float) -> bytes:
        """Of a job that was sent before."""
        waiter = self.replies.expect(job_id)
        try:
            if (raw := await self._patiently("GET", self.keys.result(job_id), until=until, job_id=job_id)) is not None:
                return bytes(raw)
            return await self._wait(job_id, waiter, until)
        finally:
            self.replies.forget(job_id, waiter)

    async def ask(self, commands: list[tuple[str | int, ...]], until: float) -> list[Any]:
        """Replies of commands that change nothing, None for those that Redis has no answer to."""
        replies = await asyncio.gather(
            *(self._patiently(*command, until=until) for command in commands), return_exceptions=True
        )
        for reply in replies:
            if isinstance(reply, BaseException) and "NOGROUP" not in str(reply) and "no such key" not in str(reply):
                raise reply
        return [None if isinstance(reply, BaseException) else reply for reply in replies]

    async def close(self) -> None:
        await self.replies.close()
        try:
            await wait_until(self._commands.submit("DEL", self.replies.stream), self.loop.time() + LAST_LOOK_SECONDS)
        except (*REDIS_ERRORS, Closed):
            pass  # workers have given it a time to live
        await self._commands.close()
        if self._clock is not None:
            await asyncio.gather(self._clock, return_exceptions=True)

    async def _enqueue(self, job: Job, until: float) -> None:
        """An answer that is lost is no reason to doubt: the same job, sent again, is done once."""
        arguments = job.enqueue_arguments(self.keys)
        try:
            await self._commands.execute_patiently("EVALSHA", ENQUEUE_SHA, *arguments, until=until, job_id=job.id)
        except MemoirError:
            raise
        except Exception as error:
            if not is_missing_script(error):
                raise translate(error, self._address, job.id) from error
            await self._patiently("EVAL", ENQUEUE_SCRIPT, *arguments, until=until, job_id=job.id)

    async def _wait(self, job_id: str, waiter: asyncio.Future[bytes], until: float) -> bytes:
        try:
            return await wait_until(waiter, until)
        except TimeoutError:
            pass
        last = self.loop.time() + LAST_LOOK_SECONDS
        if (raw := await self._patiently("GET", self.keys.result(job_id), until=last, job_id=job_id)) is not None:
            return bytes(raw)
        raise TimedOut(
            f"job {job_id} has no result yet: workers are behind, stopped, or wait for a service (memoir stats, memoir "
            "doctor); await manager.result(job_id) asks again",
            job_id=job_id,
        )

    async def _read_clock(self, until: float) -> float:
        asked = time.time()
        try:
            seconds, microseconds = await self._patiently("TIME", until=until)
        except Unavailable as error:
            if is_forbidden(error.__cause__):
                return 0.0
            raise
        # What the round trip took, half of it on the way back.
        return float(int(seconds) + int(microseconds) / 1_000_000 - (asked + time.time()) / 2)

    async def _patiently(self, *command: str | int, until: float, job_id: str | None = None) -> Any:
        try:
            return await self._commands.execute_patiently(*command, until=until, job_id=job_id)
        except MemoirError:
            raise
        except REDIS_ERRORS as error:
            raise translate(error, self._address, job_id) from error
