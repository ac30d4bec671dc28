"""The caller's trace, on the wire."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from opentelemetry.trace import INVALID_SPAN_CONTEXT, NonRecordingSpan, SpanContext, TraceFlags, use_span

from memory import InvalidJob, MemoryManager, trace
from memory.langgraph import MemoirStore

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ACTIVE = "00-0000000000000000000000000000000a-000000000000000b-01"

Stand = Callable[[], AbstractAsyncContextManager[Any]]


def span(flags: int = TraceFlags.SAMPLED) -> NonRecordingSpan:
    return NonRecordingSpan(SpanContext(0xA, 0xB, is_remote=False, trace_flags=TraceFlags(flags)))


@pytest.mark.parametrize("flags, last", [(0, "00"), (1, "01"), (3, "01")])
def test_the_active_span(flags: int, last: str) -> None:
    assert trace.current() is None
    with use_span(span(flags)):
        assert trace.current() == ACTIVE[:-2] + last
    with use_span(NonRecordingSpan(INVALID_SPAN_CONTEXT)):
        assert trace.current() is None


def test_opentelemetry_is_not_needed(client_environment: dict[str, str]) -> None:
    code = "import sys; sys.modules['opentelemetry'] = None; from memory import trace; print(trace.current())"
    ran = subprocess.run([sys.executable, "-c", code], env=client_environment, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("None\n", "")


async def test_every_call_sends_what_is_given(open_manager: Any, stand_in: Stand) -> None:
    async with stand_in() as worker, open_manager() as manager:
        await manager.save("notes", "a", traceparent=GIVEN)
        await manager.enqueue_save("notes", "b", traceparent=GIVEN)
        await manager.save_many("notes", ["c", "d"], traceparent=GIVEN)
        await manager.search("notes", "a", traceparent=GIVEN)
        await manager.get("notes", key="a", traceparent=GIVEN)
        await manager.list_page("notes", traceparent=GIVEN)
        async for _ in manager.list("notes", traceparent=GIVEN):
            pass
        await manager.forget("notes", key="a", traceparent=GIVEN)
        await manager.embed("a", traceparent=GIVEN)
        with pytest.raises(InvalidJob) as wrong:
            await manager.save("notes", "a", traceparent=b"00")
        assert wrong.value.field == "traceparent"
        while len(worker.jobs) < 10:
            await asyncio.sleep(0.01)
        assert {job.get("traceparent") for job in worker.jobs.values()} == {GIVEN}


async def test_the_active_span_is_sent_where_none_is_given(open_manager: Any, stand_in: Stand) -> None:
    async with stand_in() as worker, open_manager() as manager:
        await manager.save("notes", "plain", job_id="plain")
        with use_span(span()):
            await manager.save("notes", "within", job_id="within")
            await manager.save("notes", "given", job_id="given", traceparent=GIVEN)
        told = {name: job.get("traceparent") for name, job in worker.jobs.items()}
        assert told == {"plain": None, "within": ACTIVE, "given": GIVEN}


async def test_a_store_sends_it_from_its_own_thread(redis_url: str, stand_in: Stand) -> None:
    manager = MemoryManager(redis_url, environment={}, timeout=20)
    async with stand_in() as worker, MemoirStore("notes", manager=manager) as store:
        with use_span(span()):
            await store.aput(("a",), "k", {"text": "x"})
            await asyncio.to_thread(store.put, ("a",), "l", {"text": "y"})
        assert [job.get("traceparent") for job in worker.jobs.values()] == [ACTIVE, ACTIVE]
