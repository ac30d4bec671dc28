"""Against real engines and a real worker: what agents call, and what they do not notice."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys

import pytest
from conftest import StartWorker
from harness import memoir
from harness.engines import Engines
from harness.queue import Queue
from harness.waiting import wait_for

from memory import Expired, InvalidJob, JobFailed, MemoryManager, TimedOut

# As the owner's agents have it, word for word; then what it is expected to give.
EXAMPLE = """
import asyncio

from memory import MemoryManager


async def main():
    manager = MemoryManager()
    await manager.initialize()
    await manager.save(
        collection="invoices",
        content="Invoice from SNCB for train ticket €22.70",
        metadata={"vendor_name": "SNCB", "amount": 22.70, "matched": False},
    )
    results = await manager.search(
        collection="invoices", query="SNCB train ticket", top_k=3, filters={"matched": False}
    )
    for result in results:
        print(result["score"] > 0, result["payload"]["vendor_name"], result["payload"]["amount"])
        print(result["payload"]["content"])
    stats = await manager.get_system_stats()
    print(stats["cache"]["hit_rate_percent"] >= 0, stats["cache"]["total_requests"] >= 0)
    print(stats["collections"]["invoices"]["points_count"])


asyncio.run(main())
"""
EXPECTED = """True SNCB 22.7
Invoice from SNCB for train ticket €22.70
True True
1
"""

# A client that says when it waits for many results, and is killed then.
VICTIM = """
import asyncio, sys

from memory import MemoryManager


async def main():
    manager = MemoryManager()
    await manager.save("agent_context", "one that is answered")
    waiting = [asyncio.create_task(manager.save("agent_context", f"text {at}", lane="bulk")) for at in range(2000)]
    await asyncio.sleep(0.2)
    print(manager._jobs.session.replies.stream, flush=True)
    await asyncio.gather(*waiting)
    await asyncio.sleep(60)


asyncio.run(main())
"""


def program(text: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-c", text],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_example_as_it_stands(client_environment: dict[str, str], queue: Queue, start_worker: StartWorker) -> None:
    start_worker()
    process = program(EXAMPLE, client_environment)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert output == EXPECTED
    # Not even of a manager that was not closed.
    assert errors == ""


async def test_all_calls(engines: Engines, queue: Queue, start_worker: StartWorker, tag: str) -> None:
    start_worker()
    async with MemoryManager(engines.redis_url) as manager:
        first = await manager.save("invoices", f"{tag} hotel in Lyon", {"matched": False}, key=tag)
        assert first == await manager.save("invoices", f"{tag} hotel in Paris", {"matched": True}, key=tag)
        (found,) = await manager.search("invoices", "hotel", filters={"_memoir.key": tag})
        assert found["id"] == first and found["payload"]["matched"] is True
        assert await manager.search("invoices", "hotel", score_threshold=0.999) == []
        assert (await manager.get("invoices", key=tag)) == (await manager.get("invoices", memory_id=first))
        assert await manager.get("invoices", key=f"{tag} other") is None
        again = await manager.save("invoices", f"{tag} hotel in Paris", {"matched": True}, key=tag)
        assert again == first and again.deduped and not first.deduped
        vector = await manager.embed("hotel")
        assert len(vector) == 384 and abs(sum(each * each for each in vector) - 1) < 1e-3
        outcomes = await manager.save_many("invoices", [f"{tag} {at}" for at in range(100)] + [" "], tenant=tag)
        assert len({each for each in outcomes if isinstance(each, str)}) == 100
        assert isinstance(outcomes[100], InvalidJob) and outcomes[100].field == "content"
        assert len(await manager.search("invoices", "x", top_k=200, tenant=tag)) == 100
        assert await manager.search("invoices", "x", tenant="nobody") == []
        listed = [each["payload"]["content"] async for each in manager.list("invoices", page_size=30, tenant=tag)]
        assert sorted(listed) == sorted(f"{tag} {at}" for at in range(100))
        wanted = {"content": [f"{tag} 7", f"{tag} 8"]}
        assert len([each async for each in manager.list("invoices", wanted, tenant=tag)]) == 2
        assert await manager.forget("invoices", key=tag) == 1
        assert await manager.forget("invoices", key=tag) == 0


@pytest.mark.parametrize(
    "call, field",
    [
        (lambda manager: manager.save("invoice", "x"), "collection"),
        (lambda manager: manager.save("invoices", " "), "content"),
        (lambda manager: manager.save("invoices", "x", {"amount": "much"}), "amount"),
        (lambda manager: manager.search("invoices", "x", top_k=0), "top_k"),
        (lambda manager: manager.search("invoices", "x", filters={"amount": {"from": 1}}), "amount.from"),
        (lambda manager: manager.forget("invoices"), "key"),
        (lambda manager: manager.search("invoices", "x", filters={"must": [{"key": "amount", "no": 1}]}), "filters"),
    ],
)
async def test_what_is_wrong_is_named(engines: Engines, start_worker: StartWorker, call: object, field: str) -> None:
    assert callable(call)
    start_worker()
    async with MemoryManager(engines.redis_url) as manager:
        with pytest.raises(InvalidJob) as caught:
            await call(manager)
        assert caught.value.field is not None
        assert field in caught.value.field


async def test_work_that_nobody_waits_for_is_not_done(
    engines: Engines, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    async with MemoryManager(engines.redis_url) as manager:
        with pytest.raises(TimedOut):
            await manager.save("invoices", "late", key=f"{tag}-late", job_id=f"{tag}-late", timeout=0.2)
        with pytest.raises(TimedOut):
            await manager.save("invoices", "kept", key=f"{tag}-kept", job_id=f"{tag}-kept", timeout=0.2, deadline=False)
        start_worker()
        with pytest.raises(Expired):
            await manager.result(f"{tag}-late")
        assert "id" in await manager.result(f"{tag}-kept")
        assert await manager.forget("invoices", key=f"{tag}-late") == 0
        assert await manager.forget("invoices", key=f"{tag}-kept") == 1


async def test_a_job_that_is_cancelled(
    engines: Engines, env: dict[str, str], start_worker: StartWorker, tag: str
) -> None:
    async with MemoryManager(engines.redis_url) as manager:
        waiting = asyncio.create_task(manager.save("invoices", "x", job_id=tag))
        await asyncio.sleep(0.2)
        # Marked, and not answered before a worker is there.
        memoir.run("cancel", tag, "--timeout", "100ms", env=env).expect(75)
        start_worker()
        with pytest.raises(JobFailed) as caught:
            await waiting
        assert (caught.value.code, caught.value.retryable, caught.value.job_id) == ("cancelled", False, tag)


async def test_redis_is_killed_while_a_thousand_wait(
    engines: Engines, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    """Jobs that are queued survive it, and each caller gets its answer."""
    async with MemoryManager(engines.redis_url, timeout=90) as manager:
        waiting = [
            asyncio.create_task(manager.save("invoices", f"{tag} {at}", key=f"{tag}-{at}", tenant=tag))
            for at in range(1_000)
        ]
        while queue.depths()["save"] < 1_000:
            await asyncio.sleep(0.05)
        await asyncio.to_thread(engines.wait_until_written, queue)
        await asyncio.to_thread(engines.kill, "redis")
        await asyncio.sleep(0.5)
        late = asyncio.create_task(manager.save("invoices", f"{tag} late", key=f"{tag}-late", tenant=tag))
        await asyncio.to_thread(engines.restart, "redis")
        worker = await asyncio.to_thread(start_worker)
        ids = await asyncio.gather(*waiting, late)
        assert len(set(ids)) == 1_001
        # Once more, while the worker is at it.
        again = [asyncio.create_task(manager.search("invoices", f"{tag} {at}", 1, tenant=tag)) for at in range(1_000)]
        await asyncio.sleep(0.1)
        await asyncio.to_thread(engines.kill, "redis")
        await asyncio.to_thread(engines.restart, "redis")
        found = await asyncio.gather(*again)
        assert all(len(each) == 1 for each in found)
        worker.assert_alive()


def test_a_client_that_is_killed_leaves_nothing(
    client_environment: dict[str, str], queue: Queue, start_worker: StartWorker
) -> None:
    start_worker()
    process = program(VICTIM, client_environment)
    assert process.stdout is not None and process.stderr is not None
    try:
        stream = process.stdout.readline().strip()
        assert stream, process.stderr.read()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        process.stderr.close()
    wait_for("the jobs to be done", lambda: queue.left() == 0, seconds=60, seen=queue.describe)
    assert 0 < queue.redis.ttl(stream) <= 3_600
    # And all other keys have a TTL, which the fixture checks.
