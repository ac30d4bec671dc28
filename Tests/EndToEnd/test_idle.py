"""What a worker costs: next to nothing while it waits, and memory that does not grow with the backlog.

The bounds are those of a release build. A debug build is slower, not larger: it takes two to two and a half times the
processor's time, and may take three times as much.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import StartWorker
from harness import wire
from harness.memoir import Worker, is_release_build
from harness.queue import Queue

IDLE_SECONDS = 10.0
MOST_CORE_SHARE = 0.005
DEBUG_FACTOR = 3
SETTLE_SECONDS = 3.0

SMALL_BACKLOG, LARGE_BACKLOG = 1_000, 100_000
WORK_SECONDS = 20.0
MOST_MEMORY_BYTES = 150 * 1_000_000
MOST_GROWTH = 1.2


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads; proc(5), fields 14 and 15, counted after the name."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_memory_bytes(pid: int) -> int:
    """The most that was ever resident."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1_024
    raise AssertionError(f"no VmHWM for {pid}")


@pytest.fixture(autouse=True)
def empty_lanes(queue: Queue) -> Iterator[None]:
    """A backlog that was only there to be waited for is not worked off."""
    yield
    queue.redis.delete(*(wire.lane_key(lane) for lane in wire.LANES))


def test_idle_worker_uses_no_processor(start_worker: StartWorker) -> None:
    worker = start_worker()
    time.sleep(SETTLE_SECONDS)
    before = cpu_seconds(worker.pid)
    time.sleep(IDLE_SECONDS)
    share = (cpu_seconds(worker.pid) - before) / IDLE_SECONDS
    worker.assert_alive()
    assert share < MOST_CORE_SHARE * (1 if is_release_build() else DEBUG_FACTOR)


def work_on(backlog: int, tag: str, queue: Queue, start_worker: StartWorker) -> int:
    """The peak memory of a fresh worker that works on a backlog for some seconds, or until it is done."""
    queue.push(
        wire.Job("bulk", wire.save(f"{tag}-{n}", f"note {n} of {tag}", collection="notes", key=f"{n}").fields)
        for n in range(backlog)
    )
    worker: Worker = start_worker()
    end = time.monotonic() + WORK_SECONDS
    while time.monotonic() < end and queue.left() > 0:
        time.sleep(0.1)
    worker.assert_alive()
    assert queue.left() < backlog, worker.tail()
    peak = peak_memory_bytes(worker.pid)
    assert worker.terminate() == 0
    return peak


def test_memory_does_not_grow_with_the_backlog(queue: Queue, start_worker: StartWorker, tag: str) -> None:
    small = work_on(SMALL_BACKLOG, f"{tag}-small", queue, start_worker)
    large = work_on(LARGE_BACKLOG, f"{tag}-large", queue, start_worker)
    print(f"{'release' if is_release_build() else 'debug'} build: {small / 1e6:.1f} MB, then {large / 1e6:.1f} MB")
    assert large < MOST_MEMORY_BYTES
    assert large < small * MOST_GROWTH
