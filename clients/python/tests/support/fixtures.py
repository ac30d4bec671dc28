"""Fixtures: private engines with the repository's own collections, real workers, and a Redis alone for the rest.

Tests that are coroutines run on an event loop of their own.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

# Hooks and fixtures of the end-to-end tests: `start_worker` and `queue` use the engines of this file.
from conftest import TEST_SECONDS as HARNESS_SECONDS
from conftest import pytest_collection_modifyitems, pytest_runtest_makereport, queue, start_worker, store, tag
from harness import memoir
from harness.engines import ROOT, Engines, running
from harness.queue import Queue
from redis.asyncio import Redis

from memory import MemoryManager

from .proxy import Proxy
from .worker import StandIn

__all__ = ["pytest_collection_modifyitems", "pytest_runtest_makereport", "queue", "start_worker", "store", "tag"]

# Of one coroutine; a test with a longer `timeout` marker may take as long as that.
TEST_SECONDS = 240
SOURCES = Path(__file__).resolve().parents[2] / "src"

OpenManager = Callable[..., AbstractAsyncContextManager[MemoryManager]]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    marker = pyfuncitem.get_closest_marker("timeout")
    own = marker is not None and marker.args[0] != HARNESS_SECONDS
    seconds = marker.args[0] if marker is not None and own else TEST_SECONDS
    asyncio.run(asyncio.wait_for(pyfuncitem.obj(**arguments), seconds))
    return True


@pytest.fixture(scope="module")
def engines(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """A module whose engines are to fail on demand says `FAULTS = True`."""
    with running("stub", faults=getattr(request.module, "FAULTS", False)) as started:
        started.environment["MEMOIR_CONFIG"] = str(ROOT / "config" / "memoir.yaml")
        memoir.run("bootstrap", env=memoir.environment(started.environment)).expect(0)
        yield started


@pytest.fixture
def env(engines: Engines) -> dict[str, str]:
    configuration = {"MEMOIR_CONFIG": str(ROOT / "config" / "memoir.yaml")}
    return memoir.environment(engines.environment, configuration)


@pytest.fixture
def client_environment(engines: Engines) -> dict[str, str]:
    """Of a program that uses the client as an agent would."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES), "REDIS_URL": engines.redis_url}


@pytest.fixture(scope="session")
def redis_alone() -> Iterator[Engines]:
    with running("stub", only=["redis"]) as started:
        yield started


@pytest.fixture
def redis_url(redis_alone: Engines) -> Iterator[str]:
    """An empty Redis; after the test nothing is left in it without a TTL that should have one."""
    queue = Queue(redis_alone.redis_url)
    queue.redis.flushall()
    yield redis_alone.redis_url
    assert queue.leaked_keys() == []


@pytest.fixture
def open_manager(redis_url: str) -> OpenManager:
    @asynccontextmanager
    async def open_it(url: str = redis_url, **options: Any) -> AsyncIterator[MemoryManager]:
        async with MemoryManager(url, environment={}, **({"timeout": 20} | options)) as manager:
            yield manager

    return open_it


@pytest.fixture
def stand_in(redis_url: str) -> Callable[[], AbstractAsyncContextManager[StandIn]]:
    @asynccontextmanager
    async def start() -> AsyncIterator[StandIn]:
        async with Redis.from_url(redis_url, protocol=2) as redis, StandIn(redis) as worker:
            yield worker

    return start


@pytest.fixture
def proxy(redis_url: str) -> Callable[[], AbstractAsyncContextManager[Proxy]]:
    @asynccontextmanager
    async def start() -> AsyncIterator[Proxy]:
        async with Proxy(redis_url) as started:
            yield started

    return start
