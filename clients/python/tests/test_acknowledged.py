"""No memory that was acknowledged is lost: not to a provider that refuses, a Redis that is killed, or a dead worker.

Acknowledged is a save that has returned, and an `enqueue_save` that has.
"""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Iterator

import pytest
from conftest import StartWorker
from harness.engines import Engines
from harness.queue import Queue
from harness.store import Store
from harness.waiting import wait_for

from memory import MemoryManager

FAULTS = True

SAVES = 800
SECONDS = 200.0
REFUSING_SECONDS = 10

pytestmark = pytest.mark.timeout(500)


@pytest.fixture
def provider(engines: Engines) -> Iterator[str]:
    """Where its faults are commanded. After the test there are none."""
    root = engines.environment["OPENAI_BASE_URL"].removesuffix("/v1")
    yield root
    command(f"{root}/_ok")


def command(url: str) -> None:
    urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=10).close()


class Agents:
    """Many tasks of one manager, each of which saves, waits a little, and saves again."""

    TASKS = 20
    PAUSE_SECONDS = 0.05

    def __init__(self, manager: MemoryManager, tag: str, *, waits: bool) -> None:
        self.manager = manager
        self.tag = tag
        # Whether they wait for the memory, or for its being enqueued only.
        self.waits = waits
        # The ids of memories, or of jobs.
        self.acknowledged: list[str] = []

    async def run(self) -> None:
        await asyncio.gather(*(self._save(range(task, SAVES, self.TASKS)) for task in range(self.TASKS)))

    async def wait_for(self, count: int) -> None:
        while len(self.acknowledged) < count:
            await asyncio.sleep(0.01)
        assert len(self.acknowledged) < SAVES, "all was done before anything could be broken"

    async def _save(self, numbers: range) -> None:
        save = self.manager.save if self.waits else self.manager.enqueue_save
        for number in numbers:
            memory = ("agent_context", f"{self.tag} says {number}", {"tag": self.tag, "number": number})
            self.acknowledged.append(await save(*memory))
            await asyncio.sleep(self.PAUSE_SECONDS)

    def assert_nothing_is_lost(self, queue: Queue, store: Store) -> None:
        assert len(set(self.acknowledged)) == SAVES
        if not self.waits:
            results = queue.wait_for_results(self.acknowledged, seconds=SECONDS)
            assert {result["status"] for result in results.values()} == {"ok"}
        assert store.count("agent_context", {"tag": self.tag}) == SAVES
        queue.assert_clean()


@pytest.mark.parametrize("waits", [True, False])
async def test_a_provider_that_refuses(
    waits: bool, engines: Engines, queue: Queue, store: Store, start_worker: StartWorker, tag: str, provider: str
) -> None:
    """429 to everything for ten seconds."""
    start_worker()
    async with MemoryManager(engines.redis_url, timeout=SECONDS) as manager:
        agents = Agents(manager, tag, waits=waits)
        running = asyncio.create_task(agents.run())
        await agents.wait_for(100)
        command(f"{provider}/_fail?status=429&seconds={REFUSING_SECONDS}")
        await running
    agents.assert_nothing_is_lost(queue, store)


@pytest.mark.parametrize("waits", [True, False])
async def test_a_redis_that_is_killed(
    waits: bool, engines: Engines, queue: Queue, store: Store, start_worker: StartWorker, tag: str
) -> None:
    """Its append-only file is written before it answers; agents and worker go on by themselves."""
    start_worker()
    queue.redis.config_set("appendfsync", "always")
    async with MemoryManager(engines.redis_url, timeout=SECONDS) as manager:
        agents = Agents(manager, tag, waits=waits)
        running = asyncio.create_task(agents.run())
        await agents.wait_for(100)
        await asyncio.to_thread(engines.kill, "redis")
        await asyncio.sleep(1)
        await asyncio.to_thread(engines.restart, "redis")
        await running
    agents.assert_nothing_is_lost(queue, store)


@pytest.mark.parametrize("waits", [True, False])
async def test_a_worker_that_is_killed(
    waits: bool, engines: Engines, queue: Queue, store: Store, start_worker: StartWorker, tag: str, provider: str
) -> None:
    """With jobs in its hands, which another worker takes over."""
    worker = start_worker()
    async with MemoryManager(engines.redis_url, timeout=SECONDS) as manager:
        agents = Agents(manager, tag, waits=waits)
        running = asyncio.create_task(agents.run())
        await agents.wait_for(100)
        command(f"{provider}/_fail?kind=hang&seconds=60")
        await asyncio.to_thread(wait_for, "jobs to be held", lambda: queue.pending()["save"] > 0, seconds=30)
        worker.process.kill()
        command(f"{provider}/_ok")
        await asyncio.to_thread(start_worker)
        await running
    agents.assert_nothing_is_lost(queue, store)
