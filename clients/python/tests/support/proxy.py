"""A way to Redis that can be cut, also after a command has arrived and before its answer does."""

from __future__ import annotations

import asyncio
from types import TracebackType
from urllib.parse import urlsplit

CHUNK_BYTES = 1 << 16


class Proxy:
    def __init__(self, redis_url: str) -> None:
        self._target = urlsplit(redis_url)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._refuses = False
        # A command with this in it is passed on, and its connection cut instead of its answer: once.
        self.swallow_answer_to: bytes | None = None
        self.swallowed = 0

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self, *, refuse: bool = False) -> None:
        """Breaks all connections, and with `refuse` new ones as well until `mend`."""
        self._refuses = refuse
        for writer in self._connections:
            writer.transport.abort()

    def mend(self) -> None:
        self._refuses = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        if self._refuses:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(self._target.hostname, self._target.port)
        self._connections |= {writer, back}
        try:
            await asyncio.gather(self._pass_commands(reader, back, writer), self._pass(there, writer))
        except OSError:
            pass
        finally:
            self._connections -= {writer, back}
            writer.transport.abort()
            back.transport.abort()

    async def _pass_commands(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(CHUNK_BYTES):
            if self.swallow_answer_to is not None and self.swallow_answer_to in data:
                self.swallow_answer_to = None
                self.swallowed += 1
                # The answer finds nobody.
                client.transport.abort()
            back.write(data)
            await back.drain()
        back.transport.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
        writer.transport.close()
