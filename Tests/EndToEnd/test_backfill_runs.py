"""`memoir backfill` as it runs: what it stores, how it is stopped and goes on, and what it waits for."""

from __future__ import annotations

import re
import signal
import time

import pytest
from conftest import StartBackfill, StartWorker
from harness import memoir, terminal
from harness.database import Database
from harness.engines import Engines
from harness.queue import Queue
from harness.source import Source, source_of
from harness.status import MISCONFIGURED, OK, TRY_AGAIN, UNAVAILABLE
from harness.store import Store

POSTGRES = True
ROWS = 60
MANY = 3_000
# So slow that a test can act meanwhile, and so fast that it ends.
RATE = "400"
MORE_THAN_NEEDED = 1.01

pytestmark = pytest.mark.usefixtures("emptied")


def test_what_is_stored(source: Source, start_worker: StartWorker, store: Store) -> None:
    source.prepare(ROWS, tenant="tenant_id", key="{tenant_id}/{number}")
    start_worker(source.env)
    report = source.pour()
    assert report.counts() == {"rows": ROWS, "enqueued": ROWS, "ok": ROWS}
    assert report.summary["state"] == "finished"
    tokens, dollars, seconds = (report.summary[name] for name in ("tokens", "dollars", "seconds"))
    # The estimate is made for a real tokenizer, and the stub counts a quarter of the bytes.
    assert 0 < tokens["actual"] <= tokens["estimated"] <= 3 * tokens["actual"]
    assert dollars["actual"] == pytest.approx(tokens["actual"] * 0.02 / 1_000_000, rel=0.05)
    assert seconds["actual"] > 0
    assert store.count(source.name) == ROWS

    source.assert_remembers(range(1, ROWS + 1))
    payload = source.stored()[source_of(3)]
    assert payload["content"] == f"row 3 of {source.name} for €0.75"
    assert (payload["number"], payload["price"], payload["happened"]) == (3, 0.75, "2026-01-01T00:03:00Z")
    assert (payload["_memoir"]["tenant"], payload["_memoir"]["key"]) == ("tenant-1", "tenant-1/3")


def test_lines_where_there_is_no_terminal(source: Source, start_worker: StartWorker) -> None:
    source.prepare(ROWS)
    start_worker(source.env)
    answer = memoir.run(*source.command("--all", "--yes"), env=source.env).expect(OK)
    assert not re.search(r"[\x1b\r]", answer.output + answer.errors)
    assert str(ROWS) in answer.output


def test_a_bar_where_there_is_a_terminal(source: Source, start_worker: StartWorker) -> None:
    source.prepare(ROWS)
    start_worker(source.env)
    answer = terminal.answer_questions(*source.command("--all"), env=source.env, answers=["y\n"], columns=100)
    assert answer.expect(OK).output.count(terminal.QUESTION) == 1
    assert "\x1b" in answer.output or "\r" in answer.output
    source.assert_remembers(range(1, ROWS + 1))


@pytest.mark.parametrize(
    "selection, ids",
    [
        (["--limit", "7"], range(1, 8)),
        (["--since", "2026-02-01T00:55:00Z"], range(55, ROWS + 1)),
        (["--where", "number % 10 = 0 OR number = 7"], [7, *range(10, ROWS + 1, 10)]),
    ],
)
def test_part_of_a_table(source: Source, start_worker: StartWorker, selection: list[str], ids: list[int]) -> None:
    source.prepare(ROWS)
    start_worker(source.env)
    assert source.pour(*selection).counts() == dict.fromkeys(("rows", "enqueued", "ok"), len(list(ids)))
    source.assert_remembers(ids)


def test_a_primary_key_of_several_columns(source: Source, start_worker: StartWorker) -> None:
    """Pages go on after the last row of the page before, in the order of all columns; MANY rows are several pages."""
    source.create("a text, b integer, body text NOT NULL, PRIMARY KEY (a, b)")
    source.database.tell(
        f"INSERT INTO {source.name} SELECT 'é' || n % 7, n, 'row ' || n FROM generate_series(1, {MANY}) AS n"
    )
    source.configure({"content": "{body}"}, fields={})
    start_worker(source.env)
    assert source.pour().counts() == dict.fromkeys(("rows", "enqueued", "ok"), MANY)
    assert set(source.stored()) == {source_of(f"é{n % 7}", n) for n in range(1, MANY + 1)}


def test_a_query(source: Source, start_worker: StartWorker) -> None:
    source.create()
    source.fill(ROWS)
    query = f"SELECT id * 10 AS tenfold, upper(body) AS loud FROM {source.name} WHERE number > 50"
    source.configure({"query": query, "primaryKey": ["tenfold"], "content": "{loud}"})
    start_worker(source.env)
    assert source.pour().counts() == dict.fromkeys(("rows", "enqueued", "ok"), 10)
    source.assert_remembers(range(510, 601, 10))
    assert source.stored()[source_of(510)]["content"] == f"ROW 51 OF {source.name.upper()}"


def test_not_waiting(source: Source, queue: Queue, start_worker: StartWorker) -> None:
    source.prepare(ROWS)
    report = source.pour("--all", "--no-wait")
    assert (report.summary["state"], report.summary["enqueued"]) == ("detached", ROWS)
    assert queue.depths()["bulk"] == ROWS
    worker = start_worker(source.env)
    # No result is kept of these jobs, so the store tells when all of them are done.
    memoir.run("stats", env=source.env).expect(OK)
    deadline = time.monotonic() + 60
    while queue.left() and time.monotonic() < deadline:
        worker.assert_alive()
        time.sleep(0.05)
    source.assert_remembers(range(1, ROWS + 1))
    # No row of it is left to be read: another run may take its place.
    assert source.pour("--all").summary["deduped"] == ROWS


# Stopping and going on


def test_stop_and_resume(
    source: Source, engines: Engines, start_worker: StartWorker, start_backfill: StartBackfill
) -> None:
    source.prepare(MANY)
    start_worker(source.env)
    texts = engines.embedded()["texts"]
    first = start_backfill("--all", "--yes", "--rate", RATE)
    first.wait_for("progress")
    first.process.send_signal(signal.SIGINT)
    first.finish().expect(TRY_AGAIN)
    assert first.events[-1]["event"] == "summary"
    assert first.events[-1]["state"] == "stopped"
    assert first.events[-1]["rows"] < MANY

    report = source.pour("--resume")
    assert report.summary["state"] == "finished"
    assert report.summary["run"] == first.events[-1]["run"]
    source.assert_remembers(range(1, MANY + 1))
    assert engines.embedded()["texts"] - texts <= MANY * MORE_THAN_NEEDED
    # There is nothing left to go on with.
    answer = memoir.run(*source.command("--resume", "--yes"), env=source.env)
    assert answer.status != OK
    assert "resume" in answer.errors


def test_an_unfinished_run_is_not_forgotten_by_mistake(
    source: Source, start_worker: StartWorker, start_backfill: StartBackfill
) -> None:
    source.prepare(MANY)
    start_worker(source.env)
    first = start_backfill("--all", "--yes", "--rate", RATE)
    first.wait_for("progress")
    first.process.send_signal(signal.SIGTERM)
    first.finish().expect(TRY_AGAIN)
    answer = memoir.run(*source.command("--all", "--yes"), env=source.env)
    assert answer.status != OK
    assert "--resume" in answer.errors and "--restart" in answer.errors

    report = source.pour("--all", "--restart")
    assert report.summary["run"] != first.events[-1]["run"]
    assert (report.summary["rows"], report.summary["ok"]) == (MANY, MANY)
    source.assert_remembers(range(1, MANY + 1))


def test_two_at_once(source: Source, start_worker: StartWorker, start_backfill: StartBackfill) -> None:
    source.prepare(MANY)
    start_worker(source.env)
    first = start_backfill("--all", "--yes", "--rate", RATE)
    first.wait_for("progress")
    for options in (["--all"], ["--resume"], ["--all", "--restart"]):
        answer = memoir.run(*source.command(*options, "--yes"), env=source.env)
        assert answer.status != OK, options
        assert str(first.process.pid) in answer.errors, options
    assert first.finish().status == OK
    assert first.events[-1]["ok"] == MANY
    source.assert_remembers(range(1, MANY + 1))


def test_rate(source: Source, start_worker: StartWorker) -> None:
    source.prepare(ROWS)
    start_worker(source.env)
    began = time.monotonic()
    source.pour("--all", "--rate", "20")
    # What may go at once, before the rate is kept, is at most a second's worth.
    assert time.monotonic() - began >= ROWS / 20 - 1.5


# What it waits for


@pytest.mark.parametrize("bound", [1_500, 500])
def test_a_full_lane_is_waited_for(
    source: Source, queue: Queue, start_worker: StartWorker, start_backfill: StartBackfill, bound: int
) -> None:
    """Also a lane that holds less than a page."""
    source.prepare(MANY)
    source.env["MEMOIR_QUEUE_MAXIMUM_LENGTH_BULK"] = str(bound)
    memoir.run("bootstrap", env=source.env).expect(OK)
    try:
        running = start_backfill("--all", "--yes")
        assert running.wait_for("waiting")["reason"]
        assert queue.depths()["bulk"] <= bound
        start_worker(source.env)
        running.finish().expect(OK)
    finally:
        del source.env["MEMOIR_QUEUE_MAXIMUM_LENGTH_BULK"]
        memoir.run("bootstrap", env=source.env).expect(OK)
    source.assert_remembers(range(1, MANY + 1))


def test_redis_without_memory_is_waited_for(
    source: Source, queue: Queue, start_worker: StartWorker, start_backfill: StartBackfill
) -> None:
    source.prepare(MANY)
    start_worker(source.env)
    running = start_backfill("--all", "--yes", "--rate", RATE)
    running.wait_for("progress")
    used = queue.redis.info("memory")["used_memory"]
    queue.redis.config_set("maxmemory", used)
    try:
        assert running.wait_for("waiting")["reason"]
    finally:
        queue.redis.config_set("maxmemory", 0)
    running.finish().expect(OK)
    source.assert_remembers(range(1, MANY + 1))


def test_redis_restarts_meanwhile(
    source: Source, engines: Engines, queue: Queue, start_worker: StartWorker, start_backfill: StartBackfill
) -> None:
    source.prepare(MANY)
    start_worker(source.env)
    running = start_backfill("--all", "--yes", "--rate", RATE)
    running.wait_for("progress")
    engines.wait_until_written(queue)
    engines.kill("redis")
    engines.restart("redis")
    running.finish().expect(OK)
    assert running.events[-1]["state"] == "finished"
    source.assert_remembers(range(1, MANY + 1))


def test_the_database_restarts_meanwhile(
    source: Source, database: Database, start_worker: StartWorker, start_backfill: StartBackfill
) -> None:
    source.prepare(MANY)
    start_worker(source.env)
    running = start_backfill("--all", "--yes", "--rate", RATE)
    running.wait_for("progress")
    database.kill()
    database.restart()
    running.finish().expect(OK)
    assert running.events[-1]["rows"] == MANY
    source.assert_remembers(range(1, MANY + 1))


def test_the_database_hangs_meanwhile(
    source: Source, database: Database, start_worker: StartWorker, start_backfill: StartBackfill
) -> None:
    source.prepare(MANY)
    start_worker(source.env)
    running = start_backfill("--all", "--yes", "--rate", RATE)
    running.wait_for("progress")
    database.pause_for(3)
    running.finish().expect(OK)
    source.assert_remembers(range(1, MANY + 1))


@pytest.mark.parametrize(
    "change, status",
    [
        ({"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/memoir"}, UNAVAILABLE),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, UNAVAILABLE),
        ({"DATABASE_URL": "nonsense"}, MISCONFIGURED),
    ],
)
def test_a_service_that_is_away_for_good(source: Source, change: dict[str, str], status: int) -> None:
    source.prepare(ROWS)
    answer = memoir.run(*source.command("--all", "--yes"), env=source.env | change, seconds=110).expect(status)
    assert answer.errors
