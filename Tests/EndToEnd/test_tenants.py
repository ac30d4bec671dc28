"""No job reaches a memory of another tenant, whatever its filter, key, text or metadata; one without a tenant reaches
none that has one.

Jobs are tried with random filters that mean to widen their scope; what the store holds is looked at past any scope.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from harness import filter_maker, memoir, widening, wire
from harness.engines import Engines
from harness.memoir import Worker
from harness.queue import Queue
from harness.store import Store
from harness.wire import Job

ENVIRONMENT = {"MEMOIR_CONFIG": str(memoir.FOLDER / "things" / "memoir.yaml")}
COLLECTION = "things"
QUERY = "the same text"
SEED = int(os.environ.get("MEMOIR_TENANTS_SEED", "1"))
READS = int(os.environ.get("MEMOIR_TENANT_READS", "2000"))
FORGETS = int(os.environ.get("MEMOIR_TENANT_FORGETS", "100"))
JOBS_AT_ONCE = 250
SECONDS = 120
PAGE = 1_000

Json = Any
# None is a job without the field.
Tenant = str | None
Answer = dict[str, Json]

NAMED = [
    "a", "b", "A", "ab", "*", " ", "null", "a\u0000b", 'a"}}]}', "a' OR '1'='1", "soci\u00e9t\u00e9",
    "socie\u0301te\u0301", "租户", "🏢", "_memoir.tenant", "a.b[0]", "t" * 1_024, "t" * 1_023, "0", "\\", "a\n", "a ",
]  # fmt: skip
TENANTS: list[Tenant] = [None, *NAMED]
# Some spell another tenant's name and key together.
KEYS = ["INV-1", "INV-2", "b", "bc", "c", "\u0000", None]


def with_tenant(job: Job, tenant: Tenant) -> Job:
    return job.changed(tenant=tenant)


def search(job_id: str, filters: str) -> Job:
    return wire.search(job_id, QUERY, collection=COLLECTION, top_k=1_000).changed(filters=filters)


def found_by_search(answer: Answer) -> list[str]:
    return [each["id"] for each in answer["result"]["results"]]


def page(job_id: str, filters: str) -> Job:
    return wire.listing(job_id, collection=COLLECTION, top_k=1_000).changed(filters=filters)


def found_by_list(answer: Answer) -> list[str]:
    return [each["id"] for each in answer["result"]["memories"]]


# Jobs that read by a filter: how one is made, and the ids of what it answered.
READERS: dict[str, tuple[Callable[[str, str], Job], Callable[[Answer], list[str]]]] = {
    "search": (search, found_by_search),
    "list": (page, found_by_list),
}


def saves(tenant: Tenant, prefix: str) -> list[Job]:
    """The same of every tenant: keys, texts and metadata."""
    random = Random(SEED)
    return [
        with_tenant(
            wire.save(
                f"{prefix}-{number}",
                QUERY if key is None else f"text of {key}",
                collection=COLLECTION,
                key=key,
                metadata=filter_maker.thing(random) | {"tenant": "a"},
            ),
            tenant,
        )
        for number, key in enumerate(KEYS)
    ]


def anyone(random: Random) -> Tenant:
    """A tenant, or in one case of four none."""
    return None if random.random() < 0.25 else random.choice(NAMED)


def run(queue: Queue, jobs: list[Job]) -> list[Answer]:
    answers: list[Answer] = []
    for at in range(0, len(jobs), JOBS_AT_ONCE):
        some = jobs[at : at + JOBS_AT_ONCE]
        queue.push(some)
        results = queue.wait_for_results([job.id for job in some], seconds=SECONDS)
        queue.redis.delete(*(wire.result_key(job.id) for job in some))
        answers += [results[job.id] for job in some]
    return answers


def everything(store: Store) -> dict[str, Json]:
    """The payloads of all points by their ids, past any scope."""
    body: dict[str, Json] = {"limit": PAGE, "with_payload": True, "with_vector": False}
    page = store.ask("POST", f"/collections/{COLLECTION}/points/scroll", body)
    assert page["next_page_offset"] is None
    return {point["id"]: point["payload"] for point in page["points"]}


def owners(store: Store) -> dict[str, Tenant]:
    return {point: payload["_memoir"].get("tenant") for point, payload in everything(store).items()}


@pytest.fixture(scope="module")
def worker(engines: Engines) -> Iterator[Worker]:
    worker = Worker(memoir.environment(engines.environment))
    worker.wait_for_event("worker_started")
    yield worker
    worker.end()


@pytest.fixture
def owned(worker: Worker, queue: Queue, store: Store) -> dict[str, Tenant]:
    """Whose each point is: all memories of all tenants are there."""
    prefix = uuid4().hex[:8]
    jobs = {tenant: saves(tenant, f"{prefix}-{number}") for number, tenant in enumerate(TENANTS)}
    answers = iter(run(queue, [job for those in jobs.values() for job in those]))
    found: dict[str, Tenant] = {}
    for tenant, those in jobs.items():
        for _ in those:
            answer = next(answers)
            assert answer["status"] == "ok", answer
            found[answer["result"]["id"]] = tenant
    assert len(found) == len(TENANTS) * len(KEYS), "two tenants share a point"
    assert owners(store) == found
    return found


def leaks(tenant: Tenant, filters: str, answer: Answer, ids: list[str], owned: dict[str, Tenant]) -> list[str]:
    return [
        f"seed {SEED}: {tenant!r} reached {owned[point]!r} with {filters[:2_000]} ({answer['id']})"
        for point in ids
        if owned[point] != tenant
    ]


@pytest.mark.parametrize("reader", READERS)
def test_no_read_reaches_another_tenant(reader: str, owned: dict[str, Tenant], queue: Queue, tag: str) -> None:
    make, ids_of = READERS[reader]
    random = Random(SEED)
    points = sorted(owned)
    questions = [(anyone(random), widening.filters(random, NAMED, points)) for _ in range(READS)]
    jobs = [with_tenant(make(f"{tag}-{number}", filters), tenant) for number, (tenant, filters) in enumerate(questions)]
    answered = 0
    for (tenant, filters), answer in zip(questions, run(queue, jobs), strict=True):
        if answer["status"] == "ok":
            ids = ids_of(answer)
            answered += bool(ids)
            assert leaks(tenant, filters, answer, ids, owned) == []
        else:
            assert answer["error"]["code"] == "invalid_job", answer
            assert answer["error"]["message"].startswith("filters"), answer
    # What is refused or finds nothing shows little.
    assert answered > READS / 4, f"{answered} of {READS} found anything"


@pytest.mark.parametrize("reader", READERS)
def test_what_always_holds_finds_all_that_the_tenant_has(
    reader: str, owned: dict[str, Tenant], queue: Queue, tag: str
) -> None:
    make, ids_of = READERS[reader]
    questions = [(tenant, filters) for tenant in TENANTS for filters in (*widening.ALWAYS, "{}")]
    jobs = [with_tenant(make(f"{tag}-{number}", filters), tenant) for number, (tenant, filters) in enumerate(questions)]
    for (tenant, filters), answer in zip(questions, run(queue, jobs), strict=True):
        own = {point for point, other in owned.items() if other == tenant}
        assert set(ids_of(answer)) == own, (tenant, filters)


def test_get_answers_the_own_memory_only(owned: dict[str, Tenant], queue: Queue, tag: str) -> None:
    """By the id of anybody's memory, and by a key that all have."""
    by_id = [(tenant, point) for tenant in TENANTS for point in sorted(owned)]
    jobs = [
        with_tenant(wire.get(f"{tag}-{number}", collection=COLLECTION, memory_id=point), tenant)
        for number, (tenant, point) in enumerate(by_id)
    ]
    for (tenant, point), answer in zip(by_id, run(queue, jobs), strict=True):
        memory = answer["result"]["memory"]
        assert (memory and memory["id"]) == (point if owned[point] == tenant else None), (tenant, owned[point])

    jobs = [
        with_tenant(wire.get(f"{tag}-key-{number}", collection=COLLECTION, key="INV-1"), tenant)
        for number, tenant in enumerate(TENANTS)
    ]
    for tenant, answer in zip(TENANTS, run(queue, jobs), strict=True):
        assert owned[answer["result"]["memory"]["id"]] == tenant


def test_no_forget_reaches_another_tenant(owned: dict[str, Tenant], queue: Queue, store: Store, tag: str) -> None:
    """One after the other: what each of them took is seen before the next."""
    random = Random(SEED)
    points = sorted(owned)
    left = set(owned)
    forgotten = 0
    for number in range(FORGETS):
        tenant, filters = anyone(random), widening.filters(random, NAMED, points)
        job = wire.forget(f"{tag}-{number}", collection=COLLECTION, key="-").changed(key=None, filters=filters)
        answer = run(queue, [with_tenant(job, tenant)])[0]
        gone = left - set(owners(store))
        assert leaks(tenant, filters, answer, sorted(gone), owned) == []
        forgotten += bool(gone)
        if answer["status"] == "error":
            assert answer["error"]["code"] == "invalid_job" and gone == set(), answer
        else:
            assert answer["result"]["forgotten"] == len(gone), answer
        if gone:
            run(queue, saves(tenant, f"{tag}-{number}"))
            left = set(owners(store))
            assert left == set(owned)
    assert forgotten > FORGETS / 6, f"{forgotten} of {FORGETS} forgot anything"


def test_forgetting_a_key_takes_the_own_memory_only(
    owned: dict[str, Tenant], queue: Queue, store: Store, tag: str
) -> None:
    left = dict(owned)
    for number, tenant in enumerate(TENANTS):
        job = with_tenant(wire.forget(f"{tag}-{number}", collection=COLLECTION, key="INV-1"), tenant)
        assert run(queue, [job])[0]["result"] == {"forgotten": 1}
        after = owners(store)
        assert [left[point] for point in left if point not in after] == [tenant]
        left = after


# Metadata that would make a memory another tenant's, as it is written on the wire.
FORGED = [
    '{"_memoir": {"tenant": "a"}}', '{"_memoir.tenant": "a"}', '{"\\u005fmemoir": {"tenant": "a"}}',
    '{"n": 1, "_memoir": null}', '{"_memoir": {}, "_memoir": {"tenant": "a"}}', '{"n": 1}, "_memoir": {"tenant": "a"}',
    '{"n": 1}, {"_memoir": {"tenant": "a"}}', '{"_memoir[0]": 1}', '{"_memoir ": {"tenant": "a"}}',
]  # fmt: skip


@pytest.mark.parametrize("tenant", [None, "b"])
def test_metadata_cannot_name_a_tenant(
    tenant: Tenant, owned: dict[str, Tenant], queue: Queue, store: Store, tag: str
) -> None:
    before = everything(store)
    jobs = [
        with_tenant(wire.save(f"{tag}-{number}", "forged", collection=COLLECTION, key="INV-1"), tenant).changed(
            metadata=metadata
        )
        for number, metadata in enumerate(FORGED)
    ]
    for answer in run(queue, jobs):
        assert answer["status"] == "error", answer
        assert answer["error"]["code"] == "invalid_job"
        assert answer["error"]["message"].startswith("metadata"), answer
    assert everything(store) == before


def test_saving_the_same_again_changes_no_other_tenants_memory(
    owned: dict[str, Tenant], queue: Queue, store: Store, tag: str
) -> None:
    for number, tenant in enumerate(TENANTS):
        before = everything(store)
        run(queue, [job.changed(metadata=json.dumps({"touched": number})) for job in saves(tenant, f"{tag}-{number}")])
        after = everything(store)
        assert set(after) == set(before)
        changed = {point for point, payload in after.items() if payload != before[point]}
        assert changed == {point for point, other in owned.items() if other == tenant}


def test_a_tenant_without_a_name_is_refused(worker: Worker, queue: Queue, store: Store, tag: str) -> None:
    """It must not be taken for no tenant at all, nor the other way round."""
    before = everything(store)
    jobs = [
        wire.save(f"{tag}-save", "nobody's", collection=COLLECTION),
        search(f"{tag}-search", "{}"),
        wire.forget(f"{tag}-forget", collection=COLLECTION, key="INV-1"),
    ]
    for answer in run(queue, [with_tenant(job, "") for job in jobs]):
        assert answer["error"]["code"] == "invalid_job", answer
        assert answer["error"]["message"].startswith("tenant"), answer
    assert everything(store) == before
