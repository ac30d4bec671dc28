"""The account: what was sent, acknowledged, answered and seen of every job, kept outside the system under test.

Everything that a scenario asserts is judged from here, and a failure is explained from here. Times are seconds since
the scenario began.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from harness.wire import Job

# Of a finding: jobs that are named, and those whose whole account is shown.
NAMED = 8
EXPLAINED = 3
# Of the timeline of the scenario: events around a job's life that are shown with it.
SHOWN_EVENTS = 40


@dataclass(frozen=True)
class Sent:
    """One attempt to hand a job to Redis: the entry that it acknowledged, or why nobody knows of one."""

    at: float
    entry: str | None
    error: str | None = None
    # Whether there is an entry: Redis said so, or it was gone before it could say anything.
    may_have_arrived: bool = True


@dataclass(frozen=True)
class Reading:
    """A result as it stood at some time; `raw` is None where there was none."""

    at: float
    raw: bytes | None


@dataclass
class JobAccount:
    """All that was seen of one job. `expected` is `ok`, or the code of the error that it deserves."""

    job: Job
    expected: str = "ok"
    sends: list[Sent] = field(default_factory=list)
    replies: list[tuple[float, str]] = field(default_factory=list)
    first: Reading | None = None
    last: Reading | None = None
    moves: list[tuple[float, str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.job.id

    @property
    def accepted_at(self) -> float | None:
        """When Redis first acknowledged it."""
        return next((sent.at for sent in self.sends if sent.entry), None)

    @property
    def may_have_arrived_twice(self) -> bool:
        """Then two workers may run it at once, and the later result, the same but for its times, replaces the other."""
        return sum(sent.may_have_arrived for sent in self.sends) > 1

    @property
    def wants_reply(self) -> bool:
        return "reply_to" in self.job.fields

    @property
    def result(self) -> dict[str, Any] | None:
        """The result as first seen."""
        if self.first is None or self.first.raw is None:
            return None
        parsed: dict[str, Any] = json.loads(self.first.raw)
        return parsed

    @property
    def outcome(self) -> str | None:
        """`ok`, the error's code, or None while there is no result."""
        result = self.result
        if result is None:
            return None
        return str(result["error"]["code"]) if result.get("error") else str(result["status"])

    def lines(self) -> list[tuple[float, str]]:
        told = [
            (sent.at, f"sent to {self.job.lane}: entry {sent.entry}" if sent.entry else f"sent: {sent.error}")
            for sent in self.sends
        ]
        told += [(at, f"reply {status}") for at, status in self.replies]
        told += self.moves
        for name, reading in (("first", self.first), ("last", self.last)):
            if reading is not None:
                told.append((reading.at, f"result, {name} reading: {excerpt(reading.raw)}"))
        return sorted(told, key=lambda line: line[0])


@dataclass(frozen=True)
class Finding:
    """Something that must not be, and the jobs that it is about."""

    what: str
    jobs: tuple[str, ...] = ()


class Account:
    """Written by the producer, the watcher and the scenario at once, hence the lock around each change."""

    def __init__(self, scenario: str, seed: int) -> None:
        self.scenario = scenario
        self.seed = seed
        self.began = time.monotonic()
        self.began_by_the_clock = time.time()
        self.jobs: dict[str, JobAccount] = {}
        self.by_entry: dict[tuple[str, str], str] = {}
        self.events: list[tuple[float, str]] = []
        self.unanswered: set[str] = set()
        self.lock = threading.Lock()

    def now(self) -> float:
        return time.monotonic() - self.began

    def note(self, what: str) -> float:
        """An event of the scenario: a kill, a fault, a return."""
        with self.lock:
            self.events.append((at := self.now(), what))
        return at

    def sending(self, job: Job, expected: str = "ok") -> JobAccount:
        with self.lock:
            return self.jobs.setdefault(job.id, JobAccount(job, expected))

    def acknowledged(self, job_id: str, entry: str) -> None:
        with self.lock:
            known = self.jobs[job_id]
            known.sends.append(Sent(self.now(), entry))
            self.by_entry[known.job.lane, entry] = job_id
            if known.first is None:
                self.unanswered.add(job_id)

    def refused(self, job_id: str, error: str) -> None:
        """Redis said no."""
        with self.lock:
            self.jobs[job_id].sends.append(Sent(self.now(), None, error, may_have_arrived=False))

    def unanswered_send(self, job_id: str, error: str) -> None:
        """Not acknowledged, because the connection broke: it may have arrived all the same."""
        with self.lock:
            self.jobs[job_id].sends.append(Sent(self.now(), None, error))

    def replied(self, job_id: str, status: str, entry: str) -> None:
        """A reply, with the time at which Redis wrote it, which its entry's id tells."""
        written = int(entry.partition("-")[0]) / 1_000 - self.began_by_the_clock
        with self.lock:
            if known := self.jobs.get(job_id):
                known.replies.append((written, status))

    def read(self, job_id: str, raw: bytes | None) -> None:
        """A reading of the result; the first one that finds it is kept, and so is the latest of all."""
        with self.lock:
            known = self.jobs[job_id]
            known.last = Reading(self.now(), raw)
            if known.first is None and raw is not None:
                known.first = known.last
                self.unanswered.discard(job_id)

    def moved(self, lane: str, entry: str, what: str) -> None:
        with self.lock:
            job_id = self.by_entry.get((lane, entry))
            if job_id is not None:
                self.jobs[job_id].moves.append((self.now(), what))

    def waiting(self) -> list[str]:
        """The acknowledged jobs whose result nobody has seen yet."""
        with self.lock:
            return list(self.unanswered)

    def has_result(self, job_id: str) -> bool:
        known = self.jobs.get(job_id)
        return known is not None and known.first is not None

    def accepted(self) -> list[JobAccount]:
        with self.lock:
            return [known for known in self.jobs.values() if known.accepted_at is not None]

    def first_reply_after(self, at: float) -> float | None:
        """When the first result after this time was written, however late it was seen."""
        with self.lock:
            written = [told for known in self.jobs.values() for told, _ in known.replies if told >= at]
        return min(written, default=None)

    def explain(self, job_id: str) -> str:
        """The whole account of one job, and what the scenario did meanwhile."""
        known = self.jobs.get(job_id)
        if known is None:
            return f"job {job_id}: not one of this scenario's"
        fields = {name: excerpt(value, 60) for name, value in known.job.fields.items()}
        own = known.lines()
        begin, end = (own[0][0] - 1, own[-1][0] + 1) if own else (0.0, 0.0)
        around = [(at, f"    | {what}") for at, what in self.events if begin <= at <= end][:SHOWN_EVENTS]
        lines = sorted([*own, *around], key=lambda line: line[0])
        return "\n".join([f"job {job_id} {fields}", *(f"  {at:8.3f} s  {what}" for at, what in lines)])

    def judge(self, findings: Iterable[Finding]) -> None:
        """Fails with all findings, the accounts of the jobs concerned, and how to see it again."""
        found = list(findings)
        if not found:
            return
        text = [f"{self.scenario}: seed {self.seed} (repeat it with --seed {self.seed})"]
        explained: list[str] = []
        for finding in found:
            named = ", ".join(finding.jobs[:NAMED]) + (" …" if len(finding.jobs) > NAMED else "")
            text.append(f"- {finding.what}" + (f" [{len(finding.jobs)}: {named}]" if finding.jobs else ""))
            explained += [job for job in finding.jobs[:EXPLAINED] if job not in explained]
        text += [self.explain(job) for job in explained]
        raise AssertionError("\n".join(text))


def excerpt(value: str | bytes | None, length: int = 300) -> str:
    if value is None:
        return "none"
    text = value.decode(errors="replace") if isinstance(value, bytes) else value
    return text if len(text) <= length else f"{text[:length]}… ({len(text)})"
