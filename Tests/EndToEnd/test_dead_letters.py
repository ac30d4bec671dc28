"""Dead letters at the command line: looked at, sent again, removed."""

from __future__ import annotations

import os
import subprocess
from collections import Counter

import pytest
from conftest import Environment, StartWorker
from harness import memoir, wire
from harness.queue import Queue
from harness.status import JOB_FAILED, OK, TRY_AGAIN, USAGE
from harness.terminal import END_OF_INPUT, answer_questions
from harness.waiting import wait_for

pytestmark = pytest.mark.usefixtures("emptied")

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


def bury(queue: Queue, tag: str, count: int, lane: str = "bulk") -> None:
    queue.redis.eval(FILL, 1, wire.DEAD, tag, count, lane)


def bury_one(queue: Queue, **fields: str) -> str:
    standard = {"v": "1", "type": "save", "collection": "notes", "content": "text", "_lane": "save", "_code": "x"}
    letter: bytes = queue.redis.xadd(wire.DEAD, standard | fields)
    return letter.decode()


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

    found = memoir.run("dead", "list", "--code", "store_refused", "--limit", "1000", "--json", env=env).json_lines()
    assert [each["id"] for each in found] == [f"{tag}-{number}" for number in range(148, 0, -4)]
    assert found[0]["message"] == "metadata: is no JSON object"
    assert found[0]["lane"] == "bulk"
    assert memoir.run("dead", "list", "--older-than", "1h", "--json", env=env).json_lines() == []
    assert len(memoir.run("dead", "list", "--job", "wide", "--newer-than", "1h", "--json", env=env).json_lines()) == 1

    shown = memoir.run("dead", "show", letter, env=env).expect(OK).output
    assert "--full" in shown
    assert "ä" * 900 not in shown
    assert "ä" * 900 in memoir.run("dead", "show", letter, "--full", env=env).expect(OK).output
    assert memoir.run("dead", "show", letter, "--json", env=env).json()["fields"]["content"] == "ä" * 900
    assert "1-1" in memoir.run("dead", "show", "1-1", env=env).expect(JOB_FAILED).errors


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
    found = memoir.run("dead", "list", "--code", "invalid_job", "--json", env=env).json_lines()
    assert found[0]["id"] == tag
    assert "notes" in found[0]["message"]
    memoir.run("dead", "replay", "--yes", env=env).expect(OK)
    wait_for("the letter again", lambda: queue.dead() == 1, seconds=30)
    again = memoir.run("dead", "list", "--json", env=env).json_lines()
    assert again[0]["id"] == tag
    assert again[0]["letter"] != found[0]["letter"]


def test_a_letter_that_lacks_a_part_stays(env: Environment, queue: Queue) -> None:
    cut = bury_one(queue, id="cut", _cut="content")
    bury_one(queue, id="whole", _cut="")
    answer = memoir.run("dead", "replay", "--yes", "--json", env=env).expect(JOB_FAILED)
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
    assert queue.ids("bulk") == Counter(f"{tag}-{number}" for number in range(1, 41))


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
    ids = queue.ids("bulk")
    assert len(ids) == count
    assert set(ids.values()) == {1}
