"""What an operator does at night: looks at dead letters, sends them again, cancels, pauses, and reads what is said."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Environment, StartWorker
from harness import memoir, wire
from harness.queue import Queue
from harness.store import Store
from harness.terminal import END_OF_INPUT, answer_questions
from harness.waiting import wait_for

OK, FAILED, USAGE, UNAVAILABLE, TRY_AGAIN = 0, 1, 64, 69, 75

MANY = 100_000
# A page of letters is 4 MiB; the rest is the program itself, of a debug build.
MAXIMUM_RESIDENT_BYTES = 200 << 20

FILL = """
for i = 1, tonumber(ARGV[2]) do
    redis.call('XADD', KEYS[1], '*', 'v', '1', 'id', ARGV[1] .. '-' .. i, 'type', 'save', 'collection', 'notes',
        'content', 'a text that is as long as texts are, more or less: ' .. i, '_lane', ARGV[3], '_code',
        i % 4 == 0 and 'store_refused' or 'invalid_job', '_message', 'metadata: is no JSON object', '_attempts', '1')
end
"""


@pytest.fixture(autouse=True)
def clean(queue: Queue) -> Iterator[None]:
    """No test sees the letters and jobs of another."""
    yield
    queue.redis.delete(wire.DEAD, wire.DELAYED, wire.PAUSED, wire.CANCELLED, wire.CONTROL)
    for lane in wire.LANES:
        queue.redis.xtrim(wire.lane_key(lane), maxlen=0, approximate=False)


def bury(queue: Queue, tag: str, count: int, lane: str = "bulk") -> None:
    queue.redis.eval(FILL, 1, wire.DEAD, tag, count, lane)


def bury_one(queue: Queue, **fields: str) -> str:
    standard = {"v": "1", "type": "save", "collection": "notes", "content": "text", "_lane": "save", "_code": "x"}
    letter: bytes = queue.redis.xadd(wire.DEAD, standard | fields)
    return letter.decode()


def lane_ids(queue: Queue, lane: str) -> Counter[str]:
    return Counter(fields[b"id"].decode() for _, fields in queue.redis.xrange(wire.lane_key(lane)))


def lines(answer: memoir.Answer) -> list[Any]:
    return [json.loads(line) for line in answer.output.splitlines()]


# Looking


def test_list_and_show(env: Environment, queue: Queue, tag: str) -> None:
    assert "no dead letter" in memoir.run("dead", "list", env=env).expect(OK).output
    assert memoir.run("dead", "list", "--json", env=env).expect(OK).output == ""
    bury(queue, tag, 150)
    letter = bury_one(queue, id="wide", _message="first\nsecond \x1b[31mred", content="ä" * 900)

    listed = memoir.run("dead", "list", "--limit", "3", env=env).expect(OK)
    rows = listed.output.splitlines()
    assert len(rows) == 4
    assert rows[1].startswith(letter)
    assert "\x1b" not in listed.output
    assert "--limit" in listed.errors
    assert len(memoir.run("dead", "list", env=env).expect(OK).output.splitlines()) == 101

    found = lines(memoir.run("dead", "list", "--code", "store_refused", "--limit", "1000", "--json", env=env))
    assert [each["id"] for each in found] == [f"{tag}-{number}" for number in range(148, 0, -4)]
    assert found[0]["message"] == "metadata: is no JSON object"
    assert found[0]["lane"] == "bulk"
    assert lines(memoir.run("dead", "list", "--older-than", "1h", "--json", env=env)) == []
    assert len(lines(memoir.run("dead", "list", "--job", "wide", "--newer-than", "1h", "--json", env=env))) == 1

    shown = memoir.run("dead", "show", letter, env=env).expect(OK).output
    assert "--full" in shown
    assert "ä" * 900 not in shown
    assert "ä" * 900 in memoir.run("dead", "show", letter, "--full", env=env).expect(OK).output
    assert memoir.run("dead", "show", letter, "--json", env=env).json()["fields"]["content"] == "ä" * 900
    assert "1-1" in memoir.run("dead", "show", "1-1", env=env).expect(FAILED).errors


def test_a_table_fits_the_terminal(env: Environment, queue: Queue, tag: str) -> None:
    bury(queue, tag, 3)
    rows = answer_questions("dead", "list", env=env, answers=[], columns=60).expect(OK).output.splitlines()
    assert len(rows) == 4
    assert all(len(row) <= 60 for row in rows)


# Replaying


@pytest.mark.parametrize(
    ("answers", "replayed"),
    [(["y\n"], 9), (["yes\n"], 9), (["n\n"], 0), (["\n", "what?\n", "Y\n"], 9), (["\n"] * 3, 0), ([END_OF_INPUT], 0)],
    ids=["y", "yes", "n", "at last", "nothing", "end"],
)
def test_replay_asks(env: Environment, queue: Queue, tag: str, answers: list[str], replayed: int) -> None:
    bury(queue, tag, 12)
    answer = answer_questions("dead", "replay", "--code", "invalid_job", env=env, answers=answers).expect(OK)
    assert "Replay 9 jobs? (y/n)" in answer.output
    assert "invalid_job 9" in answer.output
    assert queue.depths()["bulk"] == replayed
    assert queue.dead() == 12 - replayed


@pytest.mark.parametrize("verb", ["replay", "purge"])
def test_nobody_to_ask_is_no_yes(env: Environment, queue: Queue, tag: str, verb: str) -> None:
    bury(queue, tag, 3)
    for text in ("", "y\n"):
        answer = memoir.run("dead", verb, env=env, text=text).expect(USAGE)
        assert "--yes" in answer.errors
        assert "3 dead letters match" in answer.output
    assert memoir.run("dead", verb, "--dry-run", "--yes", env=env).expect(OK).output.startswith("3 dead")
    assert queue.dead() == 3
    assert queue.depths()["bulk"] == 0


def test_purge_asks_and_removes(env: Environment, queue: Queue, tag: str) -> None:
    bury(queue, tag, 8)
    answer = answer_questions("dead", "purge", "--code", "store_refused", env=env, answers=["y\n"]).expect(OK)
    assert "Purge 2 dead letters? (y/n)" in answer.output
    assert queue.dead() == 6
    outcome = memoir.run("dead", "purge", "--yes", "--json", "--limit", "5", env=env).expect(OK).json()
    assert (outcome["matched"], outcome["purged"]) == (5, 5)
    assert [letter["id"] for letter in queue.dead_letters()] == [f"{tag}-7"]


def test_a_replayed_job_is_answered_under_its_id(
    env: Environment, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    bury_one(queue, id=tag, _attempts="5", _first_failed_at="1")
    queue.redis.set(wire.result_key(tag), '{"status": "error"}', ex=100)
    memoir.run("dead", "replay", "--job", tag, "--yes", env=env).expect(OK)
    assert queue.result(tag) is None
    start_worker()
    answer = queue.wait_for_results([tag], seconds=30)[tag]
    assert (answer["status"], answer["attempts"]) == ("ok", 1)


def test_a_job_that_fails_again_is_a_letter_again(
    env: Environment, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    start_worker()
    queue.push_together([wire.save(tag, "text", collection="note", key=tag)])
    wait_for("the letter", lambda: queue.dead() == 1, seconds=30)
    found = lines(memoir.run("dead", "list", "--code", "invalid_job", "--json", env=env))
    assert found[0]["id"] == tag
    assert "notes" in found[0]["message"]
    memoir.run("dead", "replay", "--yes", env=env).expect(OK)
    wait_for("the letter again", lambda: queue.dead() == 1, seconds=30)
    again = lines(memoir.run("dead", "list", "--json", env=env))
    assert again[0]["id"] == tag
    assert again[0]["letter"] != found[0]["letter"]


def test_a_letter_that_lacks_a_part_stays(env: Environment, queue: Queue) -> None:
    cut = bury_one(queue, id="cut", _cut="content")
    bury_one(queue, id="whole", _cut="")
    answer = memoir.run("dead", "replay", "--yes", "--json", env=env).expect(FAILED)
    outcome = answer.json()
    assert (outcome["matched"], outcome["replayed"]) == (2, 1)
    assert outcome["refused"][0]["letter"] == cut
    assert "content" in answer.errors
    assert [letter["id"] for letter in queue.dead_letters()] == ["cut"]


def test_a_full_lane_stops_a_replay(env: Environment, queue: Queue, tag: str) -> None:
    bury(queue, tag, 40)
    queue.redis.hset(wire.LIMITS, "bulk", 15)
    try:
        answer = memoir.run("dead", "replay", "--yes", env=env).expect(TRY_AGAIN)
        assert "queue_full" in answer.errors
        assert "15 of 40" in answer.errors
        assert (queue.depths()["bulk"], queue.dead()) == (15, 25)
    finally:
        memoir.run("bootstrap", env=env).expect(OK)
    memoir.run("dead", "replay", "--yes", env=env).expect(OK)
    assert lane_ids(queue, "bulk") == Counter(f"{tag}-{number}" for number in range(1, 41))


def test_many_letters_need_little_memory(env: Environment, queue: Queue, tag: str) -> None:
    bury(queue, tag, MANY)
    process = subprocess.Popen(
        [memoir.binary(), "dead", "replay", "--yes"],
        cwd=memoir.FOLDER,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == OK, said
    assert f"replayed {MANY} of {MANY}" in said
    assert usage.ru_maxrss * 1024 < MAXIMUM_RESIDENT_BYTES
    assert (queue.depths()["bulk"], queue.dead()) == (MANY, 0)


def test_two_operators_and_a_killed_one_send_each_job_once(env: Environment, queue: Queue, tag: str) -> None:
    count = 30_000
    bury(queue, tag, count)

    def replay() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [memoir.binary(), "dead", "replay", "--yes"],
            cwd=memoir.FOLDER,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    killed = replay()
    wait_for("the replay to begin", lambda: queue.dead() < count or killed.poll() is not None, seconds=30)
    killed.kill()
    killed.wait()
    both = [replay(), replay()]
    assert [each.wait(120) for each in both] == [OK, OK]
    assert queue.dead() == 0
    ids = lane_ids(queue, "bulk")
    assert len(ids) == count
    assert set(ids.values()) == {1}


# Cancelling, pausing, bounds


def test_cancel_tells_what_became_of_each(env: Environment, queue: Queue, tag: str) -> None:
    done, cancelled, unknown = f"{tag}-done", f"{tag}-cancelled", f"{tag}-unknown"
    queue.redis.set(wire.result_key(done), '{"status": "ok"}', ex=100)
    failure = {"status": "error", "error": {"code": "cancelled"}}
    queue.redis.set(wire.result_key(cancelled), json.dumps(failure), ex=100)
    answer = memoir.run("cancel", done, cancelled, "--json", env=env).expect(OK)
    assert [(each["id"], each["state"]) for each in lines(answer)] == [(done, "finished"), (cancelled, "cancelled")]
    assert queue.redis.exists(wire.CANCELLED) == 0

    began = time.monotonic()
    waited = memoir.run("cancel", done, unknown, "--timeout", "300ms", env=env).expect(TRY_AGAIN)
    assert time.monotonic() - began >= 0.3
    assert f"{done}  finished already: ok" in waited.output
    assert f"{unknown}  marked: answered when its turn comes" in waited.output
    assert queue.redis.zrange(wire.CANCELLED, 0, -1) == [unknown.encode()]


def test_cancel_waits_for_the_answer(env: Environment, queue: Queue, tag: str) -> None:
    process = subprocess.Popen(
        [memoir.binary(), "cancel", tag, "--timeout", "30s"],
        cwd=memoir.FOLDER,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_for("the mark", lambda: queue.redis.zcard(wire.CANCELLED) == 1, seconds=20)
    # As a worker answers it.
    failure = {"status": "error", "error": {"code": "cancelled"}}
    queue.redis.set(wire.result_key(tag), json.dumps(failure), ex=100)
    output, _ = process.communicate(timeout=20)
    assert (process.returncode, output) == (OK, f"{tag}  cancelled\n")


def cancelled(queue: Queue, job_id: str) -> bool:
    answer = queue.result(job_id)
    return answer is not None and (answer["status"], answer["error"]["code"]) == ("error", "cancelled")


def test_a_queued_job_is_cancelled_when_its_turn_comes(
    env: Environment, queue: Queue, store: Store, start_worker: StartWorker, tag: str
) -> None:
    before = store.count("notes")
    memoir.run("save", "--collection", "notes", "--id", tag, "--no-wait", "text", env=env).expect(OK)
    memoir.run("cancel", tag, "--timeout", "200ms", env=env).expect(TRY_AGAIN)
    start_worker()
    wait_for("the answer", lambda: cancelled(queue, tag), seconds=30)
    assert (store.count("notes"), queue.dead()) == (before, 0)
    assert "cancelled" in memoir.run("cancel", tag, env=env).expect(OK).output
    wait_for("the mark to go", lambda: queue.redis.zcard(wire.CANCELLED) == 0, seconds=10)


def test_a_delayed_job_is_cancelled_at_once(
    env: Environment, queue: Queue, store: Store, start_worker: StartWorker, tag: str
) -> None:
    start_worker()
    before = store.count("notes")
    memoir.run("save", "--collection", "notes", "--id", tag, "--run-at", "1h", "text", env=env).expect(OK)
    wait_for("the job to be delayed", lambda: queue.delayed() == 1, seconds=20)
    answer = memoir.run("cancel", tag, "--timeout", "20s", env=env).expect(OK)
    assert answer.output == f"{tag}  cancelled\n"
    assert cancelled(queue, tag)
    assert (queue.delayed(), store.count("notes"), queue.dead()) == (0, before, 0)


def test_a_scheduled_job_runs_when_it_is_due(env: Environment, start_worker: StartWorker) -> None:
    start_worker()
    began = time.monotonic()
    answer = memoir.run(
        "save", "--collection", "notes", "--run-at", "2s", "--wait", "--json", "a scheduled text", env=env
    )
    assert answer.expect(OK).json()["status"] == "ok"
    assert time.monotonic() - began >= 2


def test_a_paused_lane_waits_and_no_other_does(
    env: Environment, queue: Queue, start_worker: StartWorker, tag: str
) -> None:
    start_worker()
    memoir.run("pause", "bulk", env=env).expect(OK)
    save = ["save", "--collection", "notes", "--no-wait"]
    # A read that was under way when the lane was paused may still bring jobs.
    probes: list[str] = []

    def is_paused() -> bool:
        probes.append(f"{tag}-probe-{len(probes)}")
        memoir.run(*save, "--lane", "bulk", "--id", probes[-1], probes[-1], env=env).expect(OK)
        time.sleep(1)
        return queue.result(probes[-1]) is None

    wait_for("the lane to be paused", is_paused, seconds=30)
    memoir.run("save", "--collection", "notes", "another lane", env=env).expect(OK)
    assert queue.result(probes[-1]) is None
    memoir.run("resume", "bulk", env=env).expect(OK)
    queue.wait_for_results(probes, seconds=30)


def test_pause_and_resume(env: Environment, queue: Queue) -> None:
    first = memoir.run("pause", "bulk", "--json", env=env).expect(OK).json()["paused"]
    assert set(first) == {"bulk"}
    assert memoir.run("pause", "bulk", "--json", env=env).expect(OK).json()["paused"] == first
    assert "paused since" in memoir.run("pause", "all", env=env).expect(OK).output
    assert set(queue.redis.hgetall(wire.PAUSED)) == {lane.encode() for lane in wire.LANES}
    lanes = memoir.run("stats", "--json", env=env).expect(OK).json()["lanes"]
    assert lanes["bulk"]["paused_since"] == first["bulk"]
    assert "paused since" in memoir.run("stats", env=env).expect(OK).output

    assert "running" in memoir.run("resume", "bulk", env=env).expect(OK).output
    assert memoir.run("resume", "all", "--json", env=env).expect(OK).json() == {"paused": {}}
    assert memoir.run("stats", "--json", env=env).json()["lanes"]["bulk"]["paused_since"] is None
    memoir.run("pause", "slow", env=env).expect(USAGE)


def test_a_full_lane_refuses(env: Environment, queue: Queue, tag: str) -> None:
    assert memoir.run("stats", "--json", env=env).json()["lanes"]["bulk"]["bound"] == 1_000_000
    small = env | {"MEMOIR_QUEUE_MAXIMUM_LENGTH_SAVE": "2"}
    memoir.run("bootstrap", env=small).expect(OK)
    command = ["save", "--collection", "notes", "--no-wait", "text"]
    try:
        for _ in range(2):
            memoir.run(*command, env=env).expect(OK)
        answer = memoir.run(*command, "--id", tag, env=env).expect(TRY_AGAIN)
        assert "queue_full: the lane save holds 2 jobs and may hold 2" in answer.errors
        assert tag not in lane_ids(queue, "save")
        assert queue.depths()["save"] == 2
        # Another lane has room.
        memoir.run(*command, "--lane", "bulk", env=env).expect(OK)
    finally:
        memoir.run("bootstrap", env=env).expect(OK)


def test_a_redis_that_refuses_says_why(env: Environment, queue: Queue) -> None:
    command = ["save", "--collection", "notes", "--no-wait", "text"]
    before = queue.redis.config_get("maxmemory")["maxmemory"]
    queue.redis.config_set("maxmemory", 1)
    try:
        answer = memoir.run(*command, env=env).expect(UNAVAILABLE)
    finally:
        queue.redis.config_set("maxmemory", before)
    assert "OOM" in answer.errors
    assert "raise it" in answer.errors
    queue.redis.replicaof("127.0.0.1", "1")
    try:
        answer = memoir.run(*command, env=env).expect(UNAVAILABLE)
    finally:
        queue.redis.replicaof("NO", "ONE")
    assert "READONLY" in answer.errors
    assert "primary" in answer.errors
    assert queue.depths()["save"] == 0


# Times


def test_run_at_and_deadline_are_on_the_wire(env: Environment, queue: Queue, tag: str) -> None:
    now = int(time.time() * 1000)
    save = ["save", "--collection", "notes", "--id", tag, "text"]
    # Not waited for: it prints the id at once.
    assert memoir.run(*save, "--run-at", "10m", "--deadline", "1h", env=env).expect(OK).output.strip() == tag
    forget = ["forget", "--collection", "notes", "--key", tag, "--run-at", "2033-05-18T03:33:20Z"]
    memoir.run(*forget, env=env).expect(OK)
    first, second = (fields for _, fields in queue.redis.xrange(wire.lane_key("save")))
    assert 600_000 <= int(first[b"run_at"]) - now < 660_000
    assert 3_600_000 <= int(first[b"deadline"]) - now < 3_660_000
    assert second[b"run_at"] == b"2000000000000"

    answer = memoir.run(*save, "--run-at", "10m", "--deadline", "5m", env=env).expect(USAGE)
    assert "--deadline" in answer.errors
    assert queue.depths()["save"] == 2
