"""The faults that both local servers play on demand: each is there as asked for, hits whom it should, and ends."""

from __future__ import annotations

import base64
import json
import math
import struct
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from conftest import Answer, request

MODEL = "all-MiniLM-L6-v2"
TEXTS = ["a", "b"]


@pytest.fixture(params=["qdrant", "embeddings"])
def root(request: pytest.FixtureRequest, local: dict[str, str]) -> str:
    name = "QDRANT_URL" if request.param == "qdrant" else "OPENAI_BASE_URL"
    return local[name].removesuffix("/v1")


@pytest.fixture(autouse=True)
def healed(local: dict[str, str]) -> Any:
    yield
    for name in ("QDRANT_URL", "OPENAI_BASE_URL"):
        root = local[name].removesuffix("/v1")
        request("POST", f"{root}/_ok")
        request("POST", f"{root}/_delay?seconds=0")


def embed(root: str, texts: list[str], timeout: float = 30) -> Answer:
    """An embedding; of Qdrant, which has none, any of its answers."""
    body = json.dumps({"model": MODEL, "input": texts, "encoding_format": "base64"}).encode()
    call = urllib.request.Request(f"{root}/v1/embeddings", body, {"content-type": "application/json"})
    with urllib.request.urlopen(call, timeout=timeout) as response:
        return Answer(response.status, response.headers, response.read())


def ask(root: str, local: dict[str, str], timeout: float = 30) -> Answer:
    """Something that the server answers with 200 and an object, when nothing ails it."""
    if root == local["QDRANT_URL"]:
        with urllib.request.urlopen(f"{root}/collections", timeout=timeout) as response:
            return Answer(response.status, response.headers, response.read())
    return embed(root, TEXTS, timeout)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_errors_of_the_service(root: str, local: dict[str, str], status: int) -> None:
    request("POST", f"{root}/_fail?status={status}&retry_after=3&count=1")
    with pytest.raises(urllib.error.HTTPError) as caught:
        ask(root, local)
    with caught.value as answer:
        assert (answer.code, answer.headers["retry-after"]) == (status, "3")
        body = json.load(answer)
    assert body["error"]["message"] if "error" in body else body["status"]["error"]
    assert ask(root, local).status == 200


@pytest.mark.parametrize("kind", ["malformed", "truncated"])
def test_bodies_that_are_no_json(root: str, local: dict[str, str], kind: str) -> None:
    request("POST", f"{root}/_fail?kind={kind}&count=1")
    answer = ask(root, local)
    assert answer.status == 200 and len(answer.content) == int(answer.headers["content-length"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.content)
    assert isinstance(ask(root, local).json, dict)


def test_hang_ends_with_the_fault(root: str, local: dict[str, str]) -> None:
    request("POST", f"{root}/_fail?kind=hang&seconds=1.5")
    with pytest.raises(TimeoutError):
        ask(root, local, timeout=0.3)
    began = time.monotonic()
    assert ask(root, local).status == 200
    assert 0.5 < time.monotonic() - began < 10


def test_share_hits_some(root: str, local: dict[str, str]) -> None:
    request("POST", f"{root}/_fail?kind=malformed&seconds=60&share=0.5&seed=1")
    spoiled = [ask(root, local).content.startswith(b"<html>") for _ in range(20)]
    assert set(spoiled) == {True, False}
    request("POST", f"{root}/_fail?kind=malformed&seconds=60&share=0.5&seed=1")
    assert [ask(root, local).content.startswith(b"<html>") for _ in range(20)] == spoiled


def test_delay_until_it_is_ended(local: dict[str, str]) -> None:
    root = local["OPENAI_BASE_URL"].removesuffix("/v1")
    request("POST", f"{root}/_delay?seconds=1&contains=slow-text")
    began = time.monotonic()
    embed(root, ["quick"])
    quick = time.monotonic() - began
    embed(root, ["a slow-text"])
    assert time.monotonic() - began - quick >= 1 > quick


@pytest.mark.parametrize("query", ["kind=unknown", "status=200", "seconds=soon", "share=-1"])
def test_faults_that_cannot_be_had(root: str, query: str) -> None:
    assert request("POST", f"{root}/_fail?{query}").status == 400


@pytest.mark.parametrize(
    "kind, count, dimensions", [("wrong_count", 1, 384), ("wrong_dimensions", 2, 383), ("nan", 2, 384)]
)
def test_vectors_that_are_wrong(local: dict[str, str], kind: str, count: int, dimensions: int) -> None:
    root = local["OPENAI_BASE_URL"].removesuffix("/v1")
    request("POST", f"{root}/_fail?kind={kind}&count=1")
    rows = [base64.b64decode(row["embedding"]) for row in embed(root, TEXTS).json["data"]]
    assert [len(row) // 4 for row in rows] == [dimensions] * count
    holds_nan = any(math.isnan(value) for row in rows for (value,) in struct.iter_unpack("<f", row))
    assert holds_nan == (kind == "nan")
