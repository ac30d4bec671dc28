"""Memories as they are kept: written once, updated by their key, read back exactly, and each tenant its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from conftest import Environment, StartWorker
from harness import memoir, wire
from harness.queue import Queue
from harness.store import Store
from harness.wire import Job

RESULT_SECONDS = 30
MANY = 2_500
PAGE = 400

DEEPEST = 32


def do(queue: Queue, *jobs: Job) -> list[Any]:
    """Runs jobs that must go well, one after the other, and answers their results."""
    answers = []
    for job in jobs:
        queue.push_together([job])
        envelope = queue.wait_for_results([job.id], seconds=RESULT_SECONDS)[job.id]
        assert envelope["status"] == "ok", envelope
        answers.append(envelope["result"])
    return answers


def refusal(queue: Queue, job: Job) -> str:
    """What a job of bad input is answered."""
    queue.push_together([job])
    error = queue.wait_for_results([job.id], seconds=RESULT_SECONDS)[job.id]["error"]
    assert error["code"] == "invalid_job", error
    message: str = error["message"]
    return message


def name() -> str:
    return f"job-{uuid4().hex[:12]}"


def save(content: str, key: str | None = None, tenant: str | None = None, **metadata: object) -> Job:
    return wire.save(name(), content, collection="notes", key=key, metadata=metadata).changed(tenant=tenant)


def get(queue: Queue, tenant: str | None = None, **fields: str) -> Any:
    return do(queue, wire.get(name(), collection="notes", **fields).changed(tenant=tenant))[0]["memory"]


def pages(queue: Queue, tenant: str | None, top_k: int, filters: Mapping[str, object] | None = None) -> list[list[Any]]:
    """All memories of a tenant, page by page."""
    found: list[list[Any]] = []
    after = None
    while True:
        job = wire.listing(name(), collection="notes", top_k=top_k, after=after, filters=filters)
        page = do(queue, job.changed(tenant=tenant))[0]
        assert set(page) == {"memories", "next"}
        found.append(page["memories"])
        after = page["next"]
        if after is None:
            return found


def test_a_memory_that_is_there_is_not_written_again(
    queue: Queue, store: Store, start_worker: StartWorker, tag: str
) -> None:
    """Neither later nor by another worker."""
    jobs = [save(f"text {n} of {tag}", str(n) if n % 2 else None, tag, number=n) for n in range(200)]
    workers = [start_worker()]
    queue.push_together(jobs)
    first = queue.wait_for_results([job.id for job in jobs], seconds=RESULT_SECONDS)
    assert not any(first[job.id]["result"]["deduped"] for job in jobs)
    before = {memory["id"]: memory for page in pages(queue, tag, 1_000) for memory in page}
    assert len(before) == len(jobs)

    assert workers[0].terminate() == 0
    start_worker()
    again = [job.changed(id=name()) for job in jobs]
    queue.push_together(again)
    second = queue.wait_for_results([job.id for job in again], seconds=RESULT_SECONDS)
    for job, repeated in zip(jobs, again, strict=True):
        assert second[repeated.id]["result"] == {"id": first[job.id]["result"]["id"], "deduped": True}
    after = {memory["id"]: memory for page in pages(queue, tag, 1_000) for memory in page}
    assert after == before

    # What is forgotten is not there any more.
    forget = wire.forget(name(), collection="notes", key="1").changed(tenant=tag)
    assert do(queue, forget) == [{"forgotten": 1}]
    (saved,) = do(queue, jobs[1].changed(id=name()))
    assert saved == {"id": first[jobs[1].id]["result"]["id"], "deduped": False}
    assert store.count("notes", {"_memoir.tenant": tag}) == len(jobs)


def test_an_update_keeps_the_time_of_creation(queue: Queue, start_worker: StartWorker, tag: str) -> None:
    start_worker()
    versions = [
        save(f"first {tag}", tag, number=1, author="Ada"),
        save(f"second {tag}", tag, number=1, author="Ada"),
        save(f"second {tag}", tag, number=2),
    ]
    seen = []
    for version in versions:
        assert do(queue, version)[0]["deduped"] is False
        seen.append(get(queue, key=tag)["payload"])
    times = [(payload["_memoir"]["created_at"], payload["_memoir"]["updated_at"]) for payload in seen]
    assert times[0][0] == times[0][1]
    assert {created for created, _ in times} == {times[0][0]}
    assert [updated for _, updated in times] == sorted({updated for _, updated in times})
    # It is replaced, not merged.
    assert {key: value for key, value in seen[2].items() if key != "_memoir"} == {
        "content": f"second {tag}",
        "number": 2,
    }
    assert do(queue, versions[2].changed(id=name()))[0]["deduped"] is True
    assert get(queue, key=tag)["payload"] == seen[2]


METADATA: dict[str, dict[str, Any]] = {
    "empty": {},
    "nested": {"a": {"b": {"c": [1, [2, [3, {"d": None}]]]}}, "empty": [{}, [], ""]},
    "null": {"nothing": None, "author": None, "list": [None]},
    "unicode": {"Überweisung": '東京 🙂👩‍👩‍👧 \u0000 \u2028 \\ " / \t', "עברית": {"🙂": "\ud7ff\ue000\uffff"}},
    "dots": {"a.b": 1, "a": {"b": 2}, "x[0]": 3, "$": 4, " ": 5, '"quoted"': 6},
    "integers": {"numbers": [0, -1, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1]},
    "decimals": {"numbers": [0.1, -2.5, 1e-300, 5e-324, 1.7976931348623157e308, 22.70, 123456789.12345678]},
    "booleans": {"yes": True, "no": False, "done": True},
    "wide": {f"key {n}": n for n in range(256)},
    "declared": {"author": "Ada", "number": 7, "done": False, "happened": "2026-01-31T12:00:00.5+01:00"},
    "long": {"text": "x" * 60_000},
}


def nested(levels: int) -> dict[str, Any]:
    """An object within whose innermost value stand so many objects and arrays, itself one of them."""
    value: Any = "innermost"
    for level in range(levels - 1):
        value = [value] if level % 2 else {"in": value}
    return {"deep": value}


@pytest.mark.parametrize("metadata", [*METADATA.values(), nested(DEEPEST)], ids=[*METADATA, "deep"])
def test_metadata_comes_back_exactly(
    metadata: dict[str, Any], queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    start_worker()
    job = save(f"text of {tag}", tag, **metadata)
    do(queue, job)
    read = get(queue, key=tag)["payload"]
    del read["_memoir"]
    assert read.pop("content") == f"text of {tag}"
    # As text too: Python takes 1 for 1.0 and True.
    assert read == metadata
    assert json.dumps(read, sort_keys=True) == json.dumps(metadata, sort_keys=True)
    assert do(queue, job.changed(id=name()))[0]["deduped"] is True


def test_metadata_is_checked_against_the_declared_fields(queue: Queue, start_worker: StartWorker, tag: str) -> None:
    start_worker()
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "number": ({"number": "seven"}, "an integer"),
        "done": ({"done": 1}, "a boolean"),
        "author": ({"author": ["Ada"]}, "a string"),
        "happened": ({"happened": "yesterday"}, "RFC 3339"),
        "deep": (nested(DEEPEST + 1), f"{DEEPEST} levels"),
    }
    for field, (metadata, expected) in cases.items():
        message = refusal(queue, save(f"text of {tag}", tag, **metadata))
        assert message.startswith("metadata: " if field == "deep" else f"metadata.{field}: "), message
        assert expected in message
    for happened in ("2026-02-30T00:00:00Z", "2026-01-31T12:00:00", 1_767_225_600):
        assert refusal(queue, save(f"text of {tag}", tag, happened=happened)).startswith("metadata.happened: ")
    assert get(queue, key=tag) is None


def test_get_by_key_and_by_id(queue: Queue, start_worker: StartWorker, tag: str) -> None:
    start_worker()
    saved = do(queue, save(f"text of {tag}", tag, number=3))[0]["id"]
    memory = get(queue, key=tag)
    assert memory["id"] == saved
    assert memory["payload"]["content"] == f"text of {tag}"
    assert memory["payload"]["_memoir"]["key"] == tag
    assert get(queue, memory_id=saved) == get(queue, memory_id=saved.upper()) == memory
    assert get(queue, key=f"{tag}-other") is None
    assert get(queue, memory_id=str(uuid4())) is None
    assert refusal(queue, wire.get(name(), collection="notes")).startswith("key: ")
    assert refusal(queue, wire.get(name(), collection="notes", key="k", memory_id=saved)).startswith("memory_id: ")
    assert refusal(queue, wire.get(name(), collection="notes", memory_id="7")).startswith("memory_id: ")
    assert refusal(queue, wire.get(name(), collection="nowhere", key="k")).startswith("collection: ")


def test_tenants_read_their_own_only(queue: Queue, start_worker: StartWorker, tag: str) -> None:
    """The same key and the same text in three tenants, of whom one is no tenant."""
    start_worker()
    tenants: list[str | None] = [f"{tag}-a", f"{tag}-b", None]
    ids = {tenant: do(queue, save(f"a secret of {tag}", tag, tenant, author=tag))[0]["id"] for tenant in tenants}
    assert len(set(ids.values())) == 3
    for asking in tenants:
        assert get(queue, asking, key=tag)["id"] == ids[asking]
        for owner in tenants:
            memory = get(queue, asking, memory_id=ids[owner])
            assert (memory is None) == (asking != owner)
            if memory is not None:
                assert memory["payload"]["_memoir"].get("tenant") == owner
        listed = [memory["id"] for page in pages(queue, asking, 1_000, {"author": tag}) for memory in page]
        assert listed == [ids[asking]]
        # A page that begins with another tenant's memory is as good as any: none of it is another's.
        for start in ids.values():
            job = wire.listing(name(), collection="notes", after=start, filters={"author": tag}).changed(tenant=asking)
            assert {memory["id"] for memory in do(queue, job)[0]["memories"]} <= {ids[asking]}
        widening = {"should": [{"has_id": list(ids.values())}]}
        assert [page[0]["id"] for page in pages(queue, asking, 1_000, widening)] == [ids[asking]]
    assert get(queue, f"{tag}-c", key=tag) is None
    assert pages(queue, f"{tag}-c", 10) == [[]]


def test_pages_hold_each_memory_once(queue: Queue, start_worker: StartWorker, tag: str) -> None:
    start_worker()
    jobs = [save(f"memory {n} of {tag}", str(n), tag, number=n) for n in range(MANY)]
    queue.push(jobs)
    results = queue.wait_for_results([job.id for job in jobs], seconds=120)
    saved = sorted(results[job.id]["result"]["id"] for job in jobs)
    found = pages(queue, tag, PAGE)
    assert [len(page) for page in found] == [PAGE] * (MANY // PAGE) + [MANY % PAGE]
    assert [memory["id"] for page in found for memory in page] == saved
    assert sorted(memory["payload"]["number"] for page in found for memory in page) == list(range(MANY))

    some = pages(queue, tag, PAGE, {"number": {"lt": 1_000}})
    assert sorted(memory["payload"]["number"] for page in some for memory in page) == list(range(1_000))
    (unbounded,) = do(queue, wire.listing(name(), collection="notes").changed(tenant=tag))
    assert len(unbounded["memories"]) == 100

    # What is forgotten between two pages, be it the one that the next begins with, neither stops nor repeats anything.
    first = do(queue, wire.listing(name(), collection="notes", top_k=PAGE).changed(tenant=tag))[0]
    gone = get(queue, tag, memory_id=first["next"])["payload"]["_memoir"]["key"]
    do(queue, wire.forget(name(), collection="notes", key=gone).changed(tenant=tag))
    rest = wire.listing(name(), collection="notes", top_k=1_000, after=first["next"]).changed(tenant=tag)
    assert [memory["id"] for memory in do(queue, rest)[0]["memories"]] == saved[PAGE + 1 : PAGE + 1_001]
    assert refusal(queue, rest.changed(id=name(), after="page 2")).startswith("after: ")


def test_get_and_list_commands(env: Environment, queue: Queue, start_worker: StartWorker, tag: str) -> None:
    start_worker()
    ids = [do(queue, save(f"text {n} of {tag}", f"{tag}-{n}", tag, number=n))[0]["id"] for n in range(3)]
    own = ("--tenant", tag)
    read = memoir.run("get", "-c", "notes", "--key", f"{tag}-1", *own, "--json", env=env).expect(0).json()
    assert read["result"]["memory"]["id"] == ids[1]
    text = memoir.run("get", "-c", "notes", "--point-id", ids[2], *own, env=env).expect(0).output
    assert ids[2] in text
    assert f"text 2 of {tag}" in text
    assert "number=2" in text
    assert memoir.run("get", "-c", "notes", "--key", tag, *own, env=env).expect(0).output == "nothing found\n"

    page = memoir.run("list", "-c", "notes", *own, "--limit", "2", "--json", env=env).expect(0).json()["result"]
    assert [memory["id"] for memory in page["memories"]] == sorted(ids)[:2]
    rest = memoir.run("list", "-c", "notes", *own, "--after", page["next"], env=env).expect(0).output
    assert sorted(ids)[2] in rest
    assert "--after" not in rest
    assert page["next"] in memoir.run("list", "-c", "notes", *own, "--limit", "2", env=env).expect(0).output
    filtered = memoir.run("list", "-c", "notes", *own, "--filters", '{"number": 0}', "--json", env=env).expect(0).json()
    assert [memory["id"] for memory in filtered["result"]["memories"]] == [ids[0]]
    for wrong in (
        ("get", "-c", "notes"),
        ("get", "-c", "notes", "--key", "k", "--point-id", ids[0]),
        ("list", "-c", "notes", "-n", "0"),
    ):
        memoir.run(*wrong, env=env).expect(64)


def test_an_index_that_is_missing_comes_with_the_next_bootstrap(env: Environment, store: Store) -> None:
    def indexed() -> dict[str, Any]:
        schema: dict[str, Any] = store.ask("GET", "/collections/notes")["payload_schema"]
        return {
            field: (index["data_type"], index.get("params", {}).get("is_tenant")) for field, index in schema.items()
        }

    complete = indexed()
    assert complete["_memoir.tenant"] == ("keyword", True)
    assert complete["_memoir.key"][0] == "keyword"
    store.ask("DELETE", "/collections/notes/index/_memoir.key?wait=true")
    assert "_memoir.key" not in indexed()
    memoir.run("bootstrap", env=env).expect(0)
    assert indexed() == complete
