"""Sending and waiting against a real Redis, with a stand-in for the worker: what is lost, cut, full or late."""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from harness import wire
from harness.queue import Queue
from harness.waiting import wait_for
from redis import Redis

from memory import Closed, InvalidJob, MemoryId, MemoryManager, QueueFull, TimedOut, Unavailable
from memory.jobs import Options
from support.fixtures import OpenManager
from support.proxy import Proxy
from support.worker import StandIn

StartStandIn = Callable[[], AbstractAsyncContextManager[StandIn]]
StartProxy = Callable[[], AbstractAsyncContextManager[Proxy]]


def session(manager: MemoryManager) -> Any:
    return manager._jobs.session


def calls(redis: Any) -> dict[str, int]:
    return {name.removeprefix("cmdstat_"): each["calls"] for name, each in redis.info("commandstats").items()}


async def test_each_call_and_what_it_sends(open_manager: OpenManager, redis_url: str, stand_in: StartStandIn) -> None:
    async with stand_in() as worker, open_manager(tenant="t") as manager:
        assert await manager.save("notes", "a", {"b": 1}, key="k", job_id="1") == "memory of a"
        assert await manager.search("notes", "q", top_k=2, filters={"b": 1}, score_threshold=0.5, job_id="2") == []
        assert await manager.embed("text", job_id="3") == [1.0, -2.0]
        assert await manager.forget("notes", key="k", tenant="other", lane="bulk", job_id="4") == 1
        assert await manager.get("notes", key="k", job_id="5") == {"id": "1", "payload": {"key": "k"}}
        assert (await manager.list_page("notes", after="3", page_size=7, job_id="6"))["next"] is None
        assert await manager._jobs.run("stats", {}, Options(job_id="7")) == {"cache": {}}
        stream = session(manager).replies.stream
        for job in worker.jobs.values():
            assert job.pop("reply_to") == stream
            assert abs(int(job.pop("deadline")) / 1_000 - float(Redis.from_url(redis_url).time()[0])) < 25
            assert job.pop("ttl") == "320"
        common = {"v": "1", "collection": "notes"}
        assert worker.jobs == {
            "1": {
                **common,
                "id": "1",
                "type": "save",
                "content": "a",
                "metadata": '{"b":1}',
                "key": "k",
                "tenant": "t",
            },
            "2": {
                **common,
                "id": "2",
                "type": "search",
                "query": "q",
                "top_k": "2",
                "filters": '{"b":1}',
                "score_threshold": "0.5",
                "tenant": "t",
            },
            "3": {"v": "1", "id": "3", "type": "embed", "content": "text", "encoding_format": "base64"},
            "4": {**common, "id": "4", "type": "forget", "key": "k", "tenant": "other"},
            "5": {**common, "id": "5", "type": "get", "key": "k", "tenant": "t"},
            "6": {**common, "id": "6", "type": "list", "after": "3", "top_k": "7", "tenant": "t"},
            "7": {"v": "1", "id": "7", "type": "stats"},
        }


async def test_a_list_goes_on_until_its_end(open_manager: OpenManager, stand_in: StartStandIn) -> None:
    async with stand_in() as worker, open_manager() as manager:
        assert [memory["id"] async for memory in manager.list("notes", {"a": 1}, page_size=1)] == ["1", "2", "3"]
        async for memory in manager.list("notes"):
            assert memory["id"] == "1"
            break
        assert len(worker.jobs) == 4


async def test_a_save_that_nobody_waits_for(open_manager: OpenManager, redis_url: str, stand_in: StartStandIn) -> None:
    async with open_manager(tenant="t") as manager:
        job_id = await manager.enqueue_save("notes", "a", {"b": 1}, key="k", lane="bulk", timeout=5)
        (sent,) = Queue(redis_url).redis.xrange(wire.lane_key("bulk"))
        assert {name.decode(): value.decode() for name, value in sent[1].items()} == {
            "v": "1",
            "id": job_id,
            "type": "save",
            "collection": "notes",
            "content": "a",
            "metadata": '{"b":1}',
            "key": "k",
            "tenant": "t",
            "ttl": "86400",
        }
        asking = asyncio.create_task(manager.result(job_id))
        async with stand_in():
            assert await asking == {"id": "memory of a", "deduped": False}


async def test_the_id_of_a_memory(open_manager: OpenManager, stand_in: StartStandIn) -> None:
    async with stand_in(), open_manager() as manager:
        saved = await manager.save("notes", "a")
        assert isinstance(saved, str) and saved.deduped is False
    known = MemoryId("a", True)
    copy = pickle.loads(pickle.dumps(known))
    assert (copy, copy.deduped, json.dumps([copy])) == ("a", True, '["a"]')


async def test_no_worker_has_statistics(open_manager: OpenManager) -> None:
    async with open_manager() as manager:
        with pytest.raises(TimedOut, match="memoir doctor"):
            await manager.get_system_stats(timeout=0.2)


@pytest.mark.parametrize("arguments", [{}, {"key": "a", "memory_id": "b"}])
async def test_a_memory_is_named_once(open_manager: OpenManager, arguments: dict[str, Any]) -> None:
    async with open_manager() as manager:
        with pytest.raises(InvalidJob) as caught:
            await manager.get("notes", **arguments)
        assert caught.value.field == "key"


async def test_without_a_deadline(open_manager: OpenManager, stand_in: StartStandIn) -> None:
    async with stand_in() as worker, open_manager(deadline=False) as manager:
        await manager.save("notes", "a", job_id="1")
        await manager.save("notes", "a", job_id="2", deadline=True)
        assert "deadline" not in worker.jobs["1"] and "deadline" in worker.jobs["2"]


async def test_a_thousand_wait_with_one_read(open_manager: OpenManager, redis_url: str, stand_in: StartStandIn) -> None:
    redis = Redis.from_url(redis_url)
    async with open_manager(timeout=200) as manager:
        waiting = [asyncio.create_task(manager.save("notes", f"text {at}")) for at in range(1_000)]
        while redis.xlen(wire.lane_key("save")) < 1_000:
            await asyncio.sleep(0.01)
        redis.config_resetstat()
        await asyncio.sleep(1)
        idle = calls(redis)
        assert idle.get("get", 0) == idle.get("mget", 0) == 0
        assert idle.get("xread", 0) <= 1
        assert len(redis.client_list()) <= 4
        async with stand_in():
            assert await asyncio.gather(*waiting) == [f"memory of text {at}" for at in range(1_000)]
        busy = calls(redis)
        assert busy.get("get", 0) == 0
        # At least some of them came together.
        assert busy["mget"] <= 1_000
        assert session(manager).replies.waiting == 0


async def test_an_answer_that_is_lost(open_manager: OpenManager, proxy: StartProxy, stand_in: StartStandIn) -> None:
    """Of the enqueue: the job is sent again under its id."""
    async with stand_in() as worker, proxy() as way, open_manager(way.url) as manager:
        await manager.save("notes", "warm")
        way.swallow_answer_to = b"once or twice"
        assert await manager.save("notes", "once or twice", job_id="job") == "memory of once or twice"
        assert way.swallowed == 1
        assert 1 <= worker.seen.count("job") <= 2


async def test_connections_that_are_cut(open_manager: OpenManager, proxy: StartProxy, stand_in: StartStandIn) -> None:
    """Results that were announced meanwhile are found after the reconnect."""
    async with proxy() as way, open_manager(way.url) as manager:
        waiting = [asyncio.create_task(manager.save("notes", f"{at}")) for at in range(200)]
        await asyncio.sleep(0.3)
        way.cut(refuse=True)
        async with stand_in() as worker:
            while len(set(worker.seen)) < 200:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)
            assert not any(each.done() for each in waiting)
            way.mend()
            assert await asyncio.gather(*waiting) == [f"memory of {at}" for at in range(200)]
            for _ in range(5):
                way.cut()
                await manager.save("notes", "still there")


async def test_announcements_that_are_lost_with_the_connection(
    open_manager: OpenManager, proxy: StartProxy, stand_in: StartStandIn
) -> None:
    async with proxy() as way, open_manager(way.url) as manager:
        waiting = asyncio.create_task(manager.save("notes", "a"))
        await asyncio.sleep(0.2)
        way.cut(refuse=True)
        async with stand_in() as worker:
            worker.announces = False
            while not worker.seen:
                await asyncio.sleep(0.01)
            way.mend()
            assert await asyncio.wait_for(waiting, 5) == "memory of a"


async def test_an_announcement_that_never_comes(open_manager: OpenManager, stand_in: StartStandIn) -> None:
    """The last look, at the timeout, finds the result."""
    async with stand_in() as worker, open_manager() as manager:
        worker.announces = False
        assert await manager.save("notes", "a", timeout=0.5) == "memory of a"


async def test_a_timeout_and_the_result_that_comes_later(open_manager: OpenManager, stand_in: StartStandIn) -> None:
    async with open_manager() as manager:
        with pytest.raises(TimedOut, match="memoir doctor") as caught:
            await manager.save("notes", "a", timeout=0.2)
        assert session(manager).replies.waiting == 0
        job_id = caught.value.job_id
        assert job_id is not None
        late = asyncio.create_task(manager.result(job_id))
        async with stand_in():
            assert await late == {"id": "memory of a", "deduped": False}
            assert await manager.result(job_id) == {"id": "memory of a", "deduped": False}


async def test_a_cancelled_task_leaves_no_waiter(open_manager: OpenManager, stand_in: StartStandIn) -> None:
    async with open_manager() as manager:
        tasks = [asyncio.create_task(manager.save("notes", f"{at}")) for at in range(50)]
        await asyncio.sleep(0.2)
        assert session(manager).replies.waiting == 50
        for task in tasks[:49]:
            task.cancel()
        await asyncio.gather(*tasks[:49], return_exceptions=True)
        assert session(manager).replies.waiting == 1
        async with stand_in():
            assert await tasks[49] == "memory of 49"


async def test_a_script_that_redis_has_forgotten(
    open_manager: OpenManager, redis_url: str, stand_in: StartStandIn
) -> None:
    redis = Redis.from_url(redis_url)
    async with stand_in(), open_manager() as manager:
        redis.script_flush()
        assert await manager.save("notes", "a") == "memory of a"
        redis.config_resetstat()
        assert await manager.save("notes", "b") == "memory of b"
        assert "eval" not in calls(redis)


async def test_a_full_lane(open_manager: OpenManager, redis_url: str) -> None:
    redis: Any = Redis.from_url(redis_url)
    redis.hset(wire.LIMITS, "save", 2)
    async with open_manager() as manager:
        for _ in range(2):
            with pytest.raises(TimedOut):
                await manager.save("notes", "a", timeout=0.05)
        with pytest.raises(QueueFull, match=r"queue\.maximumLength\.save") as caught:
            await manager.save("notes", "a")
        assert (caught.value.lane, caught.value.length, caught.value.bound) == ("save", 2, 2)
        assert caught.value.job_id is not None
        (outcome,) = await manager.save_many("notes", ["a"], timeout=0.5)
        assert isinstance(outcome, QueueFull)
    assert redis.xlen(wire.lane_key("save")) == 2


async def test_many(open_manager: OpenManager, redis_url: str, stand_in: StartStandIn) -> None:
    """In order, bounded, through a lane that is full most of the time; what is wrong sinks nothing else."""
    Redis.from_url(redis_url).hset(wire.LIMITS, "bulk", 20)
    items: list[Any] = [f"text {at}" for at in range(200)]
    items[7] = {"content": "with all", "metadata": {"a": 1}, "key": "k", "tenant": "t"}
    items[8] = {"content": "x", "metadata": {"a": object()}}
    items[9] = {"text": "x"}
    items[10] = 5
    async with stand_in() as worker, open_manager() as manager:
        outcomes = await manager.save_many("notes", iter(items), concurrency=30, lane="bulk", tenant="all")
        assert [type(each) for each in outcomes[8:11]] == [InvalidJob] * 3
        assert outcomes[:7] + outcomes[11:] == [f"memory of text {at}" for at in range(200) if not 7 <= at <= 10]
        tenants = {job["content"]: job["tenant"] for job in worker.jobs.values()}
        assert tenants["with all"] == "t" and tenants["text 0"] == "all"


async def test_a_cancelled_many_ends_its_tasks(open_manager: OpenManager) -> None:
    async with open_manager() as manager:
        many = asyncio.create_task(manager.save_many("notes", (f"{at}" for at in range(10_000)), concurrency=10))
        await asyncio.sleep(0.3)
        many.cancel()
        await asyncio.gather(many, return_exceptions=True)
        assert session(manager).replies.waiting == 0


async def test_the_end_of_a_manager(open_manager: OpenManager, redis_url: str, stand_in: StartStandIn) -> None:
    redis = Redis.from_url(redis_url)
    async with open_manager() as manager:
        async with stand_in():
            await manager.save("notes", "a")
        stream = session(manager).replies.stream
        assert 0 < redis.ttl(stream) <= 3_600
        waiting = asyncio.create_task(manager.save("notes", "b"))
        await asyncio.sleep(0.2)
        await manager.close()
        with pytest.raises(Closed):
            await waiting
        assert redis.exists(stream) == 0
        with pytest.raises(Closed):
            await manager.save("notes", "c")
        await manager.close()


async def test_the_end_of_a_manager_that_has_just_begun(open_manager: OpenManager) -> None:
    async with open_manager() as manager:
        for other in (MemoryManager(manager._jobs._address.url, environment={}), manager):
            waiting = [asyncio.create_task(other.enqueue_save("notes", f"{at}")) for at in range(3)]
            await asyncio.sleep(0)
            await other.close()
            outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
            assert all(isinstance(each, (str, Closed)) for each in outcomes)


async def test_no_connection_is_left(open_manager: OpenManager, redis_url: str, stand_in: StartStandIn) -> None:
    redis = Redis.from_url(redis_url)
    before = len(redis.client_list())
    async with stand_in(), open_manager() as manager:
        await asyncio.gather(*(manager.embed("x") for _ in range(100)))
    wait_for("the connections to be closed", lambda: len(redis.client_list()) <= before, seconds=5)


async def test_a_manager_that_is_dropped(open_manager: OpenManager, redis_url: str, stand_in: StartStandIn) -> None:
    """Without having been closed: it leaves neither connections nor a stream."""
    redis = Redis.from_url(redis_url)
    async with stand_in(), open_manager() as manager:
        # So that all that stay are there.
        await manager.save("notes", "a")
        before = len(redis.client_list())
        for _ in range(20):
            await MemoryManager(redis_url, environment={}).save("notes", "a")
        gc.collect()
        for _ in range(100):
            if len(redis.client_list()) <= before and len(redis.keys(wire.replies_key("*"))) == 1:
                return
            await asyncio.sleep(0.05)
    raise AssertionError(f"{len(redis.client_list())} connections, {redis.keys(wire.replies_key('*'))}")


async def test_a_redis_that_does_not_answer(open_manager: OpenManager, redis_url: str, stand_in: StartStandIn) -> None:
    """Its connections are given up and made anew, and nothing is lost."""
    redis: Any = Redis.from_url(redis_url)
    async with stand_in(), open_manager(command_timeout=0.3) as manager:
        await manager.save("notes", "a")
        redis.execute_command("CLIENT", "PAUSE", "1000", "ALL")
        assert await manager.save("notes", "b") == "memory of b"
        assert session(manager)._commands.connections > 1


async def test_a_clock_that_leaps(
    open_manager: OpenManager, stand_in: StartStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deadlines are right again at once, in a program that has run for long."""
    async with stand_in() as worker, open_manager() as manager:
        await manager.save("notes", "a", job_id="1")
        real = time.time
        monkeypatch.setattr("time.time", lambda: real() + 3_600)
        await manager.save("notes", "a", job_id="2")
        assert abs(int(worker.jobs["2"]["deadline"]) - int(worker.jobs["1"]["deadline"])) < 30_000


def test_one_loop_after_another(redis_url: str) -> None:
    manager = MemoryManager(redis_url, timeout=0.1)
    for _ in range(2):
        with pytest.raises(TimedOut):
            asyncio.run(manager.save("notes", "a"))


async def test_redis_refuses(open_manager: OpenManager, redis_url: str) -> None:
    redis: Any = Redis.from_url(redis_url)
    async with open_manager() as manager:
        redis.config_set("maxmemory", 1)
        try:
            with pytest.raises(Unavailable, match=r"OOM|maxmemory"):
                await manager.save("notes", "a")
        finally:
            redis.config_set("maxmemory", 0)
        redis.config_set("requirepass", "secret")
        try:
            redis.auth("secret")
            with pytest.raises(Unavailable, match="REDIS_PASSWORD"):
                await MemoryManager(redis_url, environment={}).save("notes", "a")
            with pytest.raises(Unavailable, match="REDIS_PASSWORD") as caught:
                await MemoryManager(redis_url, environment={"REDIS_PASSWORD": "wrong one"}).save("notes", "a")
            assert "wrong one" not in str(caught.value)
            async with MemoryManager(redis_url, environment={"REDIS_PASSWORD": "secret"}, timeout=0.2) as right:
                with pytest.raises(TimedOut):
                    await right.save("notes", "a")
        finally:
            redis.config_set("requirepass", "")


async def test_a_redis_that_comes_back(open_manager: OpenManager, proxy: StartProxy, stand_in: StartStandIn) -> None:
    """A call that begins while Redis is away goes on when it is back, or says so at its timeout."""
    async with stand_in(), proxy() as way, open_manager(way.url) as manager:
        way.cut(refuse=True)
        with pytest.raises(Unavailable, match="cannot be reached"):
            await manager.save("notes", "a", timeout=0.4)
        waiting = asyncio.create_task(manager.save("notes", "b"))
        await asyncio.sleep(0.3)
        way.mend()
        assert await waiting == "memory of b"


async def test_deadlines_go_by_the_clock_of_redis(
    open_manager: OpenManager, stand_in: StartStandIn, monkeypatch: pytest.MonkeyPatch, redis_url: str
) -> None:
    """A client whose clock is an hour behind must not have all its jobs expired."""
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() - 3_600)
    async with stand_in() as worker, open_manager() as manager:
        await manager.save("notes", "a", job_id="1")
        seconds = float(Redis.from_url(redis_url).time()[0])
        assert 15 < int(worker.jobs["1"]["deadline"]) / 1_000 - seconds < 25
