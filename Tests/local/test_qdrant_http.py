"""The Qdrant engine by raw HTTP: refusals, keys, health, and what it does not serve."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Answer, request

CONDITION = "Expected some form of condition"
CLAUSES = "expected one of `should`, `min_should`, `must`, `must_not`"


@pytest.fixture(scope="module")
def url(local: dict[str, str]) -> str:
    """A collection of two points of two dimensions."""
    collection = f"{local['QDRANT_URL']}/collections/refusals"
    vectors = {"size": 2, "distance": "Cosine"}
    assert request("PUT", collection, {"vectors": vectors}).json["result"] is True
    points = [{"id": 1, "vector": [1, 0], "payload": {"a": 1}}, {"id": 2, "vector": [0, 1]}]
    assert request("PUT", f"{collection}/points?wait=true", {"points": points}).status == 200
    return collection


def refused(answer: Answer, status: int, message: str) -> None:
    assert answer.status == status, answer.content
    assert message in answer.error
    assert set(answer.json) == {"status", "time"}


@pytest.mark.parametrize(
    "condition, status, message",
    [
        ({"matched": False}, 400, f"unknown field `matched`, {CLAUSES}"),
        ({"must": [{"matched": False}]}, 400, CONDITION),
        ({"must": ["text"]}, 400, CONDITION),
        ({"must": [{"key": None, "match": {"value": 1}}]}, 400, "Filter condition 'key' must be a string"),
        ({"must": [{"key": "a"}]}, 422, "filter.must[0]: At least one field condition must be specified"),
        ({"must": [{"key": "a", "datetime_range": {}}]}, 422, "At least one field condition must be specified"),
        ({"must": [{"key": "a", "match": {"equals": 1}}]}, 400, "untagged enum MatchInterface"),
        ({"must": [{"key": "a", "match": {"value": 1.5}}]}, 400, "untagged enum MatchInterface"),
        ({"must": [{"key": "a", "match": {"any": ["x", 1]}}]}, 400, "untagged enum MatchInterface"),
        ({"must": [{"has_id": ["not-an-id"]}]}, 400, "not a valid point ID"),
        ([], 400, "expected struct Filter"),
    ],
)
def test_filters_refused(url: str, condition: Any, status: int, message: str) -> None:
    refused(request("POST", f"{url}/points/count", {"filter": condition}), status, message)


@pytest.mark.parametrize(
    "condition, expected",
    [
        ({}, 2),
        ({"must": None}, 2),
        ({"must": {"key": "a", "match": {"value": 1}}}, 1),
        ({"must": [{"key": "a", "match": {"value": 1}, "unknown": True}]}, 1),
        ({"must": [{"key": "a", "match": {"value": True}}]}, 0),
    ],
)
def test_filters_accepted(url: str, condition: Any, expected: int) -> None:
    answer = request("POST", f"{url}/points/count", {"filter": condition})
    assert (answer.status, answer.json["status"], answer.json["result"]) == (200, "ok", {"count": expected})


def test_collections_refused(url: str, local: dict[str, str]) -> None:
    vectors = {"size": 2, "distance": "Cosine"}
    refused(request("PUT", url, {"vectors": vectors}), 409, "Collection `refusals` already exists!")
    absent = f"{local['QDRANT_URL']}/collections/absent"
    refused(request("GET", absent), 404, "Not found: Collection `absent` doesn't exist!")
    refused(request("PUT", f"{absent}/points", {"points": []}), 404, "Collection `absent` doesn't exist!")
    refused(request("PUT", absent, {"vectors": {"size": 0, "distance": "Cosine"}}), 422, "must be from 1 to 65536")
    refused(request("PUT", absent, {"vectors": {"size": 2, "distance": "cosine"}}), 400, "unknown variant `cosine`")
    refused(request("PUT", absent, {"vectors": {"distance": "Cosine"}}), 400, "missing field `size`")
    assert request("GET", f"{absent}/exists").json["result"] == {"exists": False}


@pytest.mark.parametrize(
    "point, message",
    [
        ({"id": 3, "vector": [1]}, "expected dim: 2, got 1"),
        ({"id": "x", "vector": [1, 0]}, "value x is not a valid point ID"),
        ({"id": -1, "vector": [1, 0]}, "value -1 is not a valid point ID"),
        ({"vector": [1, 0]}, "missing field `id`"),
        ({"id": 3}, "missing field `vector`"),
        ({"id": 3, "vector": [None, 0]}, "untagged enum VectorStruct"),
        ({"id": 3, "vector": "1, 0"}, "untagged enum VectorStruct"),
        ({"id": 3, "vector": {"absent": [1, 0]}}, "Not existing vector name error: absent"),
    ],
)
def test_points_refused(url: str, point: Any, message: str) -> None:
    refused(request("PUT", f"{url}/points?wait=true", {"points": [point]}), 400, message)


@pytest.mark.parametrize(
    "body, status, message",
    [
        ({"query": [1]}, 400, "expected dim: 2, got 1"),
        ({"query": [1, 0], "using": "absent"}, 400, "absent"),
        ({"query": [1, 0], "limit": 0}, 422, "limit: value 0 invalid, must be 1 or larger"),
        ({"query": 99}, 404, "No point with id 99 found"),
        ({"query": {"fusion": "sum"}}, 400, "unknown variant `sum`"),
    ],
)
def test_queries_refused(url: str, body: Any, status: int, message: str) -> None:
    refused(request("POST", f"{url}/points/query", body), status, message)


def test_bodies_refused(url: str) -> None:
    refused(request("POST", f"{url}/points/query", raw=b"{"), 400, "Format error in JSON body")
    refused(request("POST", f"{url}/points/query", raw=b"[]"), 400, "Format error in JSON body")
    refused(request("POST", f"{url}/points/delete", {}), 400, "untagged enum PointsSelector")
    refused(request("POST", f"{url}/points/payload", {"points": [1]}), 400, "missing field `payload`")
    limit = 32 << 20
    refused(
        request("PUT", f"{url}/points", raw=b" " * (limit + 1)),
        400,
        f"Payload error: JSON payload ({limit + 1} bytes) is larger than allowed (limit: {limit} bytes).",
    )


@pytest.mark.parametrize("path", ["/points/search", "/points/search/batch", "/points/recommend", "/nonsense"])
def test_routes_that_are_gone(url: str, path: str) -> None:
    answer = request("POST", f"{url}{path}", {"vector": [1, 0], "limit": 1})
    assert (answer.status, answer.content) == (404, b"")


def test_one_point(url: str) -> None:
    assert request("GET", f"{url}/points/1").json["result"]["payload"] == {"a": 1}
    refused(request("GET", f"{url}/points/99"), 404, "Point with id 99 does not exists!")
    refused(request("GET", f"{url}/points/x"), 400, "point id")


def test_wait(url: str) -> None:
    body = {"points": [2], "payload": {"b": 1}}
    assert request("POST", f"{url}/points/payload?wait=true", body).json["result"]["status"] == "completed"
    assert request("POST", f"{url}/points/payload", body).json["result"]["status"] == "acknowledged"


def test_keys(guarded: dict[str, str]) -> None:
    url, key = guarded["QDRANT_URL"], guarded["QDRANT_API_KEY"]
    for headers in ({}, {"api-key": "wrong"}, {"authorization": "Bearer wrong"}):
        answer = request("GET", f"{url}/collections", headers=headers)
        assert answer.status == 401 and answer.headers["content-type"].startswith("text/plain")
    for headers in ({"api-key": key}, {"authorization": f"Bearer {key}"}):
        assert request("GET", f"{url}/collections", headers=headers).status == 200
    for path in ("/", "/healthz", "/livez", "/readyz"):
        assert request("GET", url + path).status == 200


def test_an_older_version_has_no_facets(guarded: dict[str, str]) -> None:
    url, headers = guarded["QDRANT_URL"], {"api-key": guarded["QDRANT_API_KEY"]}
    assert request("GET", url).json["version"] == "1.11.3"
    collection = f"{url}/collections/old"
    request("PUT", collection, {"vectors": {"size": 2, "distance": "Dot"}}, headers)
    assert request("POST", f"{collection}/facet", {"key": "a"}, headers).status == 404
