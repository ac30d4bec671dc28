"""`memoir backfill` before anything is sent: its plan, its question, a dry run, and mappings that are wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from harness import memoir, terminal
from harness.database import Database
from harness.engines import Engines
from harness.queue import Queue
from harness.recorder import Recorder
from harness.source import MAPPING, Source
from harness.status import MISCONFIGURED, OK, USAGE
from harness.store import Store

POSTGRES = True
ROWS = 40
QUESTION = "Proceed with backfill? (y/n): "
# Of the default model, in dollars.
PRICE_OF_A_TOKEN = 0.02 / 1_000_000

READING = (
    "SELECT",
    "WITH",
    "SHOW",
    "SET",
    "RESET",
    "BEGIN",
    "START",
    "COMMIT",
    "ROLLBACK",
    "DECLARE",
    "FETCH",
    "CLOSE",
)
READING_PATHS = ("/points/count", "/points/query", "/points/scroll", "/points", "/facet")


@pytest.fixture
def recorders() -> Iterator[list[Recorder]]:
    made: list[Recorder] = []
    yield made
    for recorder in made:
        recorder.stop()


def queued(queue: Queue) -> int:
    return sum(queue.depths().values())


# The plan


def test_plan(source: Source) -> None:
    source.prepare(ROWS, tenant="tenant_id", key="row/{id}")
    report = source.run("--all", "--dry-run")
    assert [event["event"] for event in report.events] == ["plan"]
    plan = report.plan
    assert (plan["collection"], plan["rows"], plan["null_keys"]) == (source.name, ROWS, 0)
    assert source.name in json.dumps(plan["source"])
    first = plan["sample"][0]
    assert (first["primary_key"], first["key"], first["tenant"]) == (["1"], "row/1", "tenant-1")
    assert first["content"] == f"row 1 of {source.name} for €0.25"
    assert first["metadata"] == {"number": 1, "price": 0.25, "happened": "2026-01-01T00:01:00Z"}
    assert 1 <= len(plan["sample"]) <= ROWS
    # A text of about thirty bytes has neither one token nor a hundred.
    assert 3 < plan["tokens_per_item"] < 30
    assert plan["tokens"] == pytest.approx(plan["tokens_per_item"] * ROWS, rel=0.05)
    assert plan["dollars"] == pytest.approx(plan["tokens"] * PRICE_OF_A_TOKEN, rel=0.05)
    assert plan["seconds"] is None or plan["seconds"] >= 0


def test_a_key_that_is_not_unique_is_told(source: Source) -> None:
    source.prepare(ROWS, key="half/{tenant_id}")
    assert source.plan("--all")["shared_keys"] == ROWS - 2
    text = memoir.run(*source.command("--all", "--dry-run"), env=source.env).expect(OK).output
    assert "half/tenant-" in text and "overwrite" in text
    # The same key of two tenants is two memories.
    source.configure({**MAPPING, "key": "{number}"})
    source.database.tell(f"UPDATE {source.name} SET number = (number + 1) / 2")
    assert source.plan("--all")["shared_keys"] == ROWS // 2
    source.configure({**MAPPING, "key": "{number}", "tenant": "tenant_id"})
    assert source.plan("--all")["shared_keys"] == 0
    assert "overwrite" not in memoir.run(*source.command("--all", "--dry-run"), env=source.env).expect(OK).output


@pytest.mark.parametrize(
    "selection, rows",
    [
        (["--all"], ROWS),
        (["--limit", "7"], 7),
        (["--limit", "1000"], ROWS),
        (["--since", "2026-02-01T00:31:00Z"], 10),
        (["--since", "1h"], 0),
        (["--where", "number <= 5 OR number = 12"], 6),
        (["--where", "tenant_id = 'tenant-0'"], ROWS // 2),
    ],
)
def test_selections(source: Source, selection: list[str], rows: int) -> None:
    source.prepare(ROWS)
    assert source.plan(*selection)["rows"] == rows


def test_changed_within_the_last_hour(source: Source) -> None:
    source.prepare(ROWS)
    source.database.tell(f"UPDATE {source.name} SET updated_at = now() - interval '50 min' WHERE id <= 3")
    source.database.tell(f"UPDATE {source.name} SET updated_at = now() - interval '70 min' WHERE id = 4")
    assert source.plan("--since", "1h")["rows"] == 3


def test_plan_for_people(source: Source) -> None:
    source.prepare(ROWS)
    text = memoir.run(*source.command("--all", "--dry-run"), env=source.env).expect(OK).output
    assert all(part in text for part in (source.name, str(ROWS), f"row 1 of {source.name}", "tokens", "$"))
    assert QUESTION not in text


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--yes"],
        ["--all", "--limit", "5"],
        ["--limit", "0"],
        ["--limit", "many"],
        ["--all", "--rate", "0"],
        ["--all", "--resume", "--restart"],
        ["--since", "yesterday-ish"],
    ],
)
def test_wrong_usage(source: Source, queue: Queue, options: list[str]) -> None:
    source.prepare(1)
    assert memoir.run(*source.command(*options), env=source.env).expect(USAGE).errors
    assert queued(queue) == 0


# The question


def test_no_is_no(source: Source, queue: Queue) -> None:
    source.prepare(ROWS)
    before = sorted(queue.redis.keys("*"))
    answer = terminal.answer_questions(*source.command("--all"), env=source.env, answers=["n\n"])
    assert QUESTION in answer.expect(OK).output
    assert str(ROWS) in answer.output.partition(QUESTION)[0]
    assert sorted(queue.redis.keys("*")) == before


def test_the_end_of_input_is_no_yes(source: Source, queue: Queue) -> None:
    source.prepare(ROWS)
    terminal.answer_questions(*source.command("--all"), env=source.env, answers=[terminal.END_OF_INPUT])
    assert queued(queue) == 0


def test_without_a_terminal_nobody_can_say_yes(source: Source, queue: Queue) -> None:
    source.prepare(ROWS)
    answer = memoir.run(*source.command("--all"), env=source.env, text="y\n").expect(USAGE)
    assert "--yes" in answer.errors
    assert QUESTION not in answer.output + answer.errors
    assert queued(queue) == 0


# A dry run


def test_a_dry_run_only_reads(
    source: Source, database: Database, queue: Queue, store: Store, engines: Engines, recorders: list[Recorder]
) -> None:
    """What each server is told is looked at on the wire, or in its log."""
    source.prepare(ROWS)
    user = f"reader_{source.name}"
    database.tell(f"CREATE ROLE {user} LOGIN; GRANT SELECT ON {source.name} TO {user}")
    watch_sessions(database, source, user)
    database.log_statements_of(user)
    recorders += [Recorder(source.env[name]) for name in ("REDIS_URL", "QDRANT_URL")]
    urls = dict(zip(("REDIS_URL", "QDRANT_URL"), (recorder.url for recorder in recorders), strict=True))
    source.env |= {**urls, "DATABASE_URL": database.as_user(user)}
    keys, points = sorted(queue.redis.keys("*")), store.count(source.name)
    texts = engines.embedded()["calls"]

    assert source.plan("--all")["rows"] == ROWS

    assert writing_commands(queue, recorders[0]) == []
    assert [each for each in recorders[1].requests() if each[0] != "GET" and not each[1].endswith(READING_PATHS)] == []
    assert sorted(queue.redis.keys("*")) == keys
    assert store.count(source.name) == points
    assert engines.embedded()["calls"] == texts
    statements = database.statements_of(user)
    assert statements, "the log has nothing of it"
    assert [each for each in statements if not is_reading(each)] == []
    assert f"LOG:  {source.name} read only: on" in database.log()
    assert f"LOG:  {source.name} read only: off" not in database.log()


def watch_sessions(database: Database, source: Source, user: str) -> None:
    """Puts a view in the place of the table, which tells the log about every session that reads from it."""
    view = f"{source.name}_watched"
    database.tell(
        f"CREATE FUNCTION {view}_tell() RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN "
        f"RAISE LOG '{source.name} read only: %', current_setting('transaction_read_only'); RETURN true; END $$"
    )
    database.tell(f"CREATE VIEW {view} AS SELECT * FROM {source.name} WHERE (SELECT {view}_tell())")
    database.tell(f"GRANT SELECT ON {view} TO {user}")
    source.configure({**MAPPING, "table": f"public.{view}"})


def writing_commands(queue: Queue, recorder: Recorder) -> list[str]:
    """Commands that Redis itself says may write."""
    names = {command[0].decode().lower() for command in recorder.commands()}
    assert names, "Redis was not asked anything"
    flags = {name: queue.redis.execute_command("COMMAND", "INFO", name) for name in names}
    return [name for name in names if any(flag in str(flags[name]) for flag in ("write", "may_replicate"))]


def is_reading(statement: str) -> bool:
    words = statement.upper().split()
    return words[0].rstrip(";") in READING or (words[0] == "COPY" and "STDOUT" in words[-1])


# Mappings that are wrong


@pytest.mark.parametrize(
    "changes, wrong, right",
    [
        ({"content": "{boddy}"}, "boddy", "body"),
        ({"key": "{nunber}"}, "nunber", "number"),
        ({"tenant": "tenant"}, "tenant", "tenant_id"),
        ({"updated": "update_at"}, "update_at", "updated_at"),
        ({"primaryKey": ["ids"]}, "ids", "id"),
        ({"metadata": {"price": "prize"}}, "prize", "price"),
        ({"metadata": {"price": {"column": "prize", "type": "number"}}}, "prize", "price"),
    ],
)
def test_a_column_of_a_wrong_name(
    source: Source, queue: Queue, changes: Mapping[str, object], wrong: str, right: str
) -> None:
    source.prepare(3, **changes)
    answer = memoir.run(*source.command("--all", "--yes"), env=source.env).expect(MISCONFIGURED)
    assert wrong in answer.errors
    assert f'"{right}"' in answer.errors or f" {right}" in answer.errors, answer.errors
    assert queued(queue) == 0


def test_all_that_is_wrong_is_told_at_once(source: Source) -> None:
    source.prepare(3, content="{boddy}", tenant="tenant")
    errors = memoir.run(*source.command("--all", "--yes"), env=source.env).expect(MISCONFIGURED).errors
    assert "boddy" in errors
    assert "tenant_id" in errors


def test_a_table_without_a_primary_key(source: Source, queue: Queue) -> None:
    source.create("id bigint, body text")
    source.configure({"content": "{body}"})
    answer = memoir.run(*source.command("--all", "--yes"), env=source.env).expect(MISCONFIGURED)
    assert "primaryKey" in answer.errors
    assert queued(queue) == 0


@pytest.mark.parametrize("table", ["public.no_such_table", "no_such_schema.rows"])
def test_a_table_that_is_not_there(source: Source, table: str) -> None:
    source.prepare(1, table=table)
    answer = memoir.run(*source.command("--all", "--yes"), env=source.env).expect(MISCONFIGURED)
    assert table.rpartition(".")[2] in answer.errors or table in answer.errors


def test_a_type_that_cannot_be_made(source: Source) -> None:
    source.prepare(1, metadata={"number": "body"})
    answer = memoir.run(*source.command("--all", "--yes"), env=source.env).expect(MISCONFIGURED)
    assert "number" in answer.errors
    assert "body" in answer.errors


def test_a_collection_without_a_source(source: Source) -> None:
    source.prepare(1)
    answer = memoir.run("backfill", "--collection", "nothing", "--all", "--yes", env=source.env)
    assert answer.status in (USAGE, MISCONFIGURED)
    assert "nothing" in answer.errors
    text = (source.folder / "collections.yaml").read_text()
    (source.folder / "collections.yaml").write_text(text.partition("    source:")[0])
    answer = memoir.run(*source.command("--all", "--yes"), env=source.env).expect(MISCONFIGURED)
    assert "source" in answer.errors


def test_without_a_database(source: Source) -> None:
    source.prepare(1)
    del source.env["DATABASE_URL"]
    answer = memoir.run(*source.command("--all", "--yes"), env=source.env).expect(MISCONFIGURED)
    assert "DATABASE_URL" in answer.errors
