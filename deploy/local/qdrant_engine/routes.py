"""Routes: method and path to an answer.

A route that the real server does not have, or that this one does not serve, answers None: a 404 with an
empty body. `/points/search` and its kin are among them on purpose; Qdrant removed them in 1.19.
"""

from __future__ import annotations

from typing import Any

from .collection import Collection
from .errors import call_engine, format_error, not_found, wrong_input
from .schemas import Json
from .storage import Storage

# The version that brought facets; a server that reports an older one answers 404.
FACET_SINCE = (1, 12)
# What is asked of the points with POST and changes nothing, by the rest of the path.
READS: list[list[str]] = [[], ["query"], ["query", "batch"], ["count"], ["scroll"]]


def required(body: Json, name: str) -> Any:
    if body.get(name) is None:
        raise format_error(f"missing field `{name}`")
    return body[name]


class Router:
    """Answers requests from `storage`, as a server of `version` would."""

    def __init__(self, storage: Storage, version: str) -> None:
        self.storage = storage
        self.version = version
        self.has_facets = tuple(int(part) for part in version.split(".")[:2]) >= FACET_SINCE

    async def answer(self, method: str, path: list[str], query: dict[str, str], body: Json) -> Any:
        """The `result` of the response, or None where there is no such route."""
        wait = query.get("wait") == "true"
        match (method, *path):
            case ("GET", "collections"):
                return {"collections": [{"name": name} for name in self.storage.names()]}
            case ("GET", "aliases") | ("GET", "collections", _, "aliases"):
                return {"aliases": []}
            case ("GET", "cluster"):
                return {"status": "disabled"}
            case ("GET", "telemetry"):
                return self.telemetry()
            case ("GET", "collections", name):
                return self.storage.get(name).info()
            case ("PUT", "collections", name):
                self.storage.create(name, dict(body))
                return True
            case ("PATCH", "collections", name):
                # Accepted and without effect: the engine's settings are fixed when a shard is made.
                self.storage.get(name)
                return True
            case ("DELETE", "collections", name):
                return await self.delete_collection(name)
            case ("GET", "collections", name, "exists"):
                return {"exists": name in self.storage.collections}
            case ("POST", "collections", name, "points", *rest) if rest in READS:
                return self.answer_read(self.storage.get(name), rest, body)
            case (_, "collections", name, *rest):
                return await self.answer_in_turn(name, method, rest, body, wait)
        return None

    async def delete_collection(self, name: str) -> bool:
        if name not in self.storage.collections:
            return self.storage.delete(name)
        async with self.storage.collections[name].writing:
            return self.storage.delete(name)

    async def answer_in_turn(self, name: str, method: str, path: list[str], body: Json, wait: bool) -> Any:
        """Waits for the changes under way, since this may be one."""
        async with self.storage.get(name).writing:
            # It may be gone by now.
            collection = self.storage.get(name)
            if path[:1] == ["points"]:
                return await self.answer_points(collection, method, path[1:], body, wait)
            return self.answer_collection(collection, method, path, body, wait)

    def telemetry(self) -> Json:
        return {
            "app": {"name": "qdrant", "version": self.version},
            "collections": {"number_of_collections": len(self.storage.collections)},
        }

    def answer_collection(self, collection: Collection, method: str, path: list[str], body: Json, wait: bool) -> Any:
        match (method, *path):
            case ("PUT", "index"):
                field = required(body, "field_name")
                if body.get("field_schema") is None:
                    # The real server would infer the type from stored payloads.
                    raise wrong_input("field_schema is required by the local engine")
                return collection.create_index(field, body["field_schema"], wait)
            case ("DELETE", "index", field):
                return collection.delete_index(field, wait)
            case ("POST", "facet") if self.has_facets:
                required(body, "key")
                return collection.facet(body)
            case ("POST", "optimize"):
                # Not a route of Qdrant: builds the index now, which stalls the server for seconds.
                return {"optimized": call_engine(collection.shard.optimize)}
        return None

    def answer_read(self, collection: Collection, path: list[str], body: Json) -> Any:
        match path:
            case []:
                required(body, "ids")
                return collection.retrieve(body)
            case ["query"]:
                return collection.query(body)
            case ["query", "batch"]:
                return collection.query_batch(required(body, "searches"))
            case ["count"]:
                return collection.count(body)
            case _:
                return collection.scroll(body)

    async def answer_points(self, collection: Collection, method: str, path: list[str], body: Json, wait: bool) -> Any:
        def change(operation: str, *arguments: Any) -> Json:
            return collection.change_selected(body, operation, arguments, wait)

        match (method, *path):
            case ("PUT",):
                return await collection.upsert(body, wait)
            case ("POST", "delete"):
                return change("delete_points")
            case ("POST", "payload"):
                return change("set_payload", required(body, "payload"), body.get("key"))
            case ("PUT", "payload"):
                return change("overwrite_payload", required(body, "payload"), body.get("key"))
            case ("POST", "payload", "delete"):
                return change("delete_payload", required(body, "keys"))
            case ("POST", "payload", "clear"):
                return change("clear_payload")
            case ("GET", identifier):
                return self.answer_one(collection, identifier)
        return None

    def answer_one(self, collection: Collection, identifier: str) -> Json:
        record = collection.retrieve_one(identifier)
        if record is None:
            raise not_found(f"Point with id {identifier} does not exists!")
        return record
