"""Fixtures and options: the engines of a run, a scene for each scenario, and the figures at the end.

--seed N            draws the plan of jobs and faults; the same seed gives the same plan
--long              at full size: 50,000 jobs, outages of a minute
--jobs N            jobs of the scenarios that are about their number
--rows N            rows of the table that is poured in
--no-time-limits    tells how long recovery took and judges it not, for binaries that a sanitizer slows down
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from harness.engines import Engines, running
from harness.memoir import Worker

from chaos.proxy import FaultProxy
from chaos.redis_server import Synced
from chaos.scene import Scale, Scene
from chaos.servers import ServerName, Servers

MakeScene = Callable[..., Scene]
MakeProxy = Callable[[ServerName], FaultProxy]

SHORT_SECONDS = 240
LONG_SECONDS = 1_800
SHOWN_LINES = 40

seed_key = pytest.StashKey[int]()
figures_key = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chaos")
    group.addoption("--seed", type=int, default=None, help="draws the plan of jobs and faults; random unless given")
    group.addoption("--long", action="store_true", help="at full size")
    group.addoption("--jobs", type=int, default=None, help="jobs of the scenarios that are about their number")
    group.addoption("--rows", type=int, default=None, help="rows of the table that is poured in")
    group.addoption("--no-time-limits", action="store_true", help="tell how long recovery took, do not judge it")


def pytest_configure(config: pytest.Config) -> None:
    given = config.getoption("--seed")
    config.stash[seed_key] = random.SystemRandom().randrange(1 << 31) if given is None else given
    config.stash[figures_key] = []


def pytest_report_header(config: pytest.Config) -> str:
    return f"chaos: seed {config.stash[seed_key]}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seconds = LONG_SECONDS if config.getoption("--long") or config.getoption("--no-time-limits") else SHORT_SECONDS
    for item in items:
        item.add_marker(pytest.mark.timeout(seconds))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.section(f"chaos: figures, seed {config.stash[seed_key]}")
    for line in config.stash[figures_key]:
        terminalreporter.line(line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds the ends of the logs to the report of a failed scenario."""
    report = yield
    if call.excinfo is not None and not report.skipped:
        for worker in Worker.known:
            lines = worker.tail().splitlines()[-SHOWN_LINES:]
            report.sections.append((f"log of worker {worker.pid}", "\n".join(lines)))
    return report


@pytest.fixture(scope="session")
def scale(request: pytest.FixtureRequest) -> Scale:
    option = request.config.getoption
    return Scale(
        is_long=option("--long"),
        jobs=option("--jobs"),
        rows=option("--rows"),
        judges_times=not option("--no-time-limits"),
    )


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    with running("stub", only=("qdrant", "embeddings"), faults=True) as started:
        yield started


@pytest.fixture
def make_scene(request: pytest.FixtureRequest, engines: Engines, scale: Scale, tmp_path: Path) -> Iterator[MakeScene]:
    """Makes the scene of this test; afterwards all of it is ended, and no sanitizer has reported anything."""
    made: list[Scene] = []
    seed = request.config.stash[seed_key]

    def make(name: str, *, synced: Synced = "everysec") -> Scene:
        scene = Scene(name, seed, scale, Servers(engines), tmp_path, synced)
        made.append(scene)
        return scene

    yield make
    for scene in made:
        scene.end()
        request.config.stash[figures_key] += [f"{scene.account.scenario}: {figure}" for figure in scene.figures]
        scene.assert_no_sanitizer_report()


@pytest.fixture
def make_proxy(engines: Engines) -> Iterator[MakeProxy]:
    """Makes a proxy before a server."""
    made: list[FaultProxy] = []

    def make(name: ServerName) -> FaultProxy:
        variable = "QDRANT_URL" if name == "qdrant" else "OPENAI_BASE_URL"
        made.append(FaultProxy(engines.environment[variable]).start())
        return made[-1]

    yield make
    for proxy in made:
        proxy.stop()
