"""`memoir follow`: a collection in step with its table, by a trigger or by polling, through restarts of everything."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Iterator

import pytest
from conftest import StartWorker
from harness import memoir, terminal
from harness.database import Database
from harness.engines import Engines
from harness.queue import Queue
from harness.source import Running, Source, source_of
from harness.status import MISCONFIGURED, OK, TRY_AGAIN, USAGE
from harness.waiting import wait_for

POSTGRES = True
ROWS = 20
# Until a change is seen, and then some.
SECONDS = 30.0

pytestmark = pytest.mark.usefixtures("emptied")

Follow = Callable[..., Running]


@pytest.fixture
def follow(source: Source) -> Iterator[Follow]:
    """Follows; whatever was started is ended."""
    started: list[Running] = []

    def start(*options: str) -> Running:
        started.append(Running(["follow", "--collection", source.name, *options], source.env))
        return started[-1]

    yield start
    for each in started:
        each.end()


def triggers(source: Source) -> list[str]:
    query = f"SELECT tgname FROM pg_trigger WHERE tgrelid = 'public.{source.name}'::regclass AND NOT tgisinternal"
    return [row[0] for row in source.database.rows(query)]


def install(source: Source) -> None:
    memoir.run("follow", "--collection", source.name, "--install-trigger", "--yes", env=source.env).expect(OK)
    assert triggers(source) != []


def prepare(source: Source, start_worker: StartWorker) -> None:
    """Rows that a backfill has poured in already."""
    source.prepare(ROWS, tenant="tenant_id")
    start_worker(source.env)
    source.pour()


def change(source: Source) -> None:
    """An insert, an update and a deletion."""
    source.fill(1, first=ROWS + 1)
    source.database.tell(f"UPDATE {source.name} SET body = 'changed', updated_at = now() WHERE id = 2")
    source.database.tell(f"DELETE FROM {source.name} WHERE id = 3")


def wait_until_changed(source: Source) -> None:
    wanted = {source_of(number) for number in range(1, ROWS + 2) if number != 3}

    def is_so() -> bool:
        stored = source.stored()
        return set(stored) == wanted and stored[source_of(2)]["content"].startswith("changed ")

    wait_for("the changes to be remembered", is_so, seconds=SECONDS, seen=lambda: sorted(source.stored()))


def wait_for_rows(source: Source, ids: Iterable[int]) -> None:
    wanted = {source_of(number) for number in ids}
    wait_for("the rows", lambda: set(source.stored()) == wanted, seconds=SECONDS, seen=lambda: sorted(source.stored()))


def stop(running: Running) -> None:
    running.process.send_signal(signal.SIGTERM)
    running.finish(seconds=20).expect(OK)


# By a trigger


def test_the_trigger_is_shown_and_asked_for(source: Source, database: Database) -> None:
    source.prepare(ROWS)
    command = ["follow", "--collection", source.name, "--install-trigger"]
    before = database.value("SELECT count(*) FROM pg_class")
    answer = terminal.answer_questions(*command, env=source.env, answers=["n\n"]).expect(OK)
    said = answer.output.partition(terminal.QUESTION)[0]
    assert "CREATE TRIGGER" in said and "CREATE TABLE" in said and source.name in said
    assert (triggers(source), database.value("SELECT count(*) FROM pg_class")) == ([], before)

    memoir.run(*command, env=source.env, text="y\n").expect(USAGE)
    assert triggers(source) == []
    terminal.answer_questions(*command, env=source.env, answers=["y\n"]).expect(OK)
    assert triggers(source) != []
    # Once more changes nothing.
    once = triggers(source)
    memoir.run(*command, "--yes", env=source.env).expect(OK)
    assert triggers(source) == once

    remove = ["follow", "--collection", source.name, "--remove-trigger"]
    assert "DROP TRIGGER" in terminal.answer_questions(*remove, env=source.env, answers=["n\n"]).expect(OK).output
    assert triggers(source) == once
    memoir.run(*remove, "--yes", env=source.env).expect(OK)
    assert triggers(source) == []
    # Changes of the table work as they did before.
    source.database.tell(f"DELETE FROM {source.name} WHERE id = 1")


def test_changes_are_followed(source: Source, start_worker: StartWorker, follow: Follow) -> None:
    prepare(source, start_worker)
    install(source)
    running = follow()
    change(source)
    wait_until_changed(source)
    source.fill(500, first=1_001)
    wait_for_rows(source, [*(n for n in range(1, ROWS + 2) if n != 3), *range(1_001, 1_501)])
    stop(running)


def test_what_changes_while_nobody_follows(source: Source, start_worker: StartWorker, follow: Follow) -> None:
    prepare(source, start_worker)
    install(source)
    stopped = follow()
    source.fill(1, first=100)
    wait_for_rows(source, [*range(1, ROWS + 1), 100])
    stop(stopped)
    source.database.tell(f"DELETE FROM {source.name} WHERE id = 100")
    change(source)
    follow()
    wait_until_changed(source)


def test_a_change_that_is_taken_back_is_none(source: Source, start_worker: StartWorker, follow: Follow) -> None:
    prepare(source, start_worker)
    install(source)
    follow()
    source.database.tell(f"BEGIN; UPDATE {source.name} SET body = 'never'; DELETE FROM {source.name}; ROLLBACK")
    change(source)
    wait_until_changed(source)
    assert not any(payload["content"].startswith("never") for payload in source.stored().values())


def test_restarts_of_everything(
    source: Source, engines: Engines, queue: Queue, database: Database, start_worker: StartWorker, follow: Follow
) -> None:
    prepare(source, start_worker)
    install(source)
    running = follow()
    source.fill(1, first=100)
    wait_for_rows(source, [*range(1, ROWS + 1), 100])
    database.kill()
    database.restart()
    source.fill(1, first=101)
    wait_for_rows(source, [*range(1, ROWS + 1), 100, 101])
    engines.wait_until_written(queue)
    engines.kill("redis")
    source.fill(1, first=102)
    engines.restart("redis")
    wait_for_rows(source, [*range(1, ROWS + 1), 100, 101, 102])
    running.kill()
    source.database.tell(f"DELETE FROM {source.name} WHERE id >= 100")
    change(source)
    follow()
    wait_until_changed(source)


def test_only_the_backfills_own_memories_are_forgotten(
    source: Source, start_worker: StartWorker, follow: Follow
) -> None:
    """What an agent has saved beside them stays."""
    source.prepare(ROWS, tenant="tenant_id", key="row/{id}")
    start_worker(source.env)
    source.pour()
    save = ("save", "--collection", source.name, "--wait", "--tenant", "tenant-1")
    memoir.run(*save, "--key", "mine", "an agent's own", env=source.env).expect(OK)
    install(source)
    follow()
    change(source)
    wait_until_changed(source)
    assert source.store.count(source.name) == ROWS + 1


def test_a_key_that_moves_to_another_row(source: Source, start_worker: StartWorker, follow: Follow) -> None:
    """What is forgotten of the first row must not be the second's memory."""
    source.prepare(ROWS, key="number/{number}")
    start_worker(source.env)
    source.pour()
    install(source)
    follow()
    source.database.tell(f"DELETE FROM {source.name} WHERE id = 5; UPDATE {source.name} SET number = 5 WHERE id = 6")
    wait_for_rows(source, [number for number in range(1, ROWS + 1) if number != 5])
    assert source.stored()[source_of(6)]["_memoir"]["key"] == "number/5"


def test_killed_again_and_again(source: Source, start_worker: StartWorker, follow: Follow) -> None:
    """Wherever it dies, what it had begun is done again, and nothing twice as far as anybody can see."""
    prepare(source, start_worker)
    install(source)
    for number in range(3):
        running = follow("--json")
        running.wait_for("following")
        source.fill(300, first=1_000 * (number + 1))
        time.sleep(0.1 * number)
        running.kill()
    source.database.tell(f"DELETE FROM {source.name} WHERE id > 3100")
    follow()
    wanted = [*range(1, ROWS + 1), *range(1_000, 1_300), *range(2_000, 2_300), *range(3_000, 3_101)]
    wait_for_rows(source, wanted)
    assert source.store.count(source.name) == len(wanted)


def test_a_second_follower_is_refused(source: Source, start_worker: StartWorker, follow: Follow) -> None:
    prepare(source, start_worker)
    install(source)
    first = follow("--json")
    first.wait_for("following")
    answer = memoir.run("follow", "--collection", source.name, env=source.env).expect(TRY_AGAIN)
    assert str(first.process.pid) in answer.errors
    stop(first)


def test_what_is_told_to_programs(source: Source, start_worker: StartWorker, follow: Follow) -> None:
    prepare(source, start_worker)
    install(source)
    running = follow("--json")
    assert running.wait_for("following")["mode"] == "trigger"
    source.database.tell(f"DELETE FROM {source.name} WHERE id = 3")
    changes = running.wait_for("changes")
    assert (changes["saved"], changes["forgotten"], changes["rejected"]) == (0, 1, 0)
    source.database.tell(f"UPDATE {source.name} SET number = NULL, body = repeat('x', 2000000) WHERE id = 4")
    assert running.wait_for("changes")["rejected"] == 1
    listed = memoir.run("backfill", "errors", "--collection", source.name, "--follow", "--json", env=source.env)
    assert [failure["primary_key"] for failure in listed.expect(OK).json_lines()] == [["4"]]
    source.database.tell(f"TRUNCATE {source.name}")
    running.wait_for("truncated")
    stop(running)
    assert running.wait_for("stopped")["forgotten"] == 1


def test_without_a_trigger_and_without_polling(source: Source) -> None:
    source.prepare(ROWS)
    answer = memoir.run("follow", "--collection", source.name, env=source.env).expect(MISCONFIGURED)
    assert "--install-trigger" in answer.errors
    assert "--poll" in answer.errors


# By polling


def test_polling(source: Source, start_worker: StartWorker, follow: Follow) -> None:
    prepare(source, start_worker)
    running = follow("--poll", "1s")
    source.fill(1, first=ROWS + 1)
    source.database.tell(f"UPDATE {source.name} SET updated_at = now() WHERE id > {ROWS}")
    source.database.tell(f"UPDATE {source.name} SET body = 'changed', updated_at = now() WHERE id = 2")
    wait_for("the change", lambda: source.stored()[source_of(2)]["content"].startswith("changed "), seconds=SECONDS)
    wait_for_rows(source, range(1, ROWS + 2))
    assert triggers(source) == []
    stop(running)


def test_polling_goes_on_where_it_was(source: Source, start_worker: StartWorker, follow: Follow) -> None:
    prepare(source, start_worker)
    first = follow("--poll", "1s")
    source.database.tell(f"UPDATE {source.name} SET body = 'changed first', updated_at = now() WHERE id = 1")
    wait_for("the change", lambda: "changed first" in source.stored()[source_of(1)]["content"], seconds=SECONDS)
    first.kill()
    source.database.tell(f"UPDATE {source.name} SET body = 'changed later', updated_at = now() WHERE id = 2")
    follow("--poll", "1s")
    wait_for("the change", lambda: "changed later" in source.stored()[source_of(2)]["content"], seconds=SECONDS)


def test_polling_needs_to_know_when(source: Source) -> None:
    source.create("id bigint PRIMARY KEY, body text")
    source.configure({"content": "{body}"}, fields={})
    answer = memoir.run("follow", "--collection", source.name, "--poll", "1s", env=source.env).expect(MISCONFIGURED)
    assert "updated" in answer.errors
