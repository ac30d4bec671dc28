"""How long a search takes that is asked alone: Memoir and the plain client in turn, for the same texts."""

from __future__ import annotations

import json
import time
from itertools import chain

from harness import wire

from . import texts
from .bench import Bench
from .figures import Latency, print_latencies

TOP_K = 10
WAIT_MILLISECONDS = 10_000
REPLIES = wire.replies_key("bench")


def measure(bench: Bench, searches: int, memories: int) -> None:
    """Both embed each text anew. The one that goes second finds it no warmer than the first: they change places."""
    bench.empty()
    bench.plain.save_all([texts.text("searches", n) for n in range(memories)])
    ours: list[float] = []
    theirs: list[float] = []
    seen = "0"
    for n in range(searches):
        query = texts.question(n)
        if n % 2 == 0:
            theirs.append(search_with_plain_client(bench, query))
        took, seen = search_with_memoir(bench, f"lone-{n}", query, seen)
        ours.append(took)
        if n % 2 == 1:
            theirs.append(search_with_plain_client(bench, query))
    print_latencies(Latency.of(ours), Latency.of(theirs))


def search_with_memoir(bench: Bench, job_id: str, query: str, seen: str) -> tuple[float, str]:
    """Seconds until the result is there and read, and the last entry of the stream of replies.

    One round trip: Redis keeps the GET until the reply has come, and the result is there by then.
    """
    job = wire.search(job_id, query, collection=texts.COLLECTION, top_k=TOP_K).changed(reply_to=REPLIES)
    began = time.perf_counter()
    pipeline = bench.queue.redis.pipeline(transaction=False)
    pipeline.execute_command("XADD", wire.lane_key(job.lane), "*", *chain.from_iterable(job.fields.items()))
    pipeline.xread({REPLIES: seen}, block=WAIT_MILLISECONDS, count=1)
    pipeline.get(wire.result_key(job_id))
    _, answer, raw = pipeline.execute()
    result = json.loads(raw) if raw else None
    took = time.perf_counter() - began
    if not answer or result is None or len(result["result"]["results"]) != TOP_K:
        raise RuntimeError(f"{job_id} was not done: {json.dumps(result)[:300]} {bench.queue.describe()}")
    entries = next(iter(answer.values()))[0] if isinstance(answer, dict) else answer[0][1]
    return took, entries[-1][0].decode()


def search_with_plain_client(bench: Bench, query: str) -> float:
    began = time.perf_counter()
    found = bench.plain.search(query, TOP_K)
    took = time.perf_counter() - began
    if len(found) != TOP_K:
        raise RuntimeError(f"{len(found)} results instead of {TOP_K}")
    return took
