"""The official client against the Qdrant engine: everything Memoir uses, checked against a second computation."""

from __future__ import annotations

import math
import random
import uuid

import pytest
from qdrant_client import QdrantClient, models

DIMENSIONS = 384
POINTS = 1_000
TENANTS = 10
EXTRA = str(uuid.UUID(int=77))

numbers = random.Random(5)
VECTORS = [[numbers.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in range(POINTS)]


def unit(vector: list[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector]


def payload(number: int) -> dict[str, object]:
    return {
        "tenant": f"t{number % TENANTS}",
        "price": number * 0.5,
        "number": number,
        "matched": number % 4 == 0,
        "at": f"2026-01-{number % 28 + 1:02d}T00:00:00Z",
        "nested": {"values": [1, 2, number]},
    }


def equals(key: str, value: str | int | bool) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def count(qdrant: QdrantClient, name: str, **clauses: object) -> int:
    return qdrant.count(name, count_filter=models.Filter(**clauses), exact=True).count


@pytest.fixture(scope="module")
def filled(qdrant: QdrantClient) -> str:
    """A collection with indexes and points, which the tests of this module only read."""
    name = "filled"
    assert qdrant.create_collection(
        name, vectors_config=models.VectorParams(size=DIMENSIONS, distance=models.Distance.COSINE)
    )
    keyword = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
    whole = models.IntegerIndexParams(type=models.IntegerIndexType.INTEGER, lookup=True, range=True)
    schemas = {"tenant": keyword, "number": whole, "price": "float", "at": "datetime", "matched": "bool"}
    for field, schema in schemas.items():
        assert qdrant.create_payload_index(name, field, field_schema=schema, wait=True).status == "completed"
    points = [models.PointStruct(id=index, vector=VECTORS[index], payload=payload(index)) for index in range(POINTS)]
    points.append(models.PointStruct(id=EXTRA, vector=VECTORS[0], payload={"tenant": "extra"}))
    for start in range(0, len(points), 256):
        assert qdrant.upsert(name, points[start : start + 256], wait=True).status == "completed"
    return name


@pytest.fixture
def small(qdrant: QdrantClient, request: pytest.FixtureRequest) -> str:
    """A collection of four points that a test may change."""
    name = f"small-{request.node.name}"
    qdrant.create_collection(name, vectors_config=models.VectorParams(size=2, distance=models.Distance.DOT))
    points = [models.PointStruct(id=index, vector=[index, 1], payload={"group": index % 2}) for index in range(4)]
    qdrant.upsert(name, points, wait=True)
    return name


def test_info(qdrant: QdrantClient, filled: str) -> None:
    info = qdrant.get_collection(filled)
    assert (info.status, info.points_count, info.config.params.vectors.size) == ("green", POINTS + 1, DIMENSIONS)
    schema = info.payload_schema
    assert set(schema) == {"tenant", "number", "price", "at", "matched"}
    assert (schema["tenant"].data_type, schema["tenant"].points, schema["tenant"].params.is_tenant) == (
        "keyword",
        POINTS + 1,
        True,
    )


def test_collections_and_existence(qdrant: QdrantClient, filled: str) -> None:
    assert filled in {collection.name for collection in qdrant.get_collections().collections}
    assert qdrant.collection_exists(filled)
    assert not qdrant.collection_exists("absent")


def test_version(qdrant: QdrantClient) -> None:
    assert qdrant.info().version == "1.19.0"


def test_stored_vectors_are_normalised(qdrant: QdrantClient, filled: str) -> None:
    stored = qdrant.retrieve(filled, [7], with_vectors=True)[0].vector
    assert stored == pytest.approx(unit(VECTORS[7]), abs=1e-5)


def test_retrieve_keeps_the_order_and_leaves_out_what_is_missing(qdrant: QdrantClient, filled: str) -> None:
    assert [record.id for record in qdrant.retrieve(filled, [9, EXTRA, 424_242, 3])] == [9, EXTRA, 3]
    assert qdrant.retrieve(filled, [9])[0].payload == payload(9)


def test_filtered_query_is_exact(qdrant: QdrantClient, filled: str) -> None:
    query = unit([numbers.gauss(0, 1) for _ in range(DIMENSIONS)])
    matching = [index for index in range(POINTS) if index % TENANTS == 3 and 100 <= index * 0.5 < 400]
    scores = {index: sum(a * b for a, b in zip(unit(VECTORS[index]), query, strict=True)) for index in matching}
    expected = sorted(matching, key=lambda index: -scores[index])[:5]
    within = models.FieldCondition(key="price", range=models.Range(gte=100, lt=400))
    points = qdrant.query_points(
        filled, query=query, query_filter=models.Filter(must=[equals("tenant", "t3"), within]), limit=5
    ).points
    assert [point.id for point in points] == expected
    assert [point.score for point in points] == pytest.approx([scores[index] for index in expected], abs=1e-4)
    assert points[0].payload is not None and points[0].payload["tenant"] == "t3"


@pytest.mark.parametrize("matched, expected", [(True, POINTS // 4), (False, POINTS - POINTS // 4)])
def test_booleans_match_booleans(qdrant: QdrantClient, filled: str, matched: bool, expected: int) -> None:
    assert count(qdrant, filled, must=[equals("matched", matched)]) == expected


def test_counts(qdrant: QdrantClient, filled: str) -> None:
    assert qdrant.count(filled).count == POINTS + 1
    day = models.DatetimeRange(gte="2026-01-10T00:00:00Z", lt="2026-01-11T00:00:00Z")
    days = sum(1 for index in range(POINTS) if index % 28 == 9)
    assert count(qdrant, filled, must=[models.FieldCondition(key="at", range=day)]) == days
    empty = models.IsEmptyCondition(is_empty=models.PayloadField(key="number"))
    assert count(qdrant, filled, must=[empty]) == 1
    either = models.FieldCondition(key="tenant", match=models.MatchAny(any=["t1", "t2"]))
    without = models.HasIdCondition(has_id=[1, 2, EXTRA])
    assert count(qdrant, filled, should=[either], must_not=[without]) == 2 * POINTS // TENANTS - 2
    nested = models.Filter(must=[equals("tenant", "t1"), models.Filter(must_not=[equals("number", 1)])])
    assert qdrant.count(filled, count_filter=nested).count == POINTS // TENANTS - 1
    two = models.MinShould(conditions=[equals("tenant", "t1"), equals("number", 1), equals("number", 11)], min_count=2)
    assert count(qdrant, filled, min_should=two) == 2
    assert count(qdrant, filled, must=[equals("nested.values[]", 500)]) == 1


def test_scroll_sees_every_point_once(qdrant: QdrantClient, filled: str) -> None:
    seen: list[object] = []
    offset = None
    while True:
        points, offset = qdrant.scroll(filled, limit=300, offset=offset, with_payload=["number"])
        seen += [point.id for point in points]
        if offset is None:
            break
    assert len(seen) == len(set(seen)) == POINTS + 1


def test_scroll_in_order(qdrant: QdrantClient, filled: str) -> None:
    points, _ = qdrant.scroll(filled, limit=3, order_by=models.OrderBy(key="number", direction="desc"))
    assert [point.id for point in points] == [POINTS - 1, POINTS - 2, POINTS - 3]


def test_query_by_id_leaves_that_point_out(qdrant: QdrantClient, filled: str) -> None:
    points = qdrant.query_points(filled, query=42, limit=3).points
    assert len(points) == 3 and all(point.id != 42 for point in points)


def test_query_batch(qdrant: QdrantClient, filled: str) -> None:
    requests = [models.QueryRequest(query=VECTORS[index], limit=1) for index in (5, 6)]
    assert [answer.points[0].id for answer in qdrant.query_batch_points(filled, requests)] == [5, 6]


def test_query_offset_and_threshold(qdrant: QdrantClient, filled: str) -> None:
    assert qdrant.query_points(filled, query=VECTORS[9], limit=3, offset=1).points[0].id != 9
    assert [point.id for point in qdrant.query_points(filled, query=VECTORS[9], score_threshold=0.99).points] == [9]


def test_fusion_and_recommendation(qdrant: QdrantClient, filled: str) -> None:
    branches = [models.Prefetch(query=VECTORS[index], limit=5) for index in (9, 10)]
    fused = qdrant.query_points(filled, prefetch=branches, query=models.FusionQuery(fusion=models.Fusion.RRF), limit=2)
    assert {point.id for point in fused.points} == {9, 10}
    examples = models.RecommendInput(positive=[1, 2], negative=[3])
    assert len(qdrant.query_points(filled, query=models.RecommendQuery(recommend=examples), limit=2).points) == 2


def test_facet(qdrant: QdrantClient, filled: str) -> None:
    hits = {hit.value: hit.count for hit in qdrant.facet(filled, "tenant", limit=20).hits}
    assert hits["t1"] == POINTS // TENANTS and hits["extra"] == 1


def test_payload_changes(qdrant: QdrantClient, small: str) -> None:
    assert qdrant.set_payload(small, {"tag": "x"}, points=[1, 2], wait=True).status == "completed"
    assert qdrant.retrieve(small, [1])[0].payload == {"group": 1, "tag": "x"}
    qdrant.delete_payload(small, ["tag"], points=[1], wait=True)
    assert qdrant.retrieve(small, [1])[0].payload == {"group": 1}
    qdrant.overwrite_payload(small, {"only": True}, points=models.Filter(must=[equals("tag", "x")]), wait=True)
    assert qdrant.retrieve(small, [2])[0].payload == {"only": True}


def test_upsert_replaces_and_batches(qdrant: QdrantClient, small: str) -> None:
    batch = models.Batch(ids=[1, EXTRA], vectors=[[5, 5], [6, 6]], payloads=[{"new": 1}, {}])
    qdrant.upsert(small, batch, wait=True)
    assert qdrant.retrieve(small, [1], with_vectors=True)[0].vector == [5, 5]
    assert qdrant.retrieve(small, [1])[0].payload == {"new": 1}
    assert qdrant.count(small).count == 5


def test_deletion(qdrant: QdrantClient, small: str) -> None:
    odd = models.Filter(must=[equals("group", 1)])
    assert qdrant.delete(small, models.FilterSelector(filter=odd), wait=True).status == "completed"
    assert [record.id for record in qdrant.retrieve(small, [0, 1, 2, 3])] == [0, 2]
    qdrant.delete(small, [0], wait=True)
    assert qdrant.count(small).count == 1


def test_index_deletion(qdrant: QdrantClient, small: str) -> None:
    qdrant.create_payload_index(small, "group", "integer", wait=True)
    assert "group" in qdrant.get_collection(small).payload_schema
    qdrant.delete_payload_index(small, "group", wait=True)
    assert qdrant.get_collection(small).payload_schema == {}


def test_named_and_sparse_vectors(qdrant: QdrantClient) -> None:
    qdrant.create_collection(
        "named",
        vectors_config={"dense": models.VectorParams(size=4, distance=models.Distance.DOT)},
        sparse_vectors_config={"sparse": models.SparseVectorParams()},
    )
    vectors = {"dense": [1, 0, 0, 0], "sparse": models.SparseVector(indices=[1, 5], values=[0.5, 1.0])}
    qdrant.upsert("named", [models.PointStruct(id=1, vector=vectors)], wait=True)
    sparse = models.SparseVector(indices=[5], values=[2.0])
    assert qdrant.query_points("named", query=sparse, using="sparse").points[0].score == 2.0
    dense = qdrant.query_points("named", query=[1, 0, 0, 0], using="dense", with_vectors=True).points[0].vector
    assert dense["dense"] == [1, 0, 0, 0]
    assert qdrant.delete_collection("named") and not qdrant.collection_exists("named")
    assert not qdrant.delete_collection("named")
