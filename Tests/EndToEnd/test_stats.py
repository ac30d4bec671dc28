"""The figures of the whole system: asked for on the wire and on the command line."""

from __future__ import annotations

import datetime
from typing import Any

from conftest import Environment, StartWorker
from harness import memoir, wire
from harness.engines import Engines
from harness.queue import Queue
from harness.status import OK

SECTIONS = {"cache", "collections", "lanes", "delayed", "dead", "workers", "provider", "cost", "counters"}


def ask(queue: Queue, job_id: str, *, seconds: float = 30) -> dict[str, Any]:
    """As a client does: on the lane `search`."""
    queue.redis.xadd(wire.lane_key("search"), {"v": "1", "id": job_id, "type": "stats"})
    answer = queue.wait_for_results([job_id], seconds=seconds)[job_id]
    assert answer["status"] == "ok", answer
    assert answer["type"] == "stats"
    figures: dict[str, Any] = answer["result"]
    return figures


def command_line(env: Environment) -> dict[str, Any]:
    figures: dict[str, Any] = memoir.run("stats", "--json", env=env).expect(OK).json()
    return figures


def test_the_same_on_the_wire_and_on_the_command_line(
    env: Environment, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    worker = start_worker()
    memoir.run("save", "--collection", "notes", f"a text {tag}", env=env).expect(OK)
    by_wire, by_command = ask(queue, tag), command_line(env)
    for figures in (by_wire, by_command):
        assert set(figures) >= SECTIONS
        assert figures["collections"]["notes"]["points_count"] >= 1
        assert figures["collections"]["notes"]["status"] in {"green", "yellow"}
        assert figures["provider"]["circuit"] == "closed"
        assert [each["pid"] for each in figures["workers"]] == [worker.pid]
        assert len(figures["cost"]["days"]) == 30
        assert figures["cost"]["days"][0]["day"] == datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    assert by_wire["collections"] == by_command["collections"]
    assert by_wire["provider"]["model"] == by_command["provider"]["model"]


def test_cache_and_cost_are_told(env: Environment, queue: Queue, start_worker: StartWorker, tag: str) -> None:
    start_worker()
    counters = {f"cache:embedding:{name}": value for name, value in {"hits": 30, "misses": 10}.items()}
    before = command_line(env)["cache"]
    for name, value in counters.items():
        queue.redis.hincrby(wire.STATS, name, value)
    day = f"{wire.PARTITION}cost:{datetime.datetime.now(datetime.timezone.utc).date().isoformat()}"
    queue.redis.hincrby(day, f"nanodollars:tenant:{tag}", 5_000_000_000_000)
    queue.redis.expire(day, 1_000)
    for figures in (ask(queue, tag), command_line(env)):
        assert figures["cache"]["total_requests"] >= before["total_requests"] + 40
        assert 0 <= figures["cache"]["hit_rate_percent"] <= 100
        assert figures["cost"]["by_tenant"][tag]["dollars"] == 5_000
    text = memoir.run("stats", env=env).expect(OK).output
    assert f"tenant {tag}  $5000.00" in text
    assert "cache" in text
    name, line, *_ = text.partition("workers: ")[2].splitlines()[1:]
    assert "=" not in name and "=" in line
    assert max(map(len, text.splitlines())) <= 120


def test_qdrant_away_holds_nothing_up(
    engines: Engines, env: Environment, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    start_worker()
    engines.kill("qdrant")
    try:
        for figures in (ask(queue, tag, seconds=20), command_line(env)):
            assert {each["status"] for each in figures["collections"].values()} == {"unknown"}
            assert all(each["error"] for each in figures["collections"].values())
        assert "unknown" in memoir.run("stats", env=env).expect(OK).output
    finally:
        engines.restart("qdrant")
