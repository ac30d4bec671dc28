"""Thousands of real texts through the whole of it: saved, counted, repeated, found again.

MEMOIR_CORPUS says how many of Debian's package descriptions are taken (10,000 unless set); `all` takes every one, with
stub embeddings.
"""

from __future__ import annotations

import pytest
from conftest import StartWorker
from harness import corpus, wire
from harness.queue import Queue
from harness.store import Store

EMBEDDINGS = corpus.embeddings()

# Texts a second that the slowest machine is taken to embed, several times less than has been seen.
SLOWEST_RATE = 25
ANSWERS = 5


def jobs(prefix: str, packages: list[corpus.Package]) -> list[wire.Job]:
    return [
        wire.save(
            f"{prefix}-{package.name}",
            package.text,
            collection="packages",
            key=package.name,
            metadata={"package": package.name, "section": package.section},
        )
        for package in packages
    ]


def seconds_for(count: int) -> float:
    return 60 + count / SLOWEST_RATE


@pytest.fixture(scope="module")
def packages() -> list[corpus.Package]:
    return corpus.packages(corpus.size())


@pytest.mark.timeout(3_600)
def test_each_package_is_saved_once_and_found(
    packages: list[corpus.Package], start_worker: StartWorker, queue: Queue, store: Store
) -> None:
    worker = start_worker()
    first = jobs("first", packages)
    ids = [job.id for job in first]

    assert queue.push(first) == len(packages)
    results = queue.wait_for_results(ids, seconds=seconds_for(len(packages)))
    assert {result["status"] for result in results.values()} == {"ok"}, worker.tail()
    assert not any(result["result"]["deduped"] for result in results.values())
    assert len({result["result"]["id"] for result in results.values()}) == len(packages)
    assert queue.without_ttl(ids) == []
    assert store.count("packages") == len(packages)
    queue.assert_clean()

    # The same jobs once more, as a producer that lost its connection sends them: answered from their results.
    assert queue.push(first) == len(packages)
    again = queue.wait_for_results(ids, seconds=seconds_for(len(packages)))
    assert {i: result["result"]["id"] for i, result in again.items()} == {
        i: result["result"]["id"] for i, result in results.items()
    }
    assert store.count("packages") == len(packages)
    queue.assert_clean()

    assert worker.terminate() == 0


@pytest.mark.timeout(3_600)
def test_same_memories_from_new_jobs_change_no_count(
    packages: list[corpus.Package], start_worker: StartWorker, queue: Queue, store: Store
) -> None:
    start_worker()
    some = packages[:500]
    second = jobs("second", some)
    queue.push(second)
    results = queue.wait_for_results([job.id for job in second], seconds=seconds_for(len(some)))
    assert {result["status"] for result in results.values()} == {"ok"}
    assert store.count("packages") == len(packages)
    queue.assert_clean()


@pytest.mark.skipif(EMBEDDINGS == "stub", reason="the stub's vectors know nothing of meaning")
def test_plain_questions_find_their_package(start_worker: StartWorker, queue: Queue) -> None:
    start_worker()
    asked = {f"question-{number}": question for number, question in enumerate(corpus.QUESTIONS)}
    queue.push(wire.search(i, question, collection="packages", top_k=ANSWERS) for i, question in asked.items())
    results = queue.wait_for_results(list(asked), seconds=60)

    missed = {}
    for job_id, question in asked.items():
        hits = results[job_id]["result"]["results"]
        assert len(hits) == ANSWERS
        assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
        names = [hit["payload"]["package"] for hit in hits]
        if not corpus.QUESTIONS[question].intersection(names):
            missed[question] = names
    assert missed == {}


def test_filters_keep_to_their_section(start_worker: StartWorker, queue: Queue, packages: list[corpus.Package]) -> None:
    start_worker()
    section = "games"
    assert any(package.section == section for package in packages)
    job = wire.search("filtered", "a game", collection="packages", top_k=20, filters={"section": section})
    queue.push([job])
    hits = queue.wait_for_results([job.id], seconds=60)[job.id]["result"]["results"]
    assert len(hits) == min(20, sum(package.section == section for package in packages))
    assert {hit["payload"]["section"] for hit in hits} == {section}
