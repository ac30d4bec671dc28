"""Queries straight at the vector store, from an event loop: what a search cannot be faster than."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import orjson

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class DirectStore:
    """HTTP/1.1 with connections that stay open, one request at a time on each; as many as are needed at once."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.host, self.port = str(address.hostname), address.port or 80
        self.path = address.path.rstrip("/")
        self.idle: list[Connection] = []

    async def query(self, collection: str, body: bytes) -> list[dict[str, Any]]:
        connection = self.idle.pop() if self.idle else await asyncio.open_connection(self.host, self.port)
        reader, writer = connection
        head = (
            f"POST {self.path}/collections/{collection}/points/query HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        response = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").lower()
        if " 200 " not in response.split("\r\n", 1)[0]:
            raise RuntimeError(response)
        length = int(response.split("content-length:", 1)[1].split("\r\n", 1)[0])
        answer = orjson.loads(await reader.readexactly(length))
        self.idle.append(connection)
        found: list[dict[str, Any]] = answer["result"]["points"]
        return found

    async def close(self) -> None:
        while self.idle:
            _, writer = self.idle.pop()
            writer.close()
            await writer.wait_closed()
