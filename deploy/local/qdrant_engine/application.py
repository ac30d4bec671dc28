"""The HTTP around the routes: API key, bounded bodies, envelopes, and the upkeep of the storage."""

from __future__ import annotations

import asyncio
import hmac
import sys
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

import orjson

from asgi_http import BodyTooLarge, ClientGone, Receive, Send, header, read_body, send_reply
from faults import BadFault, FaultControl, mangle

from .errors import SHAPE_ERRORS, RequestError, format_error
from .routes import Router
from .storage import Storage

Scope = MutableMapping[str, Any]

# As `service.max_request_size_mb` of the real server.
LARGEST_BODY_BYTES = 32 << 20
HEALTH = {
    "/healthz": b"healthz check passed",
    "/livez": b"healthz check passed",
    "/readyz": b"all shards are ready",
}
PLAIN_TEXT = b"text/plain; charset=utf-8"
FAULT_KINDS = frozenset({"error", "hang", "malformed", "truncated"})
# What Qdrant, and what stands before it, say with a status; of others, that the service is ill.
FAILURES = {
    429: "Too many requests: Rate limiting exceeded: Write rate limit exceeded, retry later",
    500: "Service internal error: No space left on device: WAL buffer size exceeds available disk space",
    503: "Service unavailable",
}


@dataclass(frozen=True)
class Upkeep:
    """What happens between requests.

    - `quiet_seconds`: a flush to disk waits until no request has come for so long, because it stalls the server for a
      fifth of a second. Acknowledged changes are safe before it, in the log.
    - `flush_seconds`: it waits no longer than this, so that the log does not grow for ever.
    - `optimize`: whether to build indexes when a collection of more than `optimize_points` points has been
      left alone for `idle_seconds`. It stalls the server for seconds, so it is off unless asked for.
    """

    quiet_seconds: float = 1.0
    flush_seconds: float = 120.0
    optimize: bool = False
    optimize_points: int = 5_000
    idle_seconds: float = 5.0


class QdrantApplication:
    """The ASGI application. Its requests share the event loop, because the engine holds Python's lock; a large upsert
    lets others have their turn in between."""

    def __init__(
        self, storage: Storage, version: str, api_key: str | None, upkeep: Upkeep, faults: FaultControl | None = None
    ) -> None:
        self.faults = faults
        self.storage = storage
        self.version = version
        self.router = Router(storage, version)
        self.api_key = api_key.encode() if api_key else None
        self.upkeep = upkeep
        self.upkeep_task: asyncio.Task[None] | None = None
        self.asked_at = self.flushed_at = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.live(receive, send)
        try:
            await self.respond(scope, receive, send)
        except ClientGone:
            return

    async def live(self, receive: Receive, send: Send) -> None:
        """Keeps the storage flushed while the server runs, and closes it when it stops."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.upkeep_task = asyncio.create_task(self.maintain())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.upkeep_task:
                    self.upkeep_task.cancel()
                self.storage.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def maintain(self) -> None:
        while True:
            await asyncio.sleep(self.upkeep.quiet_seconds)
            now = time.monotonic()
            if now - self.asked_at < self.upkeep.quiet_seconds and now - self.flushed_at < self.upkeep.flush_seconds:
                continue
            self.flushed_at = now
            try:
                self.storage.flush()
                if self.upkeep.optimize:
                    self.storage.optimize_idle(self.upkeep.idle_seconds, self.upkeep.optimize_points)
            except Exception as error:  # A failed flush is tried again; the log still holds the changes.
                print(f"upkeep_failed error={error}", file=sys.stderr, flush=True)

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        self.asked_at = time.monotonic()
        path = scope["path"]
        raw: bytes | BodyTooLarge
        try:
            raw = await read_body(scope, receive, LARGEST_BODY_BYTES)
        except BodyTooLarge as error:
            raw = error
        if path in HEALTH:
            return await send_reply(send, 200, HEALTH[path], PLAIN_TEXT)
        if path == "/":
            title = {"title": "qdrant - vector search engine", "version": self.version}
            return await send_reply(send, 200, orjson.dumps(title))
        if self.faults and scope["method"] == "POST" and path.startswith("/_"):
            return await self.command(scope, send, self.faults)
        if refusal := self.refuse_key(scope):
            return await send_reply(send, 401, refusal, PLAIN_TEXT)
        known = raw if isinstance(raw, bytes) else b""
        fault = await self.faults.meet(receive, known) if self.faults else None
        if fault and fault.kind == "error":
            error = {"status": {"error": FAILURES.get(fault.status, "Service internal error")}}
            return await self.send_envelope(send, fault.status, started, error, headers=fault.headers)
        try:
            result = await self.run(scope, raw)
        except RequestError as error:
            return await self.send_envelope(send, error.status, started, {"status": {"error": error.message}})
        if result is None:
            return await send_reply(send, 404, b"")
        kind = fault.kind if fault else ""
        await self.send_envelope(send, 200, started, {"result": result, "status": "ok"}, fault=kind)

    async def command(self, scope: Scope, send: Send, faults: FaultControl) -> None:
        """One of the routes that inject faults."""
        query = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin1")).items()}
        try:
            known = faults.command(scope["method"], scope["path"], query)
        except BadFault as error:
            return await send_reply(send, 400, str(error).encode(), PLAIN_TEXT)
        await send_reply(send, 200 if known else 404, b"{}")

    async def send_envelope(
        self,
        send: Send,
        status: int,
        started: float,
        body: dict[str, Any],
        *,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        fault: str = "",
    ) -> None:
        encoded = orjson.dumps(body | {"time": time.perf_counter() - started})
        await send_reply(send, status, mangle(encoded, fault), headers=headers)

    def refuse_key(self, scope: Scope) -> bytes | None:
        """The plain text of a 401, or None where the request may go on."""
        if self.api_key is None:
            return None
        key = header(scope, b"api-key")
        bearer = header(scope, b"authorization") or b""
        if key is None and bearer.lower().startswith(b"bearer "):
            key = bearer[len(b"bearer ") :]
        if key is None:
            return b"Must provide an API key or an Authorization bearer token"
        return None if hmac.compare_digest(key, self.api_key) else b"Invalid API key or JWT"

    async def run(self, scope: Scope, raw: bytes | BodyTooLarge) -> Any:
        """The route's answer; every failure leaves as a `RequestError`."""
        method = scope["method"]
        body = parse_body(raw) if method in ("PUT", "POST", "PATCH") else {}
        query = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin1")).items()}
        encoded = scope.get("raw_path", scope["path"].encode()).decode("latin1").split("?")[0]
        path = [unquote(part) for part in encoded.strip("/").split("/")]
        try:
            return await self.router.answer(method, path, query, body)
        except RequestError:
            raise
        except KeyError as error:
            raise format_error(f"missing field `{error.args[0]}`") from error
        except SHAPE_ERRORS as error:
            raise format_error(str(error).splitlines()[0] if str(error) else "invalid value") from error
        except (KeyboardInterrupt, SystemExit, asyncio.CancelledError):
            raise
        except BaseException as error:  # A panic of the engine is a BaseException and must not end the server.
            raise RequestError(500, f"Service internal error: {error}") from error


def parse_body(raw: bytes | BodyTooLarge) -> dict[str, Any]:
    if isinstance(raw, BodyTooLarge):
        limit = LARGEST_BODY_BYTES
        message = f"JSON payload ({raw.size} bytes) is larger than allowed (limit: {limit} bytes)."
        raise RequestError(400, f"Payload error: {message}")
    try:
        body = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError as error:
        raise format_error(str(error)) from error
    if not isinstance(body, dict):
        raise format_error("invalid type: expected a JSON object")
    return body
