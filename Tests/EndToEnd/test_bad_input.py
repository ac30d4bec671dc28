"""Bad jobs are answered with what is wrong and where, and the good jobs beside them do not notice.

Each bad job travels in one transaction between two good ones, so that the worker reads all three at once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from conftest import Environment
from harness import memoir, wire
from harness.engines import Engines
from harness.memoir import Worker
from harness.queue import Queue
from harness.store import Store
from harness.wire import Job, Value

RESULT_SECONDS = 20


@dataclass(frozen=True)
class Case:
    """What a good job becomes.

    - `fields`: those that change; None leaves one out.
    - `blamed`: the field that the answer names.
    """

    name: str
    kind: str
    fields: dict[str, Value | None]
    blamed: str


def case(name: str, kind: str, blamed: str, **fields: Value | None) -> Case:
    return Case(name, kind, fields, blamed)


NOT_UTF8 = b"caf\xe9 \xff\xfe"
FIVE_MEGABYTES = "word " * 1_000_000

CASES = [
    case("no version", "save", "v", v=None),
    case("wrong version", "save", "v", v="2"),
    case("no type", "save", "type", type=None),
    case("unknown type", "save", "type", type="remember"),
    case("type in capitals", "save", "type", type="SAVE"),
    case("no collection", "save", "collection", collection=None),
    case("no collection to search", "search", "collection", collection=None),
    case("unknown collection", "save", "collection", collection="note"),
    case("empty collection", "save", "collection", collection=""),
    case("collection not UTF-8", "save", "collection", collection=NOT_UTF8),
    case("no content", "save", "content", content=None),
    case("no content to embed", "embed", "content", content=None),
    case("empty content", "save", "content", content=""),
    case("blank content", "save", "content", content=" \n\t "),
    case("content not UTF-8", "save", "content", content=NOT_UTF8),
    case("content of 5 MB", "save", "content", content=FIVE_MEGABYTES),
    case("no query", "search", "query", query=None),
    case("empty query", "search", "query", query=""),
    case("query not UTF-8", "search", "query", query=NOT_UTF8),
    case("metadata not JSON", "save", "metadata", metadata="{author: me}"),
    case("metadata cut short", "save", "metadata", metadata='{"author": "me"'),
    case("metadata empty", "save", "metadata", metadata=""),
    case("metadata an array", "save", "metadata", metadata='["me"]'),
    case("metadata a string", "save", "metadata", metadata='"me"'),
    case("metadata a number", "save", "metadata", metadata="7"),
    case("metadata with more after it", "save", "metadata", metadata='{"author": "me"} {"number": 1}'),
    case("metadata not UTF-8", "save", "metadata", metadata=b'{"author": "' + NOT_UTF8 + b'"}'),
    case("metadata names a key twice", "save", "metadata", metadata='{"author": "me", "author": "you"}'),
    case("metadata takes the content's name", "save", "metadata", metadata='{"content": "mine"}'),
    case("metadata takes Memoir's name", "save", "metadata", metadata='{"_memoir": {}}'),
    case("metadata of the wrong type", "save", "metadata", metadata='{"number": "seven"}'),
    case("metadata too deep", "save", "metadata", metadata='{"deep": ' + "[" * 2_000 + "]" * 2_000 + "}"),
    case("filters not JSON", "search", "filters", filters="author = me"),
    case("filters an array", "search", "filters", filters='["author"]'),
    case("filters that the store refuses", "search", "filters", filters='{"must": [{"key": "author", "match": 7.5}]}'),
    case("filters of the wrong type", "search", "filters", filters='{"number": "seven"}'),
    case("top_k 0", "search", "top_k", top_k="0"),
    case("top_k negative", "search", "top_k", top_k="-1"),
    case("top_k huge", "search", "top_k", top_k="1000000000"),
    case("top_k past any integer", "search", "top_k", top_k="9" * 40),
    case("top_k text", "search", "top_k", top_k="five"),
    case("top_k a fraction", "search", "top_k", top_k="2.5"),
    case("score_threshold text", "search", "score_threshold", score_threshold="high"),
    case("score_threshold not a number", "search", "score_threshold", score_threshold="nan"),
    case("unknown encoding_format", "embed", "encoding_format", encoding_format="hex"),
    case("ttl negative", "save", "ttl", ttl="-5"),
    case("ttl 0", "save", "ttl", ttl="0"),
    case("ttl text", "save", "ttl", ttl="a day"),
    case("ttl past any integer", "save", "ttl", ttl="9" * 40),
    case("deadline garbage", "save", "deadline", deadline="tomorrow"),
    case("key empty", "save", "key", key=""),
    case("key not UTF-8", "save", "key", key=NOT_UTF8),
    case("key too long", "save", "key", key="k" * 100_000),
    case("tenant not UTF-8", "save", "tenant", tenant=NOT_UTF8),
    case("forget without saying what", "forget", "key", key=None),
    case("reply_to not UTF-8", "save", "reply_to", reply_to=NOT_UTF8),
    case("reply_to a lane of the queue", "save", "reply_to", reply_to=wire.lane_key("save")),
    case("reply_to the counters", "save", "reply_to", reply_to=wire.STATS),
    # Their results cannot be stored under the id, and stand under the stream entry's.
    case("no id", "save", "id", id=None),
    case("empty id", "save", "id", id=""),
    case("id of 10,000 characters", "save", "id", id="i" * 10_000),
    case("id not UTF-8", "save", "id", id=NOT_UTF8),
]


def good(kind: str, job_id: str) -> Job:
    match kind:
        case "save":
            return wire.save(job_id, f"a good note {job_id}", collection="notes", metadata={"author": "me"})
        case "search":
            return wire.search(job_id, "a good note", collection="notes")
        case "embed":
            return wire.embed(job_id, f"a good text {job_id}")
        case _:
            return wire.forget(job_id, collection="notes", key=job_id)


@pytest.fixture(scope="module")
def worker(engines: Engines) -> Iterator[Worker]:
    """One for all cases: that it lives on is part of what is tested."""
    worker = Worker(memoir.environment(engines.environment))
    worker.wait_for_event("worker_started")
    yield worker
    worker.end()


@pytest.mark.parametrize("bad", CASES, ids=lambda each: each.name.replace(" ", "-"))
def test_bad_job_is_answered_and_harms_no_other(bad: Case, worker: Worker, queue: Queue, tag: str) -> None:
    before, after = good(bad.kind, f"{tag}-before"), good(bad.kind, f"{tag}-after")
    spoiled = good(bad.kind, f"{tag}-bad").changed(**bad.fields)
    letters = queue.dead()
    entry = queue.push_together([before, spoiled, after])[1]
    stored_under = f"{tag}-bad" if "id" not in bad.fields else entry

    results = queue.wait_for_results([before.id, stored_under, after.id], seconds=RESULT_SECONDS)
    worker.assert_alive()
    assert results[before.id]["status"] == "ok"
    assert results[after.id]["status"] == "ok"

    answer = results[stored_under]
    assert answer["id"] == stored_under
    assert answer["status"] == "error"
    assert answer["result"] is None
    assert answer["error"]["code"] == "invalid_job"
    assert answer["error"]["retryable"] is False
    assert answer["error"]["message"].startswith(bad.blamed), answer["error"]["message"]
    assert queue.without_ttl([stored_under]) == []
    assert queue.dead() == letters + 1


def test_error_message_quotes_little_of_what_was_sent(worker: Worker, queue: Queue, tag: str) -> None:
    job = good("search", tag).changed(top_k="9" * 1_000_000)
    queue.push_together([job])
    message = queue.wait_for_results([tag], seconds=RESULT_SECONDS)[tag]["error"]["message"]
    assert len(message) < 500
    worker.assert_alive()


def test_deadline_that_has_passed_is_expired_and_not_run(worker: Worker, queue: Queue, store: Store, tag: str) -> None:
    late = good("save", f"{tag}-late").changed(deadline=str(int(time.time() * 1_000) - 1_000))
    on_time = good("save", f"{tag}-on-time").changed(deadline=str(int(time.time() * 1_000) + 60_000))
    before = store.count("notes")
    queue.push_together([late, on_time])
    results = queue.wait_for_results([late.id, on_time.id], seconds=RESULT_SECONDS)
    assert results[late.id]["status"] == "expired"
    assert results[late.id]["result"] is None
    assert results[on_time.id]["status"] == "ok"
    assert store.count("notes") == before + 1
    worker.assert_alive()


def test_unknown_fields_are_ignored(worker: Worker, queue: Queue, tag: str) -> None:
    job = good("save", tag).changed(colour="green", traceparent="00-not-a-trace", **{"": "nameless"})
    queue.push_together([job])
    assert queue.wait_for_results([tag], seconds=RESULT_SECONDS)[tag]["status"] == "ok"
    worker.assert_alive()


def test_reply_stream_of_the_wrong_type_costs_no_other_its_reply(worker: Worker, queue: Queue, tag: str) -> None:
    """A producer's mistake in `reply_to` must not take the replies of the jobs finished in the same step with it."""
    taken, replies = wire.replies_key(f"{tag}-taken"), wire.replies_key(tag)
    queue.redis.set(taken, "a string", ex=600)
    bad = good("save", f"{tag}-bad").changed(reply_to=taken)
    fine = [good("save", f"{tag}-{number}").changed(reply_to=replies) for number in range(3)]
    queue.push_together([fine[0], bad, *fine[1:]])
    results = queue.wait_for_results([bad.id, *(job.id for job in fine)], seconds=RESULT_SECONDS)
    assert {result["status"] for result in results.values()} == {"ok"}
    entries = [fields for _, fields in queue.redis.xrange(replies)]
    assert sorted(fields[b"id"].decode() for fields in entries) == sorted(job.id for job in fine)
    assert {fields[b"status"] for fields in entries} == {b"ok"}
    worker.assert_alive()


def test_many_bad_jobs_at_once(worker: Worker, queue: Queue, tag: str) -> None:
    """More bad jobs than one read takes, a good one in every ten."""
    jobs = [
        good("save", f"{tag}-{number}").changed(**({} if number % 10 == 0 else {"metadata": "[]"}))
        for number in range(2_000)
    ]
    queue.push(jobs)
    results = queue.wait_for_results([job.id for job in jobs], seconds=60)
    for number, job in enumerate(jobs):
        assert results[job.id]["status"] == ("ok" if number % 10 == 0 else "error"), json.dumps(results[job.id])
    worker.assert_alive()


def test_worker_stops_cleanly_after_all_that(worker: Worker, queue: Queue, env: Environment) -> None:
    assert worker.terminate() == 0
    assert queue.left() == 0
    assert set(queue.pending().values()) == {0}
    memoir.run("stats", "--json", env=env).expect(0)
