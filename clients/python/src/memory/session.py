"""One client's connections on one event loop: jobs go out, and their results come back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from uuid import uuid4

from .address import Address
from .channel import Channel
from .clock import Clock
from .connection import REDIS_ERRORS, is_forbidden, is_missing_script, is_passing, is_replica, translate
from .errors import Closed, MemoirError, TimedOut
from .replies import Replies
from .waiting import wait_until
from .wire import ENQUEUE_SCRIPT, ENQUEUE_SHA, Job, Keys

# For a last look at a result whose announcement has not come, and for tidying up at the end.
LAST_LOOK_SECONDS = 1.0
# Between two tries of a command while Redis is away.
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
# Between two looks at a result that is announced to nobody, or to another client.
FIRST_LOOK_SECONDS = 0.1
LONGEST_LOOK_SECONDS = 2.0


class Session:
    def __init__(self, address: Address, keys: Keys, *, command_timeout: float) -> None:
        self.loop = asyncio.get_running_loop()
        self.keys = keys
        self._address = address
        self._commands = Channel(address, timeout=command_timeout)
        self.replies = Replies(address, keys, uuid4().hex, timeout=command_timeout)
        self._clock = Clock(self._read_clock)

    async def ping(self, until: float) -> None:
        await self._ask("PING", until=until)

    async def now(self, until: float) -> float:
        """Seconds since 1970 by the clock of Redis: deadlines are told by the servers' clocks."""
        try:
            return await self._clock.now(until)
        except TimeoutError as error:
            raise translate(error, self._address) from error

    async def enqueue(self, job: Job, until: float) -> None:
        """An answer that is lost is no reason to doubt: the same job, sent again, is done once."""
        arguments = job.enqueue_arguments(self.keys)
        try:
            await self._repeat("EVALSHA", ENQUEUE_SHA, *arguments, until=until, job_id=job.id)
        except MemoirError:
            raise
        except Exception as error:
            if not is_missing_script(error):
                raise translate(error, self._address, job.id) from error
            await self._ask("EVAL", ENQUEUE_SCRIPT, *arguments, until=until, job_id=job.id)

    async def run(self, job: Job, until: float) -> bytes:
        """Sends the job, and answers its result, JSON, as it stands in Redis."""
        waiter = self.replies.expect(job.id)
        try:
            await self.enqueue(job, until)
            try:
                return await wait_until(waiter, until)
            except TimeoutError:
                pass
            last = self.loop.time() + LAST_LOOK_SECONDS
            if (raw := await self._look(job.id, last)) is not None:
                return raw
            raise _timed_out(job.id)
        finally:
            self.replies.forget(job.id, waiter)

    async def result(self, job_id: str, until: float) -> bytes:
        """Of a job that was sent before. Looks for it now and then, in case that it is not announced to this client."""
        waiter = self.replies.expect(job_id)
        pause = FIRST_LOOK_SECONDS
        try:
            while True:
                if (raw := await self._look(job_id, max(until, self.loop.time() + LAST_LOOK_SECONDS))) is not None:
                    return raw
                if waiter.done():
                    return waiter.result()
                if (left := until - self.loop.time()) <= 0:
                    raise _timed_out(job_id)
                await asyncio.wait({waiter}, timeout=min(pause, left))
                if waiter.done():
                    return waiter.result()
                pause = min(pause * 2, LONGEST_LOOK_SECONDS)
        finally:
            self.replies.forget(job_id, waiter)

    async def close(self) -> None:
        await self.replies.close()
        await self._clock.close()
        if self._commands.connections > 0:
            # Where that fails, workers have given it a time to live.
            with suppress(*REDIS_ERRORS, Closed):
                deleted = self._commands.submit("DEL", self.replies.stream)
                await wait_until(deleted, self.loop.time() + LAST_LOOK_SECONDS)
        await self._commands.close()

    async def _look(self, job_id: str, until: float) -> bytes | None:
        raw = await self._ask("GET", self.keys.result(job_id), until=until, job_id=job_id)
        return None if raw is None else bytes(raw)

    async def _read_clock(self, until: float) -> float | None:
        try:
            seconds, microseconds = await self._ask("TIME", until=until)
        except MemoirError as error:
            if is_forbidden(error.__cause__):
                return None
            raise
        return int(seconds) + int(microseconds) / 1_000_000

    async def _ask(self, *command: str | int, until: float, job_id: str | None = None) -> Any:
        """One reply; whatever it fails with, in the caller's terms."""
        try:
            return await self._repeat(*command, until=until, job_id=job_id)
        except REDIS_ERRORS as error:
            raise translate(error, self._address, job_id) from error

    async def _repeat(self, *command: str | int, until: float, job_id: str | None) -> Any:
        """Sent again, while Redis is away, until the loop's time `until`: for commands that may be done twice."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return await wait_until(self._commands.submit(*command), until)
            except REDIS_ERRORS as error:
                if not is_passing(error):
                    raise
                if is_replica(error):
                    self._commands.drop(error)
                if self.loop.time() + pause >= until:
                    raise translate(error, self._address, job_id) from error
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _timed_out(job_id: str) -> TimedOut:
    return TimedOut(
        f"job {job_id} has no result yet: workers are behind, stopped, or wait for a service (memoir stats, memoir "
        "doctor); await manager.result(job_id) asks again",
        job_id=job_id,
    )
