"""A table, the collection that is filled from it, and the configuration of both: what one backfill needs."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from . import memoir
from .database import Database
from .memoir import FOLDER, Answer, binary
from .status import OK
from .store import Store
from .waiting import wait_for

BACKFILL_SECONDS = 120
MOST_POINTS = 10_000

# Of the usual table and of what is remembered of its rows.
COLUMNS = """
    id bigint PRIMARY KEY,
    tenant_id text NOT NULL,
    body text,
    number integer,
    price numeric,
    happened timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now()
"""
FIELDS: Mapping[str, object] = {
    "number": {"type": "integer", "filter": "integer"},
    "price": {"type": "number"},
    "happened": {"type": "datetime"},
}
MAPPING: Mapping[str, object] = {
    "primaryKey": ["id"],
    "content": "{body|nothing} for €{price}",
    "updated": "updated_at",
    "metadata": {"number": "number", "price": {"column": "price", "type": "number"}, "happened": "happened"},
}


@dataclass(frozen=True)
class Report:
    """What `backfill --json` said."""

    answer: Answer

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.answer.json_lines()

    def of(self, event: str) -> list[dict[str, Any]]:
        return [each for each in self.events if each["event"] == event]

    @property
    def plan(self) -> dict[str, Any]:
        (plan,) = self.of("plan")
        return plan

    @property
    def summary(self) -> dict[str, Any]:
        (summary,) = self.of("summary")
        assert summary == self.events[-1], "something follows the summary"
        return summary

    def counts(self) -> dict[str, int]:
        """What became of the rows, without what is zero."""
        names = ("rows", "enqueued", "rejected", "ok", "deduped", "error", "expired")
        return {name: self.summary[name] for name in names if self.summary[name] != 0}


class Source:
    """Its table and its collection have one name, which no other test's have."""

    def __init__(self, name: str, folder: Path, database: Database, env: Mapping[str, str], store: Store) -> None:
        self.name = name
        self.folder = folder
        self.database = database
        self.store = store
        self.env = {**env, "DATABASE_URL": database.url, "MEMOIR_CONFIG": str(folder / "memoir.yaml")}

    def create(self, columns: str = COLUMNS) -> None:
        self.database.tell(f"CREATE TABLE {self.name} ({columns})")

    def fill(self, count: int, *, first: int = 1) -> None:
        """Rows of the usual table, each a text of its own, one minute after the other; two tenants in turn."""
        self.database.tell(
            f"INSERT INTO {self.name} SELECT n, 'tenant-' || n % 2, 'row ' || n || ' of {self.name}', "
            f"n, round(n / 4.0, 2), timestamptz '2026-01-01 00:00Z' + n * interval '1 minute', "
            f"timestamptz '2026-02-01 00:00Z' + n * interval '1 minute' "
            f"FROM generate_series({first}, {first + count - 1}) AS n"
        )

    def configure(
        self, mapping: Mapping[str, object] = MAPPING, *, fields: Mapping[str, object] = FIELDS, bootstrap: bool = True
    ) -> None:
        """Writes the configuration. A mapping without a table or query takes this source's table."""
        source = dict(mapping) if "query" in mapping else {"table": f"public.{self.name}", **mapping}
        collections = {self.name: {"description": "Rows", "fields": dict(fields), "source": source}}
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "memoir.yaml").write_text("worker:\n  drainDeadline: 10s\n")
        text = yaml.safe_dump({"collections": collections}, allow_unicode=True)
        (self.folder / "collections.yaml").write_text(text, encoding="utf-8")
        if bootstrap:
            memoir.run("bootstrap", env=self.env).expect(OK)

    def prepare(self, rows: int, **changes: object) -> None:
        """The usual table with so many rows, and the usual mapping with these changes."""
        self.create()
        self.fill(rows)
        self.configure({**MAPPING, **changes})

    def command(self, *arguments: str) -> list[str]:
        return ["backfill", *arguments, "--collection", self.name]

    def run(self, *arguments: str, status: int = OK, seconds: float = BACKFILL_SECONDS) -> Report:
        """`backfill --json` to its end."""
        words = self.command(*arguments, "--json")
        return Report(memoir.run(*words, env=self.env, seconds=seconds).expect(status))

    def plan(self, *arguments: str) -> dict[str, Any]:
        return self.run(*arguments, "--dry-run").plan

    def pour(self, *arguments: str, status: int = OK) -> Report:
        return self.run(*(arguments or ("--all",)), "--yes", status=status)

    def start(self, *arguments: str) -> Running:
        return Running(self.command(*arguments, "--json"), self.env)

    def failures(self) -> list[dict[str, Any]]:
        """What `backfill errors` knows, by primary key."""
        answer = memoir.run("backfill", "errors", "--collection", self.name, "--json", env=self.env).expect(OK)
        return sorted(answer.json_lines(), key=lambda failure: failure["primary_key"])

    def codes(self) -> dict[str, str]:
        """The code of each failed row, by the values of its primary key."""
        failures = self.failures()
        assert all(failure["message"] for failure in failures), failures
        return {"/".join(failure["primary_key"]): failure["code"] for failure in failures}

    def stored(self) -> dict[str, dict[str, Any]]:
        """The payloads of what backfills have made, by `_memoir.source`; a source that is there twice is an error."""
        points = self.store.points(self.name, MOST_POINTS)
        payloads = [point["payload"] for point in points if "source" in point["payload"]["_memoir"]]
        found = {payload["_memoir"]["source"]: payload for payload in payloads}
        assert len(found) == len(payloads), "a row is remembered twice"
        return found

    def assert_remembers(self, ids: Iterable[int]) -> None:
        """Exactly the rows of these ids."""
        assert set(self.stored()) == {source_of(number) for number in ids}


class Running:
    """A backfill under way. What it says goes to files in memory: a pipe that nobody reads would hold it up."""

    def __init__(self, arguments: list[str], env: Mapping[str, str]) -> None:
        self.output = os.memfd_create("output")
        self.errors = os.memfd_create("errors")
        self.has_ended = False
        self.seen = 0
        self.process = subprocess.Popen(
            [binary(), *arguments],
            cwd=FOLDER,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.errors,
            start_new_session=True,
        )

    @property
    def events(self) -> list[dict[str, Any]]:
        """So far; a line that is not whole yet is left out."""
        return [json.loads(line) for line in read(self.output).splitlines(keepends=True) if line.endswith("\n")]

    def wait_for(self, event: str, *, seconds: float = BACKFILL_SECONDS) -> dict[str, Any]:
        """The next such event after the last that was waited for."""

        def probe() -> dict[str, Any] | None:
            has_ended = self.process.poll() is not None
            for number, each in enumerate(self.events[self.seen :], start=self.seen + 1):
                if each["event"] == event:
                    self.seen = number
                    return each
            assert not has_ended, f"it ended with {self.process.returncode}:\n{read(self.errors)[-2_000:]}"
            return None

        found = wait_for(f"the event {event}", probe, seconds=seconds, seen=lambda: self.events[-3:])
        assert found is not None
        return found

    def finish(self, *, seconds: float = BACKFILL_SECONDS) -> Answer:
        return Answer(self.process.wait(seconds), read(self.output), read(self.errors))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """However it is, after a test."""
        if self.process.poll() is None:
            self.kill()
        if not self.has_ended:
            self.has_ended = True
            os.close(self.output)
            os.close(self.errors)


def read(file: int) -> str:
    """All that a process has written, without moving where it goes on."""
    return os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace")


def source_of(*values: object) -> str:
    """As a backfill writes where a memory comes from."""
    return "postgres:" + json.dumps([str(value) for value in values], separators=(",", ":"), ensure_ascii=False)
