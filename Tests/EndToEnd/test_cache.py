"""A text is embedded once, whoever wants it and however often, and what that saves is told."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Environment, StartWorker
from harness import memoir, wire
from harness.engines import Engines, running
from harness.queue import Queue

TEXTS = 3_000
SAME = 1_000
SECONDS = 120


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with running("stub", faults=True) as started:
        memoir.run("bootstrap", env=memoir.environment(started.environment)).expect(0)
        yield started


def calls(engines: Engines) -> int:
    """Embedding calls so far."""
    url = engines.environment["OPENAI_BASE_URL"].removesuffix("/v1") + "/_stats"
    with urllib.request.urlopen(url, timeout=10) as answer:
        count: int = json.load(answer)["calls"]
        return count


def cache(env: Environment) -> dict[str, Any]:
    figures: dict[str, Any] = memoir.run("stats", "--json", env=env).expect(0).json()["cache"]["embedding"]
    return figures


def save_all(queue: Queue, run: str, tag: str) -> list[dict[str, Any]]:
    jobs = [wire.save(f"{tag}-{run}-{n}", f"text {n} of {tag}", collection="notes") for n in range(TEXTS)]
    queue.push(jobs)
    answers = queue.wait_for_results([job.id for job in jobs], seconds=SECONDS)
    assert all(answer["status"] == "ok" for answer in answers.values())
    return [answers[job.id]["result"] for job in jobs]


def test_the_second_run_asks_for_nothing(
    engines: Engines, env: Environment, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    first_worker = start_worker()
    first = save_all(queue, "first", tag)
    assert first_worker.terminate() == 0
    # Another process, with nothing in its memory: what it knows is in Redis.
    second_worker = start_worker()
    called, before = calls(engines), cache(env)
    second = save_all(queue, "second", tag)
    # Counters are written within a second, and at the end.
    assert second_worker.terminate() == 0
    after = cache(env)
    assert calls(engines) == called
    assert after["misses"] == before["misses"]
    assert after["hits"] == before["hits"] + TEXTS
    assert [answer["id"] for answer in second] == [answer["id"] for answer in first]
    assert all(answer["deduped"] for answer in second)
    assert not any(answer["deduped"] for answer in first)


def test_a_thousand_saves_of_one_text_make_one_call(
    engines: Engines, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    start_worker()
    called = calls(engines)
    jobs = [
        wire.save(f"{tag}-{n}", f"the one text of {tag}", collection="notes", key=f"{tag}-{n}") for n in range(SAME)
    ]
    queue.push(jobs)
    answers = queue.wait_for_results([job.id for job in jobs], seconds=SECONDS)
    assert all(answer["status"] == "ok" for answer in answers.values())
    assert len({answer["result"]["id"] for answer in answers.values()}) == SAME
    assert calls(engines) == called + 1
