"""A thousand managers wait at once, each with a stream and connections of its own: what they cost, and leave behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import StartWorker
from harness import wire
from harness.engines import Engines
from harness.memoir import Worker
from harness.queue import Queue
from harness.waiting import wait_for

FAULTS = True

PROCESSES = 4
CLIENTS = 250
WATCHED_SECONDS = 6.0
# At least as long as a blocking read lasts; with it each client may begin at most two while it is watched.
READS = 2
GROWTH_KIB = 65_536

CLIENT = """
import asyncio, sys

from memory import MemoryManager


async def main(name, count):
    managers = [MemoryManager(timeout=300) for _ in range(count)]
    waiting = [asyncio.create_task(each.search("agent_context", f"{name} {at}")) for at, each in enumerate(managers)]
    results = await asyncio.gather(*waiting)
    print(sum(isinstance(each, list) for each in results), flush=True)
    await asyncio.gather(*(each.close() for each in managers))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@pytest.fixture
def clients(client_environment: dict[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CLIENT, str(at), str(CLIENTS)],
            env=client_environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        for at in range(PROCESSES)
    ]
    yield started
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def calls(redis: Any) -> dict[str, int]:
    return {name.removeprefix("cmdstat_"): each["calls"] for name, each in redis.info("commandstats").items()}


def resident_kib(worker: Worker) -> int:
    with open(f"/proc/{worker.pid}/status") as status:
        (line,) = (line for line in status if line.startswith("VmRSS:"))
    return int(line.split()[1])


def command(engines: Engines, route: str) -> None:
    root = engines.environment["OPENAI_BASE_URL"].removesuffix("/v1")
    urllib.request.urlopen(urllib.request.Request(f"{root}/{route}", method="POST"), timeout=10).close()


@pytest.mark.timeout(500)
def test_a_thousand_clients(
    engines: Engines, queue: Queue, start_worker: StartWorker, clients: list[subprocess.Popen[str]]
) -> None:
    lane = wire.lane_key("search")
    total = PROCESSES * CLIENTS
    wait_for("all jobs to be there", lambda: queue.redis.xlen(lane) == total, seconds=120, seen=queue.describe)
    # Those that were still connecting read for the first time.
    time.sleep(1)

    queue.redis.config_resetstat()
    time.sleep(WATCHED_SECONDS)
    watched = calls(queue.redis)
    reads = watched.pop("xread", 0)
    assert set(watched) <= {"config|resetstat", "info"}, watched
    assert reads <= READS * total

    # One process dies while it waits; its jobs are answered all the same.
    clients[0].send_signal(signal.SIGKILL)
    clients[0].wait()

    command(engines, "_fail?kind=hang&seconds=300")
    worker = start_worker()
    idle = resident_kib(worker)
    wait_for("jobs to be held", lambda: queue.pending()["search"] > 0, seconds=60)
    time.sleep(WATCHED_SECONDS)
    assert resident_kib(worker) - idle < GROWTH_KIB
    command(engines, "_ok")

    for process in clients[1:]:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{CLIENTS}\n"
        assert process.wait(60) == 0
    wait_for("all jobs to be done", lambda: queue.left() == 0, seconds=120, seen=queue.describe)
    # What the dead ones leave has a time to live, like all else, which the fixture `queue` checks.
    streams = queue.redis.keys(wire.replies_key("*"))
    assert len(streams) == CLIENTS
    assert all(0 < queue.redis.ttl(stream) <= 3_600 for stream in streams)
