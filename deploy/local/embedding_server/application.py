"""The HTTP around a model: API key, routes, faults, and OpenAI's response."""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from collections.abc import Iterable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import numpy
import orjson

from asgi_http import BodyTooLarge, ClientGone, Receive, Send, header, read_body, send_reply
from faults import mangle

from .errors import APIError, input_too_long, missing_key, request_too_long, server_error, wrong_key
from .faults import Faults, spoil
from .model import Model, Prepared
from .requests import (
    LARGEST_BODY_BYTES,
    MOST_TOKENS_PER_INPUT,
    MOST_TOKENS_PER_REQUEST,
    EmbeddingRequest,
    parse_request,
)

Scope = MutableMapping[str, Any]

MODEL_NAMES = ("all-MiniLM-L6-v2", "text-embedding-3-small")


class EmbeddingApplication:
    """The ASGI application. The model runs in one thread of its own, so that health checks and faults
    answer while it works; requests wait for it in order."""

    def __init__(self, model: Model[Any], aliases: Iterable[str], api_key: str | None, faults: Faults | None) -> None:
        self.model = model
        self.names = (*MODEL_NAMES, *aliases)
        self.authorization = f"Bearer {api_key}".encode() if api_key else None
        self.faults = faults
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.live(receive, send)
        started = time.perf_counter()
        headers: tuple[tuple[bytes, bytes], ...] = ()
        try:
            status, body = 200, await self.respond(scope, receive)
        except ClientGone:
            return
        except APIError as error:
            status, body, headers = error.status, error.body(), error.headers
        except Exception as error:
            status, body = 500, server_error(str(error)).body()
        elapsed = str(round((time.perf_counter() - started) * 1_000)).encode()
        await send_reply(send, status, body, headers=((b"openai-processing-ms", elapsed), *headers))

    async def live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                self.worker.shutdown()
                return

    async def respond(self, scope: Scope, receive: Receive) -> bytes:
        method, path = scope["method"], scope["path"]
        try:
            raw = await read_body(scope, receive, LARGEST_BODY_BYTES)
        except BodyTooLarge as error:
            raise APIError(413, f"The request body of {error.size} bytes is too large.") from error
        if path in ("/", "/health"):
            return b'{"status":"ok"}'
        if self.faults and path.startswith("/_"):
            query = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin1")).items()}
            answer = self.faults.answer(method, path, query)
            if answer is not None:
                return orjson.dumps(answer)
        self.check_key(scope)
        if (method, path) == ("GET", "/v1/models"):
            return self.list_models()
        if (method, path) == ("POST", "/v1/embeddings"):
            return await self.embed(raw, receive)
        raise APIError(404, f"Invalid URL ({method} {path})")

    def check_key(self, scope: Scope) -> None:
        if self.authorization is None:
            return
        given = header(scope, b"authorization")
        if not given:
            raise missing_key()
        if not hmac.compare_digest(given, self.authorization):
            raise wrong_key()

    def list_models(self) -> bytes:
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "local"} for name in self.names]
        return orjson.dumps({"object": "list", "data": models})

    async def embed(self, raw: bytes, receive: Receive) -> bytes:
        fault = await self.faults.meet(receive, raw) if self.faults else None
        request = parse_request(raw, self.names, self.model.most_dimensions)
        kind = fault.kind if fault else ""
        try:
            body = await asyncio.get_running_loop().run_in_executor(self.worker, self.compute, request, kind)
        except APIError:
            if self.faults:
                self.faults.statistics.refused(len(request.inputs))
            raise
        if self.faults and not fault:
            self.faults.statistics.served(len(request.inputs), "base64" if request.base64 else "float")
        return mangle(body, kind)

    def compute(self, request: EmbeddingRequest, fault: str) -> bytes:
        """The response's body, spoiled by the fault of this kind. Runs in the model's thread."""
        prepared = self.model.prepare(request.inputs)
        tokens = self.check_limits(prepared)
        vectors = self.model.embed(prepared, request.dimensions or self.model.dimensions)
        return render(request, spoil(vectors, fault), tokens)

    def check_limits(self, prepared: Sequence[Prepared]) -> int:
        """The request's tokens, or OpenAI's error where they are too many."""
        for index, item in enumerate(prepared):
            if item.tokens > MOST_TOKENS_PER_INPUT:
                raise input_too_long(index, item.tokens, MOST_TOKENS_PER_INPUT)
        tokens = sum(item.tokens for item in prepared)
        largest = max(tokens, sum(item.estimated_tokens for item in prepared))
        if largest > MOST_TOKENS_PER_REQUEST:
            raise request_too_long(largest, MOST_TOKENS_PER_REQUEST)
        return tokens


def render(request: EmbeddingRequest, vectors: numpy.ndarray, tokens: int) -> bytes:
    """OpenAI's response. Base64 holds little-endian float32."""
    rows: Iterable[Any] = vectors
    if request.base64:
        rows = (base64.b64encode(row.astype("<f4", copy=False).tobytes()).decode() for row in vectors)
    data = [{"object": "embedding", "index": index, "embedding": row} for index, row in enumerate(rows)]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    body = {"object": "list", "data": data, "model": request.model, "usage": usage}
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)
