"""One collection: one shard of the engine, and the settings it was created with."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import qdrant_edge as edge

from .errors import call_engine, no_variant
from .filters import parse_filter
from .points import (
    PointId,
    parse_path_point_id,
    parse_payload_selector,
    parse_point_id,
    parse_points,
    parse_vector_selector,
    render_point_id,
    render_record,
    render_scored_point,
    split_points,
)
from .queries import QueryParser, parse_limit, parse_order_by
from .schemas import Json, parse_collection, parse_index, render_collection

SETTINGS_FILE = "collection.json"
SHARD_FOLDER = "shard"
# Of an upsert, handled in one go: then whoever waits to read has a turn.
POINTS_AT_A_TIME = 32


def write_settings(folder: Path, settings: Json) -> None:
    """Replaces the settings file in one step, so that a killed server never leaves half of one."""
    temporary = folder / f"{SETTINGS_FILE}.new"
    with open(temporary, "wb") as file:
        file.write(orjson.dumps(settings))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / SETTINGS_FILE)


class Collection:
    """A collection that is open. Its calls block the event loop: the engine holds Python's lock in each.

    Changes are made one after the other, in the order in which they came, by whoever holds `writing`; reads do not wait
    for them, as in the real server.
    """

    def __init__(self, folder: Path, settings: Json, shard: edge.EdgeShard) -> None:
        self.folder = folder
        self.settings = settings
        self.shard = shard
        self.operations = 0
        self.unflushed = False
        self.changed_at = time.monotonic()
        self.writing = asyncio.Lock()

    @classmethod
    def create(cls, folder: Path, settings: Json) -> Collection:
        """Makes a collection on disk. The settings file comes last: without it the folder does not count."""
        configuration = call_engine(parse_collection, settings)
        (folder / SHARD_FOLDER).mkdir(parents=True)
        shard = call_engine(edge.EdgeShard.create, str(folder / SHARD_FOLDER), configuration)
        write_settings(folder, settings)
        return cls(folder, settings, shard)

    @classmethod
    def load(cls, folder: Path) -> Collection:
        settings = orjson.loads((folder / SETTINGS_FILE).read_bytes())
        return cls(folder, settings, edge.EdgeShard.load(str(folder / SHARD_FOLDER)))

    def flush(self) -> None:
        if self.unflushed:
            self.shard.flush()
            self.unflushed = False

    def close(self) -> None:
        self.shard.flush()
        self.shard.close()

    def info(self) -> Json:
        return render_collection(self.settings, self.shard.info())

    # Changes. Each is in the engine's log before it returns, whatever `wait` says.

    def apply(self, operation: edge.UpdateOperation, wait: bool) -> Json:
        call_engine(self.shard.update, operation)
        self.operations += 1
        self.unflushed = True
        self.changed_at = time.monotonic()
        return {"operation_id": self.operations, "status": "completed" if wait else "acknowledged"}

    async def upsert(self, body: Json, wait: bool) -> Json:
        """Part by part, with a turn for reads after each. All points are looked at before the first is stored."""
        condition = parse_filter(body.get("update_filter"), "update_filter")
        points: list[edge.Point] = []
        for part in split_points(body, POINTS_AT_A_TIME):
            points += parse_points(part)
            await asyncio.sleep(0)
        result = self.apply(edge.UpdateOperation.upsert_points(points[:POINTS_AT_A_TIME], condition), wait)
        for start in range(POINTS_AT_A_TIME, len(points), POINTS_AT_A_TIME):
            await asyncio.sleep(0)
            part_of_points = points[start : start + POINTS_AT_A_TIME]
            result = self.apply(edge.UpdateOperation.upsert_points(part_of_points, condition), wait)
        return result

    def change_selected(self, body: Json, operation: str, arguments: Sequence[Any], wait: bool) -> Json:
        """Applies `operation` to the points that the body names, by `points` or by `filter`."""
        if body.get("points") is not None:
            selected: Any = [parse_point_id(item) for item in body["points"]]
            change = getattr(edge.UpdateOperation, operation)
        elif body.get("filter") is not None:
            selected = parse_filter(body["filter"])
            change = getattr(edge.UpdateOperation, f"{operation}_by_filter")
        else:
            raise no_variant("PointsSelector")
        return self.apply(call_engine(change, selected, *arguments), wait)

    def create_index(self, field: str, schema: Any, wait: bool) -> Json:
        result = self.apply(edge.UpdateOperation.create_field_index(field, parse_index(schema)), wait)
        self.settings.setdefault("indexes", {})[field] = schema
        write_settings(self.folder, self.settings)
        return result

    def delete_index(self, field: str, wait: bool) -> Json:
        result = self.apply(edge.UpdateOperation.delete_field_index(field), wait)
        if self.settings.get("indexes", {}).pop(field, None) is not None:
            write_settings(self.folder, self.settings)
        return result

    # Reads.

    def retrieve(self, body: Json) -> list[Json]:
        """The points asked for, in the order asked; those that are missing are left out."""
        identifiers = list(dict.fromkeys(parse_point_id(item) for item in body["ids"]))
        with_payload = parse_payload_selector(body.get("with_payload"), True)
        records = call_engine(self.shard.retrieve, identifiers, with_payload, parse_vector_selector(body))
        by_identifier = {str(record.id): record for record in records}
        found = (by_identifier.get(str(identifier)) for identifier in identifiers)
        return [render_record(record) for record in found if record is not None]

    def retrieve_one(self, text: str) -> Json | None:
        identifier: PointId = parse_path_point_id(text)
        records = call_engine(self.shard.retrieve, [identifier], True, True)
        return render_record(records[0]) if records else None

    def query(self, body: Json) -> Json:
        request = call_engine(QueryParser(self.shard).parse, body)
        return {"points": [render_scored_point(point) for point in call_engine(self.shard.query, request)]}

    def query_batch(self, bodies: list[Json]) -> list[Json]:
        requests = [call_engine(QueryParser(self.shard).parse, body) for body in bodies]
        if not requests:
            return []
        answers = call_engine(self.shard.query_batch, edge.QueryBatchRequest(requests))
        return [{"points": [render_scored_point(point) for point in points]} for points in answers]

    def count(self, body: Json) -> Json:
        request = edge.CountRequest(bool(body.get("exact", True)), parse_filter(body.get("filter")))
        return {"count": call_engine(self.shard.count, request)}

    def scroll(self, body: Json) -> Json:
        offset = body.get("offset")
        request = edge.ScrollRequest(
            None if offset is None else parse_point_id(offset),
            parse_limit(body.get("limit")),
            parse_filter(body.get("filter")),
            parse_payload_selector(body.get("with_payload"), True),
            parse_vector_selector(body),
            parse_order_by(body.get("order_by")),
        )
        records, following = call_engine(self.shard.scroll, request)
        return {
            "points": [render_record(record) for record in records],
            "next_page_offset": None if following is None else render_point_id(following),
        }

    def facet(self, body: Json) -> Json:
        limit = parse_limit(body.get("limit"))
        request = edge.FacetRequest(body["key"], limit, bool(body.get("exact")), parse_filter(body.get("filter")))
        hits = call_engine(self.shard.facet, request).hits
        return {"hits": [{"value": hit.value, "count": hit.count} for hit in hits]}

    def needs_optimizing(self, idle_seconds: float, points: int) -> bool:
        """Whether nothing changed for a while and most of more than `points` points have no index yet."""
        if time.monotonic() - self.changed_at < idle_seconds:
            return False
        info = self.shard.info()
        return info.points_count > points and info.indexed_vectors_count < info.points_count * 0.8
