"""Searches on a fixed schedule while a backlog of bulk saves is worked off: through Memoir's Python client, and beside
them a sample of the same queries straight at the engine, from the same process.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator

from harness import memoir, wire

from memory import MemoryManager

from . import texts
from .bench import Bench, wait_while
from .direct import DirectStore
from .figures import Latency, print_latencies
from .plain import encode

TOP_K = 10
SEARCHES_A_SECOND = 200
# At the engine; few, since they are load that nobody asked for.
QUERIES_A_SECOND = 50
# Texts that are asked for in turn. Their embeddings are known after the first time.
QUESTIONS = 200
IDLE_SECONDS = 5.0
LONGEST_SECONDS = 90.0
PUSH_SECONDS = 60.0
# As Memoir asks on behalf of a job that names no tenant.
FILTER = {"must": [{"is_empty": {"key": "_memoir.tenant"}}]}
# What every memory scores at least. It differs from call to call, so that no answer of an earlier one is given again.
LEAST_SCORE = -1.0


class Searches:
    """Asked whether or not earlier ones are answered, and timed from when they were due: waiting counts."""

    def __init__(self, manager: MemoryManager, store: DirectStore, bodies: list[bytes]) -> None:
        self.manager = manager
        self.store = store
        self.bodies = bodies
        self.threshold = 0
        self.memoir: list[float] = []
        self.direct: list[float] = []
        self.jobs: list[str] = []

    async def through_memoir(self, n: int) -> None:
        self.threshold += 1
        job = f"backlog-search-{self.threshold}"
        self.jobs.append(job)
        score = LEAST_SCORE - self.threshold * 1e-6
        query = texts.question(n % QUESTIONS)
        found = await self.manager.search(texts.COLLECTION, query, TOP_K, score_threshold=score, job_id=job)
        check(len(found))

    async def straight(self, n: int) -> None:
        check(len(await self.store.query(texts.COLLECTION, self.bodies[n % QUESTIONS])))

    async def ask(self, goes_on: Callable[[], bool]) -> None:
        """Both kinds at once, while `goes_on`."""
        self.memoir, self.direct, self.jobs = [], [], []
        await asyncio.gather(
            on_schedule(SEARCHES_A_SECOND, 0.0, self.through_memoir, self.memoir, goes_on),
            on_schedule(QUERIES_A_SECOND, 0.5 / SEARCHES_A_SECOND, self.straight, self.direct, goes_on),
        )


def check(found: int) -> None:
    if found != TOP_K:
        raise RuntimeError(f"{found} results instead of {TOP_K}")


async def on_schedule(
    a_second: int,
    offset: float,
    call: Callable[[int], Awaitable[None]],
    times: list[float],
    goes_on: Callable[[], bool],
) -> None:
    async def timed(n: int, due: float) -> None:
        await call(n)
        times.append(time.perf_counter() - due)

    began = time.perf_counter() + offset
    n = 0
    async with asyncio.TaskGroup() as group:
        while goes_on():
            due = began + n / a_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(timed(n, due))
            n += 1


def measure(bench: Bench, backlog: int, memories: int) -> None:
    bench.empty()
    bench.plain.save_all([texts.text("searches", n) for n in range(memories)])
    asyncio.run(measure_searches(bench, backlog))


async def measure_searches(bench: Bench, backlog: int) -> None:
    manager = MemoryManager(bench.engines.redis_url)
    store = DirectStore(bench.engines.environment["QDRANT_URL"])
    searches = Searches(manager, store, query_bodies(bench))
    try:
        await manager.initialize()
        for n in range(QUESTIONS):
            await searches.through_memoir(n)
            await searches.straight(n)
        end = time.monotonic() + IDLE_SECONDS
        await searches.ask(lambda: time.monotonic() < end)
        report(bench, "no backlog", searches)
        await measure_under_backlog(bench, backlog, searches)
    finally:
        await manager.close()
        await store.close()


def query_bodies(bench: Bench) -> list[bytes]:
    vectors = bench.plain.embed([texts.question(n) for n in range(QUESTIONS)])
    query = {"limit": TOP_K, "with_payload": True, "filter": FILTER, "score_threshold": LEAST_SCORE}
    return [encode({"query": vector, **query}) for vector in vectors]


async def measure_under_backlog(bench: Bench, backlog: int, searches: Searches) -> None:
    """All of the backlog is there before the first of it is worked on."""
    lane = wire.lane_key("bulk")
    pause(bench, True)
    if (pushed := bench.queue.push(backlog_jobs(backlog))) != backlog:
        raise RuntimeError(f"{pushed} of {backlog} jobs pushed")
    pause(bench, False)
    wait_while(lambda: int(bench.queue.redis.xlen(lane)) == backlog, PUSH_SECONDS, 0.01, bench.queue.describe)
    first, began = int(bench.queue.redis.xlen(lane)), time.monotonic()
    left, looked = first, began

    def goes_on() -> bool:
        nonlocal left, looked
        if (now := time.monotonic()) - looked > 0.25:
            left, looked = int(bench.queue.redis.xlen(lane)), now
        return left > 0 and now - began < LONGEST_SECONDS

    await searches.ask(goes_on)
    took = time.monotonic() - began
    report(bench, f"backlog of {backlog:,}", searches)
    done = first - left
    print(f"{'bulk saves beside them':<28} {done / took:>9,.0f} a second   {done:,} in {took:.1f} s", flush=True)


def pause(bench: Bench, paused: bool) -> None:
    memoir.run("pause" if paused else "resume", "bulk", env=bench.environment).expect(0)


def backlog_jobs(count: int) -> Iterator[wire.Job]:
    for n in range(count):
        content = texts.text("the backlog", n)
        job = wire.save(f"backlog-{n}", content, collection=texts.BACKLOG_COLLECTION, key=str(n))
        yield wire.Job("bulk", job.fields)


def report(bench: Bench, name: str, searches: Searches) -> None:
    print(f"{SEARCHES_A_SECOND} searches a second, {name}", flush=True)
    print_latencies(Latency.of(searches.memoir), Latency.of(searches.direct), "straight at the engine")
    timings = [result["timings_ms"] for result in bench.queue.results(searches.jobs).values()]
    parts = ("queued", "embedding", "store", "total")
    medians = [f"{part} {statistics.median(each[part] for each in timings):.2f}" for part in parts]
    print(f"{'of it in the worker, median':<28} {'  '.join(medians)} ms", flush=True)
