"""The little HTTP both local servers need: bounded bodies, replies, and the event loop they run on.

The two servers speak ASGI directly. A framework would bring its own error bodies, and error bodies are
what the servers are for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# Seconds a connection may stay idle, and seconds that a stop waits for requests in progress.
KEEP_ALIVE_SECONDS = 75
STOP_SECONDS = 5
# Connections and requests in progress; beyond it the answer is 503.
MOST_CONNECTIONS = 1_024


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


class BodyTooLarge(Exception):
    """The body is larger than allowed; `size` is what was announced or counted, in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


def header(scope: MutableMapping[str, Any], name: bytes) -> bytes | None:
    """The value of the header `name` (lower case), or None."""
    return next((value for key, value in scope["headers"] if key == name), None)


async def read_body(scope: MutableMapping[str, Any], receive: Receive, limit: int) -> bytes:
    """The whole body, at most `limit` bytes of it in memory.

    A body that is too large is read on and thrown away, up to four times the limit: most clients look at
    the answer only after they have written their request.
    """
    announced = int(header(scope, b"content-length") or 0)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
        if not message.get("more_body") or size > 4 * limit:
            break
    if size > limit:
        raise BodyTooLarge(max(size, announced))
    return b"".join(chunks)


async def send_reply(
    send: Send,
    status: int,
    body: bytes,
    content_type: bytes = b"application/json",
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    """Sends one complete response."""
    fixed = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
    await send({"type": "http.response.body", "body": body})


def serve(application: Application, host: str, port: int) -> None:
    """Serves `application` until SIGTERM or SIGINT, then finishes what is in progress."""
    uvicorn.run(
        application,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        limit_concurrency=MOST_CONNECTIONS,
    )
