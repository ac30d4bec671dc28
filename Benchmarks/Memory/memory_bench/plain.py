"""What a program does without Memoir: batches by hand, one connection to each server, one call after the other."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy
import orjson
import urllib3

from . import texts

BATCH = 256
HEADERS = {"content-type": "application/json"}
TIMEOUT_SECONDS = 30.0
CREATED = "2026-01-01T00:00:00.000Z"


class PlainClient:
    """Embeds texts and keeps them in the collection of `texts`, with payloads of the shape and size of Memoir's."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.embeddings, self.embeddings_path = connect(environment["OPENAI_BASE_URL"])
        self.store, self.store_path = connect(environment["QDRANT_URL"])
        self.model = environment.get("EMBEDDING_MODEL", "text-embedding-3-small")
        self.dimensions = int(environment["EMBEDDING_DIMENSIONS"])

    def embed(self, contents: Sequence[str]) -> numpy.ndarray[Any, numpy.dtype[numpy.float32]]:
        """A row for each text."""
        body = {"model": self.model, "input": contents, "encoding_format": "base64", "dimensions": self.dimensions}
        data = call(self.embeddings, "POST", f"{self.embeddings_path}/embeddings", body)["data"]
        # Vectors of a multiple of three bytes need no padding, so that all are decoded at once.
        packed = base64.b64decode("".join(entry["embedding"] for entry in data))
        return numpy.frombuffer(packed, numpy.float32).reshape(len(data), -1)

    def embed_all(self, contents: Sequence[str]) -> None:
        for first in range(0, len(contents), BATCH):
            self.embed(contents[first : first + BATCH])

    def save(self, first: int, contents: Sequence[str]) -> None:
        vectors = self.embed(contents)
        points = [point(first + n, content, vectors[n]) for n, content in enumerate(contents)]
        path = f"{self.store_path}/collections/{texts.COLLECTION}/points?wait=true"
        call(self.store, "PUT", path, {"points": points})

    def save_all(self, contents: Sequence[str]) -> None:
        for first in range(0, len(contents), BATCH):
            self.save(first, contents[first : first + BATCH])

    def search(self, query: str, top_k: int) -> list[dict[str, Any]]:
        path = f"{self.store_path}/collections/{texts.COLLECTION}/points/query"
        body = {"query": self.embed([query])[0], "limit": top_k, "with_payload": True}
        found: list[dict[str, Any]] = call(self.store, "POST", path, body)["result"]["points"]
        return found


def connect(url: str) -> tuple[urllib3.HTTPConnectionPool, str]:
    address = urlsplit(url)
    pool = urllib3.HTTPConnectionPool(
        str(address.hostname), address.port, maxsize=1, retries=False, timeout=TIMEOUT_SECONDS
    )
    return pool, address.path.rstrip("/")


def call(pool: urllib3.HTTPConnectionPool, method: str, path: str, body: object) -> Any:
    response = pool.request(method, path, body=encode(body), headers=HEADERS)
    if response.status >= 300:
        raise RuntimeError(f"{method} {path}: HTTP {response.status}: {response.data[:300]!r}")
    return orjson.loads(response.data)


def encode(body: object) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)


def point(n: int, content: str, vector: Any) -> dict[str, Any]:
    bookkeeping = {
        "content_hash": hashlib.sha256(content.encode()).hexdigest(),
        "created_at": CREATED,
        "updated_at": CREATED,
        "key": str(n),
    }
    payload = {**texts.metadata(n), "content": content, "_memoir": bookkeeping}
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(n))), "vector": vector, "payload": payload}
