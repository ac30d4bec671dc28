"""Points: ids, vectors and payloads, from JSON and back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import qdrant_edge as edge

from .errors import SHAPE_ERRORS, RequestError, format_error, no_variant, validation_error, wrong_input

PointId = int | uuid.UUID


def parse_point_id(value: Any) -> PointId:
    """An unsigned 64-bit integer or a UUID; anything else is refused."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64:
        return value
    if isinstance(value, str):
        try:
            return uuid.UUID(value)
        except ValueError:
            pass
    raise format_error(f"value {value} is not a valid point ID, valid values are either an unsigned integer or a UUID")


def parse_path_point_id(text: str) -> PointId:
    """The point id of a path, with the words the real server has for a bad one."""
    try:
        return parse_point_id(int(text) if text.isdigit() else text)
    except RequestError:
        raise wrong_input(f'Can not recognize "{text}" as point id') from None


def render_point_id(value: PointId | str) -> int | str:
    return value if isinstance(value, int) else str(value)


def parse_vector(value: Any) -> Any:
    """A dense vector, a list of them, a sparse vector, or a mapping of names to any of these."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        if set(value) == {"indices", "values"}:
            return edge.SparseVector(value["indices"], value["values"])
        return {name: parse_vector(item) for name, item in value.items()}
    raise no_variant("VectorStruct")


def render_vector(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: render_vector(item) for name, item in value.items()}
    if isinstance(value, edge.SparseVector):
        return {"indices": value.indices, "values": value.values}
    return value


def split_points(body: dict[str, Any], most: int) -> Iterator[dict[str, Any]]:
    """Bodies that are the same upsert in parts; points that are given column by column stay together."""
    points = body.get("points")
    if not isinstance(points, list) or len(points) <= most:
        yield body
        return
    for start in range(0, len(points), most):
        yield {"points": points[start : start + most]}


def parse_points(body: dict[str, Any]) -> list[edge.Point]:
    """The points of an upsert, given one by one (`points`) or column by column (`batch`)."""
    if isinstance(body.get("points"), list):
        return [parse_point(item) for item in body["points"]]
    if isinstance(body.get("batch"), dict):
        return parse_batch(body["batch"])
    raise no_variant("PointInsertOperations")


def parse_point(value: dict[str, Any]) -> edge.Point:
    for name in ("id", "vector"):
        if name not in value:
            raise format_error(f"missing field `{name}`")
    return make_point(parse_point_id(value["id"]), value["vector"], value.get("payload"))


def make_point(identifier: PointId, vector: Any, payload: Any) -> edge.Point:
    if payload is not None and not isinstance(payload, dict):
        raise format_error("invalid type: expected a map for the payload")
    try:
        return edge.Point(identifier, parse_vector(vector), payload)
    except SHAPE_ERRORS as error:
        raise no_variant("VectorStruct") from error


def parse_batch(batch: dict[str, Any]) -> list[edge.Point]:
    identifiers = [parse_point_id(item) for item in batch["ids"]]
    vectors = batch["vectors"]
    if isinstance(vectors, dict):
        if any(len(column) != len(identifiers) for column in vectors.values()):
            raise validation_error("batch: number of ids and vectors must be equal")
        vectors = [{name: column[row] for name, column in vectors.items()} for row in range(len(identifiers))]
    payloads = batch.get("payloads") or [None] * len(identifiers)
    if len(vectors) != len(identifiers) or len(payloads) != len(identifiers):
        raise validation_error("batch: number of ids, vectors and payloads must be equal")
    return [make_point(*row) for row in zip(identifiers, vectors, payloads, strict=True)]


def parse_payload_selector(value: Any, default: bool) -> Any:
    """`with_payload`: a flag, a list of keys, or keys to include or exclude."""
    if value is None:
        return default
    if isinstance(value, (bool, list)):
        return value
    if isinstance(value, dict) and value.get("include") is not None:
        return edge.PayloadSelector.Include(value["include"])
    if isinstance(value, dict) and value.get("exclude") is not None:
        return edge.PayloadSelector.Exclude(value["exclude"])
    raise no_variant("WithPayloadInterface")


def parse_vector_selector(body: dict[str, Any]) -> Any:
    """`with_vector`, under either of the names that the real server takes."""
    value = body.get("with_vector", body.get("with_vectors"))
    return False if value is None else value


def render_record(record: edge.Record) -> dict[str, Any]:
    """A retrieved or scrolled point."""
    rendered = {"id": render_point_id(record.id), "payload": record.payload}
    return rendered | optional_parts(record)


def render_scored_point(point: edge.ScoredPoint) -> dict[str, Any]:
    """A point that a query found."""
    rendered: dict[str, Any] = {"id": render_point_id(point.id), "version": point.version, "score": point.score}
    if point.payload is not None:
        rendered["payload"] = point.payload
    return rendered | optional_parts(point)


def optional_parts(point: Any) -> dict[str, Any]:
    parts = {}
    if point.vector is not None:
        parts["vector"] = render_vector(point.vector)
    if point.order_value is not None:
        parts["order_value"] = point.order_value
    return parts
