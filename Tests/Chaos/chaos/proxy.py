"""A proxy that breaks connections below HTTP, where no server can break them by itself."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

HOST = "127.0.0.1"
CHUNK_BYTES = 1 << 16
START_SECONDS = 10
POLL_SECONDS = 0.05
# Close sends a reset instead of what is in the buffer.
LINGER_NONE = struct.pack("ii", 1, 0)

# `reset`: the connection is reset in the middle of a response. `cut`: it is closed there, as if that were the end.
# `swallow`: requests are taken and never answered.
Break = Literal["reset", "cut", "swallow"]


@dataclass
class Trouble:
    kind: Break
    until: float
    share: float
    dice: random.Random = field(default_factory=random.Random)

    def hits(self) -> bool:
        return time.monotonic() < self.until and self.dice.random() < self.share


class FaultProxy:
    """Passes HTTP/1.1 on to `target`, an address such as `http://127.0.0.1:6333`, unless it is told to break it."""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self.target = (str(address.hostname), int(address.port or 80))
        self.path = address.path
        self.trouble: Trouble | None = None
        self.broken = 0
        self.port = 0
        self.loop = asyncio.new_event_loop()
        self.started = threading.Event()
        self.thread = threading.Thread(target=self.run, name="proxy", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}{self.path}"

    def start(self) -> FaultProxy:
        self.thread.start()
        assert self.started.wait(START_SECONDS), "the proxy did not start"
        return self

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(START_SECONDS)

    def trouble_for(self, seconds: float, kind: Break, *, share: float = 1.0, seed: int = 0) -> None:
        self.trouble = Trouble(kind, time.monotonic() + seconds, share, random.Random(seed))

    def heal(self) -> None:
        self.trouble = None

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, HOST, 0))
        self.port = int(server.sockets[0].getsockname()[1])
        self.started.set()
        try:
            self.loop.run_forever()
        finally:
            server.close()
            tasks = asyncio.all_tasks(self.loop)
            for task in tasks:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self.loop.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream_reader, upstream_writer = await asyncio.open_connection(*self.target)
        except OSError:
            # Nobody listens there: whoever connects is turned away as directly as it can be done from here.
            self.reset(writer)
            return
        requests = asyncio.create_task(self.pass_requests(reader, upstream_writer))
        try:
            await self.pass_responses(upstream_reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            requests.cancel()
            upstream_writer.transport.abort()
            if not writer.transport.is_closing():
                writer.close()

    async def pass_requests(self, reader: asyncio.StreamReader, upstream: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                upstream.write(chunk)
                await upstream.drain()
        except OSError:
            pass
        finally:
            upstream.transport.abort()

    async def pass_responses(self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One response after the other, each whole unless it is the one that breaks."""
        while True:
            head = await upstream.readuntil(b"\r\n\r\n")
            body = await upstream.readexactly(content_length(head))
            trouble = self.trouble
            if trouble is None or not trouble.hits():
                writer.write(head + body)
                await writer.drain()
                continue
            self.broken += 1
            if trouble.kind == "swallow":
                while self.trouble is trouble and time.monotonic() < trouble.until:
                    await asyncio.sleep(POLL_SECONDS)
                continue
            writer.write(head + body[: len(body) // 2])
            await writer.drain()
            # A moment for the client to read what came: a reset also discards what waits in its buffer.
            await asyncio.sleep(POLL_SECONDS)
            if trouble.kind == "reset":
                self.reset(writer)
            return

    def reset(self, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
        writer.transport.abort()


def content_length(head: bytes) -> int:
    """Both local servers announce the length of every body."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0
