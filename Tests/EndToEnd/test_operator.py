"""What an operator says at night: cancels, pauses, bounds, schedules, and reads what is answered."""

from __future__ import annotations

import json
import subprocess
import time

import pytest
from conftest import Environment, StartWorker
from harness import memoir, wire
from harness.queue import Queue
from harness.status import OK, TRY_AGAIN, UNAVAILABLE, USAGE
from harness.store import Store
from harness.waiting import wait_for

pytestmark = pytest.mark.usefixtures("emptied")


# Cancelling, pausing, bounds


def test_cancel_tells_what_became_of_each(env: Environment, queue: Queue, tag: str) -> None:
    done, cancelled, unknown = f"{tag}-done", f"{tag}-cancelled", f"{tag}-unknown"
    queue.redis.set(wire.result_key(done), '{"status": "ok"}', ex=100)
    failure = {"status": "error", "error": {"code": "cancelled"}}
    queue.redis.set(wire.result_key(cancelled), json.dumps(failure), ex=100)
    answer = memoir.run("cancel", done, cancelled, "--json", env=env).expect(OK)
    assert [(each["id"], each["state"]) for each in answer.json_lines()] == [
        (done, "finished"),
        (cancelled, "cancelled"),
    ]
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
        assert tag not in queue.ids("save")
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
