"""How many saves a second: Memoir and the plain client in turn, into the same engine with the same provider."""

from __future__ import annotations

import time
from collections.abc import Sequence

from harness import wire

from . import texts
from .bench import Bench
from .figures import print_rates

ROUND_SECONDS = 120.0
# That a producer sends in one go; the worker has begun with them while it makes the next.
JOBS_AT_A_TIME = 2_000
# Of a round, looked at afterwards.
RESULTS_CHECKED = 500


def measure(bench: Bench, rounds: int, saves: int) -> float:
    """Prints both rates and returns their ratio. Each round fills an empty collection, with texts of its own."""
    memoir_rates: list[float] = []
    plain_rates: list[float] = []
    for n in range(rounds):
        contents = [[texts.text(f"{who} {n}", i) for i in range(saves)] for who in ("one", "two")]
        runs = [(memoir_rates, save_with_memoir), (plain_rates, save_with_plain_client)]
        for (rates, run), those in zip(runs if n % 2 == 0 else reversed(runs), contents, strict=True):
            bench.empty()
            # The stub computes each vector once: now, so that it is not the stub that is measured.
            bench.plain.embed_all(those)
            rates.append(saves / run(bench, those))
            stored = bench.store.count(texts.COLLECTION)
            if stored != saves:
                raise RuntimeError(f"{stored} memories in the store after {saves} saves")
    ours = print_rates("saves, Memoir", memoir_rates)
    theirs = print_rates("saves, plain client", plain_rates)
    print(f"{'ratio':<28} {ours / theirs:>9.2f}", flush=True)
    return ours / theirs


def save_with_memoir(bench: Bench, contents: Sequence[str]) -> float:
    """Seconds from before the first job is pushed until the last has its result."""
    began = time.monotonic()
    jobs: list[wire.Job] = []
    for first in range(0, len(contents), JOBS_AT_A_TIME):
        jobs += [save_job(n, contents[n]) for n in range(first, min(first + JOBS_AT_A_TIME, len(contents)))]
        bench.queue.push(jobs[first:])
    bench.wait_until_done(ROUND_SECONDS)
    took = time.monotonic() - began
    results = bench.queue.results(job.id for job in jobs[-RESULTS_CHECKED:]).values()
    failed = [result for result in results if result["status"] != "ok"]
    if failed or len(results) != min(len(jobs), RESULTS_CHECKED):
        raise RuntimeError(f"not all saves were done: {failed[:1]}")
    return took


def save_job(n: int, content: str) -> wire.Job:
    job_id = f"{content[:60]}-{n}"
    return wire.save(job_id, content, collection=texts.COLLECTION, key=str(n), metadata=texts.metadata(n))


def save_with_plain_client(bench: Bench, contents: Sequence[str]) -> float:
    began = time.monotonic()
    bench.plain.save_all(contents)
    return time.monotonic() - began
