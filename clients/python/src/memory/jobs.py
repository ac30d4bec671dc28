"""Jobs on their way: what a manager's calls have in common."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from . import trace, wire
from .address import Address
from .errors import Closed, InvalidJob
from .session import Session
from .wire import Job, Keys

# Results are kept for longer than anybody waits, for those who ask again after a timeout.
RESULT_EXTRA_SECONDS = 300
# Of a job that nobody waits for, from when it is done.
UNAWAITED_RESULT_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Options:
    """What a call says of how its job is to be done. None is what the manager says."""

    tenant: str | None = None
    lane: str | None = None
    timeout: float | None = None
    deadline: bool | None = None
    job_id: str | None = None
    traceparent: str | None = None


class Jobs:
    """Sends jobs by the defaults of one manager, on the event loop that it is first used on."""

    def __init__(
        self,
        address: Address,
        keys: Keys,
        *,
        timeout: float,
        tenant: str | None,
        deadline: bool,
        command_timeout: float,
    ) -> None:
        self.timeout = timeout
        self.command_timeout = command_timeout
        self.session: Session | None = None
        self._address = address
        self._keys = keys
        self._tenant = tenant
        self._deadline = deadline
        self._closed = False

    async def run(self, kind: str, fields: Mapping[str, object], options: Options) -> Any:
        """The job's result, or raises what it failed with."""
        session = self.connected()
        until = self.until(options.timeout)
        control: dict[str, object] = {
            "tenant": self._tenant_of(kind, options),
            "ttl": min(wire.MAXIMUM_RESULT_TTL, math.ceil(until - session.loop.time()) + RESULT_EXTRA_SECONDS),
            "reply_to": session.replies.stream,
            "traceparent": options.traceparent or trace.current(),
        }
        if self._deadline if options.deadline is None else options.deadline:
            now = await session.now(until)
            control["deadline"] = math.ceil((now + until - session.loop.time()) * 1_000)
        job: Job = wire.make_job(kind, {**fields, **control}, job_id=options.job_id, lane=options.lane)
        return wire.read_result(job.id, await session.run(job, until))

    async def enqueue(self, kind: str, fields: Mapping[str, object], options: Options) -> str:
        """The job's id, once Redis has it. It has no deadline, and its result is announced to nobody."""
        session = self.connected()
        control = {
            "tenant": self._tenant_of(kind, options),
            "ttl": UNAWAITED_RESULT_SECONDS,
            "traceparent": options.traceparent or trace.current(),
        }
        job = wire.make_job(kind, {**fields, **control}, job_id=options.job_id, lane=options.lane)
        await session.enqueue(job, self.until(options.timeout))
        return job.id

    async def result(self, job_id: str, timeout: float | None) -> Any:
        session = self.connected()
        return wire.read_result(job_id, await session.result(job_id, self.until(timeout)))

    def connected(self) -> Session:
        if self._closed:
            raise Closed("the manager is closed")
        loop = asyncio.get_running_loop()
        if self.session is not None and self.session.loop is not loop:
            if not self.session.loop.is_closed():
                raise RuntimeError("this MemoryManager is in use on another event loop: make one for each")
            self.session = None
        if self.session is None:
            self.session = Session(self._address, self._keys, command_timeout=self.command_timeout)
        return self.session

    def until(self, timeout: float | None) -> float:
        """The loop's time at which a call ends that begins now."""
        seconds = self.timeout if timeout is None else timeout
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not math.isfinite(seconds):
            raise InvalidJob(f"timeout: is {seconds!r}; give seconds, such as 30", field="timeout")
        return asyncio.get_running_loop().time() + max(0.0, seconds)

    async def close(self) -> None:
        self._closed = True
        session, self.session = self.session, None
        if session is not None and session.loop is asyncio.get_running_loop():
            await session.close()

    def abandon(self) -> None:
        """What remains open when nobody holds the manager any more is closed soon. From any thread."""
        session, self.session = self.session, None
        if session is not None:
            # Where the loop has ended, so have its connections.
            with suppress(RuntimeError):
                session.loop.call_soon_threadsafe(_close_soon, session)

    def _tenant_of(self, kind: str, options: Options) -> str | None:
        if kind in wire.TYPES_WITHOUT_TENANT:
            return None
        return self._tenant if options.tenant is None else options.tenant


# asyncio itself holds its tasks weakly.
_closing: set[asyncio.Task[None]] = set()


def _close_soon(session: Session) -> None:
    closing = asyncio.get_running_loop().create_task(session.close())
    _closing.add(closing)
    closing.add_done_callback(_closing.discard)
