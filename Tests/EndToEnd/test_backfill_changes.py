"""A backfill that is run again: nothing is doubled, changes are taken over, and what is gone is forgotten if wanted."""

from __future__ import annotations

import pytest
from conftest import StartWorker
from harness import memoir, terminal
from harness.engines import Engines
from harness.queue import Queue
from harness.source import MAPPING, Source, source_of
from harness.status import JOB_FAILED, OK, USAGE
from harness.store import Store

POSTGRES = True
ROWS = 60
CHANGED = [3, 17, 59]
GONE = [1, 2, 40]

pytestmark = pytest.mark.usefixtures("emptied")


def change(source: Source) -> None:
    """Another text for three rows, later than all others."""
    wanted = ", ".join(map(str, CHANGED))
    body = f"body = 'changed ' || id || ' of {source.name}'"
    source.database.tell(f"UPDATE {source.name} SET {body}, updated_at = '2026-06-01 00:00Z' WHERE id IN ({wanted})")


def remove(source: Source) -> None:
    source.database.tell(f"DELETE FROM {source.name} WHERE id IN ({', '.join(map(str, GONE))})")


def test_the_second_run_changes_nothing(source: Source, engines: Engines, start_worker: StartWorker) -> None:
    source.prepare(ROWS, tenant="tenant_id")
    start_worker(source.env)
    source.pour()
    first, calls = source.stored(), engines.embedded()["calls"]
    assert source.pour().counts() == {"rows": ROWS, "enqueued": ROWS, "ok": ROWS, "deduped": ROWS}
    assert engines.embedded()["calls"] == calls
    assert source.stored() == first


@pytest.mark.parametrize("selection", [["--all"], ["--since", "2026-05-31T00:00:00Z"]])
def test_changed_rows_are_taken_over(
    source: Source, engines: Engines, store: Store, start_worker: StartWorker, selection: list[str]
) -> None:
    source.prepare(ROWS, tenant="tenant_id")
    start_worker(source.env)
    source.pour()
    change(source)
    texts = engines.embedded()["texts"]
    summary = source.pour(*selection).summary
    rows = ROWS if selection == ["--all"] else len(CHANGED)
    assert (summary["rows"], summary["ok"], summary["deduped"]) == (rows, rows, rows - len(CHANGED))
    assert engines.embedded()["texts"] == texts + len(CHANGED)
    assert store.count(source.name) == ROWS
    stored = source.stored()
    changed = [number for number in range(1, ROWS + 1) if stored[source_of(number)]["content"].startswith("changed ")]
    assert changed == CHANGED


def test_a_row_that_changes_its_natural_key(source: Source, store: Store, start_worker: StartWorker) -> None:
    """What was remembered under the old one is the same row's, and gone once what is gone is forgotten."""
    source.prepare(ROWS, key="number/{number}")
    start_worker(source.env)
    source.pour()
    source.database.tell(f"UPDATE {source.name} SET number = 1000 WHERE id = 5")
    source.pour()
    source.pour("--prune")
    assert store.count(source.name) == ROWS
    source.assert_remembers(range(1, ROWS + 1))
    assert source.stored()[source_of(5)]["_memoir"]["key"] == "number/1000"


def test_a_key_that_is_configured_anew(source: Source, store: Store, start_worker: StartWorker) -> None:
    """The rows are there, and nothing else is remembered of them until they are read again."""
    source.prepare(ROWS, key="old/{id}")
    start_worker(source.env)
    source.pour()
    source.configure({**MAPPING, "key": "new/{id}"})
    source.pour("--prune")
    assert store.count(source.name) == ROWS
    # One row that cannot be saved under its new name keeps the old one.
    source.database.tell(f"UPDATE {source.name} SET body = repeat('x', 2000000) WHERE id = 7")
    source.pour("--all", "--prune", status=JOB_FAILED)
    assert store.count(source.name) == 2 * ROWS - 1
    report = source.pour("--prune").of("prune")[0]
    assert (report["stale"], report["forgotten"], report["kept"]) == (ROWS - 1, ROWS - 1, 1)
    source.assert_remembers(range(1, ROWS + 1))
    keys = {payload["_memoir"]["key"] for payload in source.stored().values()}
    assert keys == {f"new/{number}" for number in range(1, ROWS + 1) if number != 7} | {"old/7"}


def test_nothing_is_forgotten_where_the_backfill_is_not_wanted(pruned: Source) -> None:
    before = pruned.store.count(pruned.name)
    answer = terminal.answer_questions(*pruned.command("--all", "--prune"), env=pruned.env, answers=["n\n", "y\n"])
    assert answer.expect(OK).output.count(terminal.QUESTION) == 1
    assert pruned.store.count(pruned.name) == before


@pytest.mark.parametrize("primary_key", ["tenant_id, id", "code"])
def test_another_primary_key(source: Source, store: Store, start_worker: StartWorker, primary_key: str) -> None:
    """Memories whose source does not read as the new one are not of any row, or cannot be told; the scan goes on."""
    source.create("id bigint PRIMARY KEY, tenant_id text, code uuid, body text")
    columns = f"n, 'tenant', md5(n::text)::uuid, 'row ' || n || ' of {source.name}'"
    source.database.tell(f"INSERT INTO {source.name} SELECT {columns} FROM generate_series(1, {ROWS}) AS n")
    mapping = {"content": "{body}", "key": "row/{id}"}
    source.configure({**mapping, "primaryKey": ["id"]}, fields={})
    start_worker(source.env)
    source.pour()
    source.database.tell(f"DELETE FROM {source.name} WHERE id = 1")
    source.configure({**mapping, "primaryKey": primary_key.split(", ")}, fields={})
    source.pour()
    # The rest has been taken over, and what is left is of the row that is gone.
    report = source.pour("--prune").of("prune")[0]
    is_told = primary_key == "tenant_id, id"
    assert (report["stale"], report["kept"]) == ((1, 0) if is_told else (0, 1))
    assert store.count(source.name) == (ROWS - 1 if is_told else ROWS)


def test_a_row_that_cannot_be_read_does_not_end_the_scan(source: Source, start_worker: StartWorker) -> None:
    source.create("id bigint PRIMARY KEY, divisor integer")
    source.database.tell(f"INSERT INTO {source.name} SELECT n, 1 FROM generate_series(1, {ROWS}) AS n")
    query = f"SELECT id, 10 / divisor AS share FROM {source.name}"
    source.configure({"query": query, "primaryKey": ["id"], "content": "{share}"}, fields={})
    start_worker(source.env)
    source.pour()
    source.database.tell(f"UPDATE {source.name} SET divisor = 0 WHERE id = 9")
    remove(source)
    report = source.pour("--prune").of("prune")[0]
    assert (report["stale"], report["forgotten"], report["kept"]) == (len(GONE), len(GONE), 1)
    source.assert_remembers([number for number in range(1, ROWS + 1) if number not in GONE])


# Forgetting what is gone


@pytest.fixture
def pruned(source: Source, start_worker: StartWorker) -> Source:
    """Rows that were poured in and are gone, and memories that an agent saved beside them."""
    source.prepare(ROWS, tenant="tenant_id", key="row/{id}")
    start_worker(source.env)
    source.pour()
    save = ("save", "--collection", source.name, "--wait")
    memoir.run(*save, "--tenant", "tenant-1", "--key", "mine", "an agent's own", env=source.env).expect(OK)
    memoir.run(*save, "--tenant", "elsewhere", "--key", "row/1", "another tenant's", env=source.env).expect(OK)
    memoir.run(*save, "--key", "row/2", "nobody's", env=source.env).expect(OK)
    # In the place of what the backfill had made of row 40: from then on it is the agent's.
    memoir.run(*save, "--tenant", "tenant-0", "--key", "row/40", "better words", env=source.env).expect(OK)
    remove(source)
    return source


def own(source: Source) -> list[str]:
    """The texts that no backfill has made."""
    points = [point["payload"] for point in source.store.points(source.name, 1_000)]
    return sorted(point["content"] for point in points if "source" not in point["_memoir"])


OWN = ["an agent's own", "another tenant's", "better words", "nobody's"]


def test_what_is_gone_stays_unless_asked(pruned: Source) -> None:
    pruned.pour()
    # Of row 40 there is no memory of the backfill any more.
    pruned.assert_remembers([number for number in range(1, ROWS + 1) if number != 40])
    assert own(pruned) == OWN


@pytest.mark.parametrize("options", [["--prune"], ["--all", "--prune"]])
def test_what_is_gone_is_forgotten(pruned: Source, options: list[str]) -> None:
    pruned.pour(*options)
    pruned.assert_remembers([number for number in range(1, ROWS + 1) if number not in GONE])
    assert own(pruned) == OWN
    # There is nothing left to forget.
    pruned.pour(*options)
    pruned.assert_remembers([number for number in range(1, ROWS + 1) if number not in GONE])


def test_forgetting_tells_how_many_and_asks(pruned: Source) -> None:
    before = pruned.store.count(pruned.name)
    answer = terminal.answer_questions(*pruned.command("--prune"), env=pruned.env, answers=["n\n"])
    assert answer.expect(OK).output.count(terminal.QUESTION) == 1
    # Rows 1 and 2; what was made of row 40 is an agent's now.
    assert " 2 " in answer.output.partition(terminal.QUESTION)[0]
    assert pruned.store.count(pruned.name) == before

    memoir.run(*pruned.command("--prune"), env=pruned.env, text="y\n").expect(USAGE)
    assert pruned.store.count(pruned.name) == before
    terminal.answer_questions(*pruned.command("--prune"), env=pruned.env, answers=["y\n"]).expect(OK)
    assert pruned.store.count(pruned.name) == before - 2


def test_a_dry_run_forgets_nothing(pruned: Source, queue: Queue) -> None:
    before = pruned.store.count(pruned.name)
    pruned.run("--prune", "--dry-run")
    assert sum(queue.depths().values()) == 0
    assert pruned.store.count(pruned.name) == before


def test_an_empty_table_forgets_all_that_it_made(source: Source, store: Store, start_worker: StartWorker) -> None:
    source.prepare(ROWS)
    start_worker(source.env)
    source.pour()
    memoir.run("save", "--collection", source.name, "--wait", "an agent's own", env=source.env).expect(OK)
    source.database.tell(f"TRUNCATE {source.name}")
    source.pour("--prune")
    assert store.count(source.name) == 1
