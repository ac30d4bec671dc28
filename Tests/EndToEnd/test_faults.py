"""Each engine missing, killed and restarted, or refusing the key: the worker says so, waits, and loses nothing.

An engine stays away for some seconds; with MEMOIR_LONG=1 for a minute.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from conftest import StartWorker
from harness import wire
from harness.engines import Engines, Name
from harness.queue import Queue
from harness.store import Store
from harness.waiting import wait_for
from harness.wire import Job

API_KEYS = True

IS_LONG = os.environ.get("MEMOIR_LONG") == "1"
AWAY_SECONDS = 60.0 if IS_LONG else 8.0
# From the return of an engine: the longest pause between two tries, and the work itself.
RECOVERY_SECONDS = 120.0
# A stop has the drain deadline of memoir.yaml, and some seconds to give back what it could not finish.
STOP_SECONDS = 15.0
LOAD = 10_000

NAMES: tuple[Name, ...] = ("redis", "qdrant", "embeddings")
EVENTS: dict[Name, str] = {
    "redis": "redis_connection_failed",
    "qdrant": "qdrant_unavailable",
    "embeddings": "embedding_generation_failed",
}
KEY_VARIABLES: dict[Name, str] = {"qdrant": "QDRANT_API_KEY", "embeddings": "OPENAI_API_KEY"}


def saves(tag: str, count: int, *, lane: str = "save") -> list[Job]:
    jobs = (wire.save(f"{tag}-{n}", f"note {n} of {tag}", collection="notes", key=f"{tag}-{n}") for n in range(count))
    return [Job(lane, job.fields) for job in jobs]


def finished(queue: Queue) -> tuple[int, int]:
    """Jobs counted as done well, and jobs counted otherwise."""
    counters = {name: int(value) for name, value in queue.stats().items() if name.startswith("finished:")}
    good = sum(count for name, count in counters.items() if name.startswith("finished:ok:"))
    return good, sum(counters.values()) - good


class Load:
    """A heap of saves, and what must be true once all of them are done."""

    def __init__(self, tag: str, queue: Queue, store: Store) -> None:
        self.jobs = saves(tag, LOAD, lane="bulk")
        self.queue = queue
        self.store = store
        self.points = store.count("notes")
        self.good, self.bad = finished(queue)
        queue.push(self.jobs)

    def wait_until_under_way(self) -> None:
        wait_for("the load to be under way", lambda: self.queue.left() < LOAD - 200, seconds=60)
        assert self.queue.left() > 0, "the load was done before anything could be broken"

    def assert_done(self, seconds: float = RECOVERY_SECONDS) -> None:
        results = self.queue.wait_for_results([job.id for job in self.jobs], seconds=seconds)
        assert {result["status"] for result in results.values()} == {"ok"}
        assert self.store.count("notes") == self.points + LOAD
        good, bad = finished(self.queue)
        assert (good - self.good, bad - self.bad) == (LOAD, 0)
        self.queue.assert_clean()


@pytest.fixture
def load(tag: str, queue: Queue, store: Store) -> Load:
    return Load(tag, queue, store)


@pytest.fixture(autouse=True)
def engines_back(engines: Engines, queue: Queue) -> Iterator[None]:
    """Whatever a test has done to them, the next one, and the end of this one's queue, find all engines running."""
    del queue  # Named, so that it ends after this.
    yield
    for name in NAMES:
        if f"{name:<12}running" not in engines.status():
            engines.restart(name)


@pytest.mark.parametrize("name", NAMES)
def test_engine_missing_at_the_start(
    name: Name, engines: Engines, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    jobs = saves(tag, 50)
    queue.push(jobs)
    engines.wait_until_written(queue)
    engines.kill(name)
    worker = start_worker(wait=False)

    event = worker.wait_for_event(EVENTS[name])
    assert "refused" in event.lower() or "connect" in event.lower().replace(EVENTS[name], ""), event
    time.sleep(2)
    worker.assert_alive()

    engines.restart(name)
    results = queue.wait_for_results([job.id for job in jobs], seconds=RECOVERY_SECONDS)
    assert {result["status"] for result in results.values()} == {"ok"}
    queue.assert_clean()
    assert worker.terminate() == 0


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", NAMES)
def test_engine_killed_under_load(
    name: Name, engines: Engines, queue: Queue, start_worker: StartWorker, load: Load
) -> None:
    engines.wait_until_written(queue)
    worker = start_worker()
    load.wait_until_under_way()
    engines.kill(name)
    worker.wait_for_event(EVENTS[name])
    time.sleep(AWAY_SECONDS)
    worker.assert_alive()
    engines.restart(name)
    load.assert_done()
    assert worker.terminate() == 0


def test_log_of_an_outage_stays_readable(engines: Engines, queue: Queue, start_worker: StartWorker, tag: str) -> None:
    """An engine that is away is reported, not shouted about: the log grows by lines, not by thousands."""
    queue.push(saves(tag, 1_000))
    engines.kill("qdrant")
    worker = start_worker()
    worker.wait_for_event(EVENTS["qdrant"])
    time.sleep(5)
    assert len(worker.lines) < 200, worker.tail()
    engines.restart("qdrant")
    queue.wait_for_results([f"{tag}-{n}" for n in range(1_000)], seconds=RECOVERY_SECONDS)


@pytest.mark.parametrize("name", list(KEY_VARIABLES))
def test_wrong_key_stops_the_work_and_fails_no_job(
    name: Name, engines: Engines, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    variable = KEY_VARIABLES[name]
    right, wrong = engines.environment[variable], "not-the-key-0123456789"
    jobs = saves(tag, 200)
    ids = [job.id for job in jobs]
    queue.push(jobs)
    worker = start_worker({variable: wrong}, wait=False)

    worker.wait_for_event(EVENTS[name], containing=["invalid_api_key"])
    time.sleep(3)
    worker.assert_alive()
    assert queue.results(ids) == {}
    assert queue.left() == len(jobs)
    assert queue.dead() == 0

    try:
        engines.restart_with_key(name, wrong)
        results = queue.wait_for_results(ids, seconds=RECOVERY_SECONDS)
        assert {result["status"] for result in results.values()} == {"ok"}
        assert {result["attempts"] for result in results.values()} == {1}
        queue.assert_clean()
        assert not [line for line in worker.lines if wrong in line]
        assert worker.terminate() == 0
    finally:
        engines.restart_with_key(name, right)


@pytest.mark.parametrize("name", ["qdrant", "embeddings"])
def test_deadline_that_passes_in_an_outage_is_answered_in_it(
    name: Name, engines: Engines, queue: Queue, store: Store, start_worker: StartWorker, tag: str
) -> None:
    """Whoever waits for an answer learns in time that there will be none, and the work is not done later."""
    points = store.count("notes")
    worker = start_worker()
    engines.kill(name)
    deadline = str(int(time.time() * 1_000) + 2_000)
    urgent = [job.changed(deadline=deadline) for job in saves(f"{tag}-urgent", 50)]
    patient = saves(f"{tag}-patient", 50)
    queue.push([*urgent, *patient])
    worker.wait_for_event(EVENTS[name])

    ids = [job.id for job in urgent]
    wait_for("the urgent jobs' answers", lambda: len(queue.results(ids)) == len(ids), seconds=30, seen=queue.describe)
    assert {result["status"] for result in queue.results(ids).values()} == {"expired"}
    assert queue.results(job.id for job in patient) == {}

    engines.restart(name)
    results = queue.wait_for_results([job.id for job in patient], seconds=RECOVERY_SECONDS)
    assert {result["status"] for result in results.values()} == {"ok"}
    assert store.count("notes") == points + len(patient)
    queue.assert_clean()


def test_stop_under_load_leaves_the_rest_to_the_next(queue: Queue, start_worker: StartWorker, load: Load) -> None:
    first = start_worker()
    load.wait_until_under_way()
    began = time.monotonic()
    assert first.terminate(seconds=STOP_SECONDS * 2) == 0
    assert time.monotonic() - began < STOP_SECONDS
    assert first.events("worker_stopped")
    assert queue.left() > 0, "what was not finished is still there"

    start_worker()
    load.assert_done()


@pytest.mark.parametrize("name", NAMES)
def test_stop_while_an_engine_is_away(
    name: Name, engines: Engines, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    """Whoever stops a fleet in an outage does not wait for the outage to end."""
    jobs = saves(tag, 100)
    queue.push(jobs)
    engines.wait_until_written(queue)
    engines.kill(name)
    worker = start_worker(wait=False)
    worker.wait_for_event(EVENTS[name])
    began = time.monotonic()
    assert worker.terminate(seconds=STOP_SECONDS * 2) == 0
    assert time.monotonic() - began < STOP_SECONDS
    engines.restart(name)

    start_worker()
    results = queue.wait_for_results([job.id for job in jobs], seconds=RECOVERY_SECONDS)
    assert {result["status"] for result in results.values()} == {"ok"}
    queue.assert_clean()
