"""The judge: what must be true of every job, of the store and of Redis, read from the account."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from harness.queue import Queue
from harness.store import Store
from harness.wire import Job

from .account import Account, Finding, JobAccount
from .plan import COLLECTION

# The store is read in pages of so many points.
PAGE = 1_000


def nobody(job: JobAccount) -> bool:
    return False


def each_answered_once(account: Account, may_come_twice: Callable[[JobAccount], bool] = nobody) -> Iterator[Finding]:
    """No job lost, each with the outcome that it deserves, told once, and the result never changed again.

    `may_come_twice` excuses those whose result Redis itself has lost.
    """
    jobs = account.accepted()
    yield from finding("lost: acknowledged by Redis, never answered", (job for job in jobs if job.first is None))
    answered = [job for job in jobs if job.first is not None]
    wrong = [job for job in answered if job.outcome != job.expected]
    outcomes = dict(Counter(f"{job.outcome} instead of {job.expected}" for job in wrong))
    yield from finding(f"answered wrongly: {outcomes}", wrong)
    lasting = [job for job in answered if not may_come_twice(job)]
    yield from finding(
        "the result changed after it was first seen",
        (job for job in lasting if not result_stood(job)),
    )
    # A producer that sent a job twice, because it did not know better, may be told twice.
    yield from finding(
        "asked for a reply and was not told exactly once",
        (job for job in lasting if job.wants_reply and not 1 <= len(job.replies) <= len(job.sends)),
    )


def result_stood(job: JobAccount) -> bool:
    """The last reading is the first one, byte for byte; of a job that may have arrived twice it says the same."""
    first, last = (reading.raw if reading else None for reading in (job.first, job.last))
    if first == last or first is None or last is None or not job.may_have_arrived_twice:
        return first == last
    return essence(json.loads(first)) == essence(json.loads(last))


def essence(result: dict[str, Any]) -> list[Any]:
    """A result without what may differ where a job ran twice: times, worker, and what came of running second.

    The other run may have written the memory, been found by the search, or left its embedding in the cache.
    """
    differing = ("deduped", "results", "cached", "tokens")
    said = {name: value for name, value in (result["result"] or {}).items() if name not in differing}
    return [result["status"], result["error"], said]


def attempts_are_one(account: Account) -> Iterator[Finding]:
    spent = [job for job in account.accepted() if job.result and job.result["attempts"] != 1]
    yield from finding(f"attempts spent: {attempts(account)}", spent)


def attempts(account: Account) -> dict[int, int]:
    """How many jobs took how many attempts."""
    return dict(sorted(Counter(job.result["attempts"] for job in account.accepted() if job.result).items()))


def dead_letters_are_deserved(
    account: Account, queue: Queue, may_be_gone: Callable[[JobAccount], bool] = nobody
) -> Iterator[Finding]:
    """A letter for each job that deserves one, none for any other."""
    letters = Counter(letter.get("id", "") for letter in queue.dead_letters())
    deserved = {job.id for job in account.accepted() if job.expected not in ("ok", "expired") and job.first}
    codes = {letter.get("id", ""): letter.get("_code") for letter in queue.dead_letters()}
    undeserved = [job for job in letters if job not in deserved]
    reasons = dict(Counter(codes[job] for job in undeserved))
    if undeserved:
        yield Finding(f"dead letters that are not deserved: {reasons}", tuple(undeserved))
    missing = [account.jobs[job] for job in sorted(deserved - letters.keys())]
    yield from finding("no dead letter although it failed for good", (job for job in missing if not may_be_gone(job)))
    if doubled := [job for job, count in letters.items() if count > 1]:
        yield Finding("more than one dead letter", tuple(doubled))


def expected_contents(account: Account) -> tuple[dict[str, JobAccount], set[str], dict[str, JobAccount]]:
    """By key the newest save, the keys that were forgotten after it, and by text the saves without a key."""
    newest: dict[str, JobAccount] = {}
    forgotten: set[str] = set()
    keyless: dict[str, JobAccount] = {}
    for job in sorted(account.accepted(), key=lambda job: job.accepted_at or 0):
        if job.expected != "ok" or job.first is None:
            continue
        fields = text_fields(job.job)
        if fields["type"] == "save" and "key" in fields:
            newest[fields["key"]] = job
            forgotten.discard(fields["key"])
        elif fields["type"] == "save":
            keyless[fields["content"]] = job
        elif fields["type"] == "forget":
            forgotten.add(fields["key"])
    return newest, forgotten, keyless


def each_save_one_point(account: Account, store: Store) -> Iterator[Finding]:
    """Exactly the points that were saved and not forgotten, each with the text of the newest save of its key."""
    newest, forgotten, keyless = expected_contents(account)
    points = all_points(store)
    by_key: dict[str, list[dict[str, Any]]] = {}
    by_text: dict[str, list[dict[str, Any]]] = {}
    for point in points:
        key = point["payload"]["_memoir"].get("key")
        group = by_text if key is None else by_key
        group.setdefault(point["payload"]["content"] if key is None else key, []).append(point)

    alive = {key: job for key, job in newest.items() if key not in forgotten}
    wanted = len(alive) + len(keyless)
    counted = store.count(COLLECTION)
    if not counted == len(points) == wanted:
        yield Finding(f"{wanted} points expected, {counted} counted, {len(points)} read")
    ids = [str(point["id"]) for point in points]
    if len(set(ids)) != len(ids):
        yield Finding("two points of one id")
    saves = [(job, by_key.get(key, [])) for key, job in alive.items()]
    saves += [(job, by_text.get(text, [])) for text, job in keyless.items()]
    yield from finding("saved, and has no point", (job for job, found in saves if not found))
    yield from finding("saved, and has more than one point", (job for job, found in saves if len(found) > 1))
    one = [(job, found[0]) for job, found in saves if len(found) == 1]
    yield from finding(
        "the point is not the one that the result names",
        (job for job, point in one if job.result and job.result["result"]["id"] != point["id"]),
    )
    yield from finding(
        "the point does not hold the newest save's text",
        (job for job, point in one if text_fields(job.job)["content"] != point["payload"]["content"]),
    )
    yield from finding(
        "forgotten, and still there", (job for key, job in newest.items() if key in forgotten and key in by_key)
    )


def all_points(store: Store, collection: str = COLLECTION) -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = []
    offset: object = None
    while True:
        body = {"limit": PAGE, "with_payload": True, "with_vector": False, "offset": offset}
        page = store.ask("POST", f"/collections/{collection}/points/scroll", body)
        points += page["points"]
        offset = page["next_page_offset"]
        if offset is None:
            return points


def text_fields(job: Job) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value.decode() for name, value in job.fields.items()}


def finding(what: str, jobs: Iterable[JobAccount]) -> Iterator[Finding]:
    """A finding if there are such jobs, the first sent first."""
    ids = tuple(job.id for job in jobs)
    if ids:
        yield Finding(what, ids)
