"""What was acknowledged is there after a SIGKILL."""

from __future__ import annotations

import threading
from http.client import HTTPException
from itertools import count

import redis
from conftest import Engines, is_running, request

BATCH = 32
ROUNDS = 3


def test_acknowledged_points_survive_a_kill(engines: Engines) -> None:
    url = engines.start("--only", "qdrant")["QDRANT_URL"] + "/collections/durable"
    request("PUT", url, {"vectors": {"size": 8, "distance": "Dot"}})
    request("PUT", f"{url}/index?wait=true", {"field_name": "n", "field_schema": {"type": "integer", "lookup": True}})
    acknowledged: list[int] = []
    batches = count()

    def write(enough: threading.Event) -> None:
        """Upserts until the server is gone."""
        while True:
            first = next(batches) * BATCH
            points = [{"id": first + i, "vector": [i] * 8, "payload": {"n": first + i}} for i in range(BATCH)]
            try:
                answer = request("PUT", f"{url}/points?wait=true", {"points": points})
            except (OSError, HTTPException):
                return
            assert answer.json["result"]["status"] == "completed"
            acknowledged.extend(range(first, first + BATCH))
            if len(acknowledged) % (20 * BATCH) == 0:
                enough.set()

    for _ in range(ROUNDS):
        enough = threading.Event()
        writer = threading.Thread(target=write, args=[enough])
        writer.start()
        assert enough.wait(20)
        engines.call("kill", "qdrant")
        writer.join(20)
        engines.call("restart", "qdrant")
        found = request("POST", f"{url}/points", {"ids": acknowledged, "with_payload": ["n"]}).json["result"]
        assert [record["payload"]["n"] for record in found] == acknowledged
    assert len(acknowledged) >= ROUNDS * 20 * BATCH
    schema = request("GET", url).json["result"]["payload_schema"]
    assert schema["n"]["params"] == {"type": "integer", "lookup": True}


def test_points_survive_a_stop(engines: Engines) -> None:
    url = engines.start("--only", "qdrant")["QDRANT_URL"] + "/collections/kept"
    request("PUT", url, {"vectors": {"size": 2, "distance": "Dot"}})
    request("PUT", f"{url}/points", {"points": [{"id": 1, "vector": [1, 2]}]})
    engines.call("stop")
    assert engines.start("--only", "qdrant")["QDRANT_URL"] + "/collections/kept" == url
    assert request("POST", f"{url}/points/count", {}).json["result"] == {"count": 1}


def test_redis_keeps_its_stream(engines: Engines) -> None:
    client = redis.Redis.from_url(engines.start("--only", "redis")["REDIS_URL"])
    for name, value in {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}.items():
        assert client.config_get(name) == {name: value}
    client.xadd("jobs", {"id": "1"})
    pid = engines.pid("redis")
    engines.call("kill", "redis")
    assert not is_running(pid)
    engines.call("restart", "redis")
    assert client.xlen("jobs") == 1
