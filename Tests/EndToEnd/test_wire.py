"""What docs/wire.md promises to producers, one promise a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import StartWorker
from harness import memoir, wire
from harness.engines import Engines
from harness.memoir import Worker
from harness.queue import Queue
from harness.store import Store
from harness.waiting import wait_for
from harness.wire import Job

RESULT_SECONDS = 20
DEFAULT_TTL = 86_400
REPLIES_TTL = 3_600
BACKLOG = 20_000

ENVELOPE = {"id", "type", "status", "result", "error", "attempts", "worker", "timings_ms"}


@pytest.fixture(scope="module")
def worker(engines: Engines) -> Iterator[Worker]:
    worker = Worker(memoir.environment(engines.environment))
    worker.wait_for_event("worker_started")
    yield worker
    worker.end()


def do(queue: Queue, *jobs: Job) -> list[Any]:
    """Runs jobs that must go well, one after the other, and answers their results."""
    answers = []
    for job in jobs:
        queue.push_together([job])
        envelope = queue.wait_for_results([job.id], seconds=RESULT_SECONDS)[job.id]
        assert envelope["status"] == "ok", envelope
        answers.append(envelope["result"])
    return answers


def note(tag: str, number: int, content: str, **fields: str) -> Job:
    metadata = {"author": tag, "number": number}
    return wire.save(
        f"{tag}-save-{number}", content, collection="notes", key=f"{tag}-{number}", metadata=metadata
    ).changed(**fields)


def found(queue: Queue, job: Job) -> list[Any]:
    results: list[Any] = do(queue, job)[0]["results"]
    return results


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("kind", ["save", "search", "embed", "forget", "get", "list"])
@pytest.mark.parametrize("lane", ["own", "bulk"])
def test_each_type_is_answered_on_its_lane_and_on_bulk(kind: str, lane: str, queue: Queue, tag: str) -> None:
    jobs = {
        "save": wire.save(tag, "a text", collection="notes"),
        "search": wire.search(tag, "a text", collection="notes"),
        "embed": wire.embed(tag, "a text"),
        "forget": wire.forget(tag, collection="notes", key=tag),
        "get": wire.get(tag, collection="notes", key=tag),
        "list": wire.listing(tag, collection="notes"),
    }
    shapes = {
        "save": {"id", "deduped"},
        "search": {"results"},
        "embed": {"embedding", "dimensions", "model", "tokens", "cached"},
        "forget": {"forgotten"},
        "get": {"memory"},
        "list": {"memories", "next"},
    }
    job = jobs[kind] if lane == "own" else Job("bulk", jobs[kind].fields)
    queue.push_together([job])
    envelope = queue.wait_for_results([tag], seconds=RESULT_SECONDS)[tag]
    assert set(envelope) == ENVELOPE
    assert (envelope["id"], envelope["type"], envelope["status"]) == (tag, kind, "ok")
    assert envelope["error"] is None
    assert set(envelope["result"]) == shapes[kind]
    assert all(value >= 0 for value in envelope["timings_ms"].values())


@pytest.mark.usefixtures("worker")
def test_result_is_kept_as_long_as_the_job_asks(queue: Queue, tag: str) -> None:
    asked, unasked = wire.embed(f"{tag}-asked", "a").changed(ttl="77"), wire.embed(f"{tag}-unasked", "b")
    do(queue, asked, unasked)
    assert 70 <= queue.redis.ttl(wire.result_key(asked.id)) <= 77
    assert DEFAULT_TTL - 10 <= queue.redis.ttl(wire.result_key(unasked.id)) <= DEFAULT_TTL


@pytest.mark.usefixtures("worker")
def test_reply_stream_gets_one_entry_a_job_and_expires(queue: Queue, tag: str) -> None:
    replies = wire.replies_key(tag)
    jobs = [wire.embed(f"{tag}-{n}", f"text {n}").changed(reply_to=replies) for n in range(20)]
    bad = wire.embed(f"{tag}-bad", "").changed(reply_to=replies)
    queue.push_together([*jobs, bad])
    queue.wait_for_results([job.id for job in [*jobs, bad]], seconds=RESULT_SECONDS)
    told = {fields[b"id"].decode(): fields[b"status"].decode() for _, fields in queue.redis.xrange(replies)}
    assert told == {job.id: "ok" for job in jobs} | {bad.id: "error"}
    assert queue.redis.xlen(replies) == len(jobs) + 1
    assert REPLIES_TTL - 60 <= queue.redis.ttl(replies) <= REPLIES_TTL


@pytest.mark.usefixtures("worker")
def test_last_save_of_a_key_wins(queue: Queue, store: Store, tag: str) -> None:
    """In the order of the stream, though all of them are under way at once."""
    before = store.count("notes")
    jobs = [
        wire.save(
            f"{tag}-{n}", f"version {n} of {tag}", collection="notes", key=tag, metadata={"author": tag, "number": n}
        )
        for n in range(100)
    ]
    queue.push_together(jobs)
    results = queue.wait_for_results([job.id for job in jobs], seconds=RESULT_SECONDS)
    assert len({result["result"]["id"] for result in results.values()}) == 1
    assert store.count("notes") == before + 1
    (hit,) = found(queue, wire.search(f"{tag}-search", "version", collection="notes", filters={"author": tag}))
    assert hit["payload"]["content"] == f"version 99 of {tag}"
    assert hit["payload"]["number"] == 99


@pytest.mark.usefixtures("worker")
def test_same_text_without_a_key_is_one_memory(queue: Queue, store: Store, tag: str) -> None:
    before = store.count("notes")
    jobs = [wire.save(f"{tag}-{n}", f"the very same text {tag}", collection="notes") for n in range(20)]
    queue.push_together(jobs)
    results = queue.wait_for_results([job.id for job in jobs], seconds=RESULT_SECONDS)
    assert len({result["result"]["id"] for result in results.values()}) == 1
    assert store.count("notes") == before + 1


@pytest.mark.usefixtures("worker")
def test_tenants_do_not_see_each_other(queue: Queue, store: Store, tag: str) -> None:
    text = f"a secret of {tag}"
    before = store.count("notes")
    ours, theirs = f"{tag}-ours", f"{tag}-theirs"
    do(queue, note(tag, 1, text, tenant=ours))

    def search(name: str, tenant: str | None, filters: str | None = None) -> list[Any]:
        job = wire.search(f"{tag}-{name}", text, collection="notes", top_k=100)
        hits = found(queue, job.changed(tenant=tenant, filters=filters))
        return [hit for hit in hits if hit["payload"]["content"] == text]

    assert len(search("ours", ours)) == 1
    assert search("theirs", theirs) == []
    assert search("nobody's", None) == []
    # Filters of either form narrow a search, and never widen it.
    assert search("simple", theirs, f'{{"author": "{tag}"}}') == []
    assert search("own-form", theirs, f'{{"should": [{{"key": "author", "match": {{"value": "{tag}"}}}}]}}') == []
    asking = wire.search(f"{tag}-asking", text, collection="notes").changed(filters=f'{{"_memoir.tenant": "{ours}"}}')
    queue.push_together([asking])
    refused = queue.wait_for_results([asking.id], seconds=RESULT_SECONDS)[asking.id]
    assert refused["error"]["message"].startswith("filters._memoir.tenant")

    forget = wire.forget(f"{tag}-forget", collection="notes", key=f"{tag}-1")
    assert do(queue, forget.changed(tenant=theirs)) == [{"forgotten": 0}]
    assert store.count("notes") == before + 1
    assert do(queue, forget.changed(id=f"{tag}-forget-ours", tenant=ours)) == [{"forgotten": 1}]
    assert store.count("notes") == before


@pytest.mark.usefixtures("worker")
def test_filters_in_both_forms(queue: Queue, tag: str) -> None:
    do(queue, *(note(tag, n, f"note {n} of {tag}") for n in range(5)))
    cases: dict[str, set[int]] = {
        '{"number": 3}': {3},
        '{"number": [1, 2]}': {1, 2},
        '{"number": {"gte": 1, "lt": 3}}': {1, 2},
        '{"number": {"not": [0, 4]}}': {1, 2, 3},
        "{}": {0, 1, 2, 3, 4},
        '{"must_not": [{"key": "number", "match": {"value": 2}}]}': {0, 1, 3, 4},
    }
    for index, (filters, numbers) in enumerate(cases.items()):
        job = wire.search(f"{tag}-{index}", f"note of {tag}", collection="notes", top_k=1_000).changed(filters=filters)
        hits = [hit["payload"] for hit in found(queue, job)]
        assert {hit["number"] for hit in hits if hit.get("author") == tag} == numbers, filters


@pytest.mark.usefixtures("worker")
def test_forget_by_filters(queue: Queue, store: Store, tag: str) -> None:
    before = store.count("notes")
    do(queue, *(note(tag, n, f"note {n} of {tag}") for n in range(10)))
    job = wire.forget(f"{tag}-forget", collection="notes", key="").changed(
        key=None, filters=f'{{"author": "{tag}", "number": {{"lt": 4}}}}'
    )
    assert do(queue, job) == [{"forgotten": 4}]
    assert store.count("notes") == before + 6


@pytest.mark.usefixtures("worker")
def test_top_k_and_score_threshold(queue: Queue, tag: str) -> None:
    do(queue, *(note(tag, n, f"note {n} of {tag}") for n in range(8)))
    filters = {"author": tag}
    search = wire.search(f"{tag}-top", f"note 5 of {tag}", collection="notes", top_k=3, filters=filters)
    hits = found(queue, search)
    assert len(hits) == 3
    assert hits[0]["payload"]["number"] == 5
    threshold = f"{(hits[0]['score'] + hits[1]['score']) / 2:.6f}"
    assert len(found(queue, search.changed(id=f"{tag}-threshold", score_threshold=threshold))) == 1


@pytest.mark.usefixtures("worker")
def test_any_text_comes_back_as_it_was(queue: Queue, tag: str) -> None:
    texts = [
        'quotes " and \\ backslashes',
        "tabs\tand\r\nline ends",
        "Ünïcödé, 東京, עברית, 🙂👩‍👩‍👧, \u0000 and \u2028",
        "long " * 5_000,
    ]
    for number, text in enumerate(texts):
        content = f"{tag} {text}"
        do(queue, note(tag, number, content))
        search = wire.search(
            f"{tag}-search-{number}", content, collection="notes", filters={"author": tag, "number": number}
        )
        assert [hit["payload"]["content"] for hit in found(queue, search)] == [content]


def test_search_does_not_wait_behind_bulk(worker: Worker, queue: Queue, tag: str) -> None:
    bulk = [
        Job("bulk", wire.save(f"{tag}-{n}", f"bulk {n} {tag}", collection="notes", key=f"bulk-{n}").fields)
        for n in range(BACKLOG)
    ]
    queue.push(bulk)
    searches = [wire.search(f"{tag}-search-{n}", f"question {n}", collection="notes") for n in range(20)]
    queue.push_together(searches)
    ids = [job.id for job in searches]
    wait_for("the searches", lambda: len(queue.results(ids)) == len(ids), seconds=RESULT_SECONDS, seen=queue.describe)
    assert queue.depths()["bulk"] > BACKLOG // 10, "the searches came after most of the bulk"
    queue.wait_for_results([job.id for job in bulk], seconds=120)
    assert worker.terminate() == 0


def test_two_workers_share_the_work(
    worker: Worker, start_worker: StartWorker, queue: Queue, store: Store, tag: str
) -> None:
    """The module's own worker has stopped by now, or stops before the two begin."""
    if worker.process.poll() is None:
        worker.terminate()
    before = store.count("notes")
    start_worker()
    start_worker()
    jobs = [wire.save(f"{tag}-{n}", f"shared {n} {tag}", collection="notes") for n in range(BACKLOG)]
    queue.push(jobs)
    results = queue.wait_for_results([job.id for job in jobs], seconds=120)
    assert {result["status"] for result in results.values()} == {"ok"}
    assert len({result["worker"] for result in results.values()}) == 2
    assert store.count("notes") == before + BACKLOG
    assert queue.left() == 0
