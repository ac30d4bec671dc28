"""Commands of many tasks on one connection, those that come during a round trip together in the next one."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from .address import Address
from .connection import close_client, drop_connections, is_passing, is_replica, open_client, translate
from .errors import Closed
from .waiting import wait_until

Command = tuple[str | int, ...]

# Of one pipeline.
MAXIMUM_COMMANDS = 256
MAXIMUM_BYTES = 4 << 20
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0


class Commands:
    def __init__(self, address: Address, *, timeout: float) -> None:
        self._address = address
        self._client = open_client(address, timeout=timeout)
        self._waiting: deque[tuple[Command, asyncio.Future[Any]]] = deque()
        self._sending: asyncio.Task[None] | None = None
        self._closed = False

    async def execute(self, *command: str | int) -> Any:
        """One reply. Raises what redis-py raises; a command whose connection failed may have been done."""
        return await self.submit(*command)

    async def execute_patiently(self, *command: str | int, until: float, job_id: str | None = None) -> Any:
        """Repeated, while Redis is away, until the loop's time `until`: for commands that may be done twice."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return await wait_until(self.submit(*command), until)
            except Exception as error:
                if not is_passing(error):
                    raise
                if is_replica(error):
                    await drop_connections(self._client)
                if loop.time() + pause >= until:
                    raise translate(error, self._address, job_id) from error
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def submit(self, *command: str | int) -> asyncio.Future[Any]:
        if self._closed:
            raise Closed("the manager is closed")
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, reply))
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())
        return reply

    async def close(self) -> None:
        self._closed = True
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        while self._waiting:
            _, reply = self._waiting.popleft()
            _fail(reply, Closed("the manager was closed meanwhile"))
        await close_client(self._client)

    async def _send(self) -> None:
        # Looked at each time, for redis-py may take a cancellation for a timeout of its own.
        while not self._closed and (batch := self._take()):
            try:
                pipeline = self._client.pipeline(transaction=False)
                for command, _ in batch:
                    pipeline.execute_command(*command)
                replies = await pipeline.execute(raise_on_error=False)
            except asyncio.CancelledError:
                for _, reply in batch:
                    _fail(reply, Closed("the manager was closed meanwhile"))
                raise
            except Exception as error:
                for _, reply in batch:
                    _fail(reply, error)
            else:
                for (_, reply), value in zip(batch, replies, strict=True):
                    if isinstance(value, Exception):
                        _fail(reply, value)
                    elif not reply.done():
                        reply.set_result(value)

    def _take(self) -> list[tuple[Command, asyncio.Future[Any]]]:
        """What goes into the next pipeline, without that which nobody waits for any more."""
        batch: list[tuple[Command, asyncio.Future[Any]]] = []
        size = 0
        while self._waiting and len(batch) < MAXIMUM_COMMANDS and size < MAXIMUM_BYTES:
            command, reply = self._waiting.popleft()
            if not reply.done():
                batch.append((command, reply))
                size += sum(len(part) for part in command if isinstance(part, str))
        return batch


def _fail(reply: asyncio.Future[Any], error: BaseException) -> None:
    if not reply.done():
        reply.set_exception(error)
