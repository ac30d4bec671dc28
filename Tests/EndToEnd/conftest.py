"""Fixtures: private engines for each module, workers that are always ended, and what a failure shows of them.

A module chooses its engines with `EMBEDDINGS = "minilm"` and `API_KEYS = True`; the stub without keys is the default.
`POSTGRES = True` adds a database, and lets the embedding server count and fail on demand. `ENVIRONMENT` holds what
Memoir is to find in its environment besides.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from harness import memoir
from harness.browser import Dashboard, Scheme, chromium
from harness.database import Database
from harness.engines import NAMES, Embeddings, Engines, Name, running
from harness.http import TOKEN, Http
from harness.mcp_recording import Recording
from harness.mcp_review import Review
from harness.memoir import Worker
from harness.openapi import Description
from harness.queue import Queue
from harness.source import Running, Source
from harness.store import Store
from playwright.sync_api import Browser

StartWorker = Callable[..., Worker]
StartBackfill = Callable[..., Running]
OpenPage = Callable[..., Dashboard]
Environment = dict[str, str]

# Several times the longest that a single test takes on two cores.
TEST_SECONDS = 600
LONG_TEST_SECONDS = 3_600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds the end of each log to the report of a failed test."""
    report = yield
    if call.excinfo is not None and not report.skipped:
        for worker in Worker.known:
            report.sections.append((f"log of worker {worker.pid}", worker.tail()))
        engines = getattr(item, "funcargs", {}).get("engines")
        if isinstance(engines, Engines):
            report.sections.append(("logs of the engines", engines.logs()))
    return report


@pytest.fixture(scope="session")
def review(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    """Of all that MCP servers say in the run."""
    Recording.folder = tmp_path_factory.mktemp("mcp")
    review = Review(Recording.folder)
    yield review
    assert review.complaints() == []


@pytest.fixture(autouse=True)
def as_specified(review: Review) -> Iterator[None]:
    """What MCP servers have said in the test is as the specification's schemas have it."""
    yield
    assert review.complaints() == []


@pytest.fixture(scope="module")
def engines(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """Engines with the collections made."""
    embeddings: Embeddings = getattr(request.module, "EMBEDDINGS", "stub")
    needs_database: bool = getattr(request.module, "POSTGRES", False)
    only: tuple[Name, ...] = (*NAMES, "postgres") if needs_database else NAMES
    api_keys: bool = getattr(request.module, "API_KEYS", False)
    with running(embeddings, api_keys=api_keys, only=only, faults=needs_database) as started:
        started.environment |= getattr(request.module, "ENVIRONMENT", {})
        memoir.run("bootstrap", env=memoir.environment(started.environment)).expect(0)
        yield started


@pytest.fixture
def env(engines: Engines) -> Environment:
    return memoir.environment(engines.environment)


@pytest.fixture
def queue(engines: Engines) -> Iterator[Queue]:
    """The queue; after the test every key in Redis is a declared one or has a TTL."""
    queue = engines.queue()
    yield queue
    assert queue.leaked_keys() == []


@pytest.fixture
def emptied(queue: Queue) -> Iterator[None]:
    """The next test sees nothing of this one's letters and jobs."""
    yield
    queue.empty()


@pytest.fixture
def store(engines: Engines) -> Store:
    return engines.store()


@pytest.fixture
def start_worker(env: Environment) -> Iterator[StartWorker]:
    """Starts a worker, with changes to its environment; waits until it reads, unless told not to."""
    started: list[Worker] = []

    def start(changes: Mapping[str, str] | None = None, *, wait: bool = True) -> Worker:
        worker = Worker(env | dict(changes or {}))
        started.append(worker)
        if wait:
            worker.wait_for_event("worker_started")
        return worker

    yield start
    for worker in started:
        worker.end()


@pytest.fixture(scope="module")
def http_worker(engines: Engines) -> Iterator[Worker]:
    """A worker for a whole module, whose HTTP server is looked at."""
    # Else the janitor would drop all but the newest thousand letters.
    changes = {"MEMOIR_HTTP_TOKEN": TOKEN, "MEMOIR_WORKER_DEAD_LETTERS_KEPT": "1000000"}
    # Calls of agents would be places for more connections than are opened here.
    changes["MEMOIR_MCP_ENABLED"] = "false"
    worker = Worker(memoir.environment(engines.environment, changes))
    worker.wait_for_event("worker_started")
    yield worker
    worker.end()


@pytest.fixture(scope="module")
def http(http_worker: Worker) -> Http:
    """With its answers checked against the description."""
    return Http(http_worker.http_url, TOKEN, Description.written())


@pytest.fixture(scope="module")
def tokenless(engines: Engines) -> Iterator[Http]:
    """A server without a token, which works on no job."""
    worker = Worker(memoir.environment(engines.environment, {"ENABLE_MEMORY": "false"}))
    yield Http(worker.http_url)
    worker.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a worker's page; after the test none of them may have complained."""
    opened: list[Dashboard] = []

    def open_one(url: str, *, width: int = 1_440, height: int = 900, scheme: Scheme = "light") -> Dashboard:
        opened.append(Dashboard(browser, url, width=width, height=height, scheme=scheme))
        return opened[-1]

    yield open_one
    problems = [problem for each in opened for problem in each.problems]
    for each in opened:
        each.close()
    assert problems == []


@pytest.fixture
def tag() -> str:
    """Begins the ids of one test's jobs, so that no other test's results are taken for its own."""
    return uuid4().hex[:12]


@pytest.fixture
def database(engines: Engines) -> Database:
    return Database(engines)


@pytest.fixture
def source(tag: str, tmp_path: Path, database: Database, env: Environment, store: Store) -> Source:
    """Names and places only: the test makes the table and the configuration."""
    return Source(f"rows_{tag}", tmp_path / "config", database, env, store)


@pytest.fixture
def start_backfill(source: Source) -> Iterator[StartBackfill]:
    """Starts a backfill that the test watches; it is always ended."""
    started: list[Running] = []

    def start(*arguments: str) -> Running:
        started.append(source.start(*arguments))
        return started[-1]

    yield start
    for running_one in started:
        running_one.end()
