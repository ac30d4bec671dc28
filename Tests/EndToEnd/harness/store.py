"""The vector store as its REST interface shows it."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

REQUEST_SECONDS = 30


class Store:
    def __init__(self, url: str, api_key: str | None) -> None:
        self.url = url.rstrip("/")
        self.headers = {"content-type": "application/json"} | ({"api-key": api_key} if api_key else {})

    def ask(self, method: str, path: str, body: object | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, self.headers, method=method)
        with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as response:
            return json.load(response)["result"]

    def collections(self) -> list[str]:
        return sorted(each["name"] for each in self.ask("GET", "/collections")["collections"])

    def count(self, collection: str, payload: dict[str, object] | None = None) -> int:
        """Points, exactly; with `payload` those that carry these values."""
        body: dict[str, object] = {"exact": True}
        if payload:
            must = [{"key": key, "match": {"value": value}} for key, value in payload.items()]
            body["filter"] = {"must": must}
        return int(self.ask("POST", f"/collections/{collection}/points/count", body)["count"])

    def points(self, collection: str, limit: int = 100, *, identities: list[str] | None = None) -> list[dict[str, Any]]:
        body: dict[str, object] = {"limit": limit, "with_payload": True, "with_vector": False}
        if identities is not None:
            body["filter"] = {"must": [{"has_id": identities}]}
        found: list[dict[str, Any]] = self.ask("POST", f"/collections/{collection}/points/scroll", body)["points"]
        return found
