"""`memoir mcp` over standard input and output: its life, from the first message to the end of the process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Environment, StartWorker
from harness import memoir
from harness.engines import Engines
from harness.mcp import NEW, OLD, Stdio, call, initialize, stateless
from harness.mcp_review import Heard, Review
from harness.queue import Queue
from harness.waiting import wait_for

# What a client may expect, and what a machine that is busy with other tests adds.
END_SECONDS = 1.0
SLACK_SECONDS = 0.5

Start = Callable[..., Stdio]


@pytest.fixture
def start(env: Environment) -> Iterator[Start]:
    started: list[Stdio] = []

    def start_one(*arguments: str, changes: dict[str, str] | None = None) -> Stdio:
        started.append(Stdio(env | (changes or {}), *arguments))
        return started[-1]

    yield start_one
    for each in started:
        each.kill()


@pytest.fixture(autouse=True)
def no_jobs(queue: Queue) -> Iterator[None]:
    """Jobs that nobody did are no other test's."""
    yield
    queue.empty()


def assert_ended(status: int, seconds: float) -> None:
    assert status == 0
    assert seconds < END_SECONDS + SLACK_SECONDS


def heartbeats(queue: Queue) -> list[bytes]:
    return list(queue.redis.scan_iter(match="memory:*:worker:*"))


def processes_of_group(group: int) -> list[int]:
    """What is left of a process's session; proc(5), field 5 of stat."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(folder.name))
    return found


def waiting_call(mcp: Stdio, queue: Queue, identity: int = 7) -> None:
    """A call that nobody works on."""
    before = queue.depths()["search"]
    mcp.send(call(identity, "search_memory", collection="notes", query="anything"))
    wait_for("the job to stand in its lane", lambda: queue.depths()["search"] > before, seconds=20)


def test_it_ends_with_its_input(start: Start) -> None:
    mcp = start().start()
    assert_ended(*mcp.close())
    assert processes_of_group(mcp.process.pid) == []


def test_it_ends_where_nothing_was_ever_said(start: Start) -> None:
    assert_ended(*start().close())


def test_it_ends_with_calls_in_flight(start: Start, queue: Queue) -> None:
    mcp = start().start()
    for identity in range(1, 21):
        mcp.send(call(identity, "search_memory", collection="notes", query="anything"))
    wait_for("the jobs to stand in their lane", lambda: queue.depths()["search"] == 20, seconds=20)
    assert_ended(*mcp.close())
    assert processes_of_group(mcp.process.pid) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(start: Start, queue: Queue, number: signal.Signals) -> None:
    mcp = start().start()
    waiting_call(mcp, queue)
    assert_ended(*mcp.terminate(number))


def test_it_ends_while_redis_hangs(start: Start, engines: Engines, queue: Queue) -> None:
    mcp = start().start()
    waiting_call(mcp, queue)
    process = engines.process_id("redis")
    os.kill(process, signal.SIGSTOP)
    try:
        assert_ended(*mcp.close())
    finally:
        os.kill(process, signal.SIGCONT)


def test_standard_output_holds_messages_and_nothing_else(start: Start) -> None:
    """Whatever comes in, and however much is logged."""
    mcp = start("--direct", "--log-level", "trace")
    mcp.wait_for_log("worker_started")
    lines = [b"", b"{", b"[]", b"nonsense", b"\xff\xfe", b'{"jsonrpc":"2.0"}', b'{"jsonrpc":"2.0","id":1,"method":7}']
    for line in lines:
        mcp.send(line)
    mcp.send(initialize(5))
    mcp.send(call(6, "no_such_tool"))
    mcp.send(call(8, "search_memory", collection="notes", query="anything"))
    wait_for("the answers", lambda: sum(b'"id":8' in line for line in mcp.output) == 1, seconds=30)
    assert_ended(*mcp.close())
    for line in mcp.output:
        message = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        assert ("result" in message) != ("error" in message)
    assert {5, 6, 8} <= {json.loads(line)["id"] for line in mcp.output}
    assert "worker_stopped" in mcp.log_text


def test_it_says_so_where_standard_output_is_closed(env: Environment) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" mcp >&-', str(memoir.binary())],
        cwd=memoir.FOLDER,
        env=env,
        input=b"",
        stderr=subprocess.PIPE,
        timeout=30,
    )
    assert done.returncode == 64
    assert b"Standard output is closed" in done.stderr


def test_whoever_starts_it_is_told_what_is_missing(start: Start, tmp_path: Path) -> None:
    start().wait_for_log("mcp_no_worker")
    for arguments in ([], ["--direct"]):
        start(*arguments, changes={"REDIS_URL": "redis://127.0.0.1:1"}).wait_for_log("mcp_queue_unreachable")
    bare = tmp_path / "memoir.yaml"
    bare.write_text("worker:\n  drainDeadline: 10s\n")
    mcp = start("--config", str(bare)).start()
    mcp.wait_for_log("mcp_no_collections")
    result = mcp.ask(call(1, "search_memory", collection="notes", query="anything"))["result"]
    assert result["isError"] is True and "collections.yaml" in result["content"][0]["text"]


def test_a_call_says_where_nobody_works(start: Start) -> None:
    mcp = start(changes={"MEMOIR_MCP_TIMEOUT": "2s"}).start()
    begin = time.monotonic()
    result = mcp.ask(call(1, "search_memory", collection="notes", query="anything"))["result"]
    assert result["isError"] is True and "no worker is running" in result["content"][0]["text"]
    assert time.monotonic() - begin < 4


def test_both_eras_are_spoken(start: Start, review: Review) -> None:
    before = review.heard.copy()
    mcp = start()
    assert mcp.ask(stateless({"jsonrpc": "2.0", "id": 1, "method": "server/discover"}))["result"]["_meta"]
    assert mcp.ask(initialize(2))["result"]["protocolVersion"] == OLD
    assert mcp.ask({"jsonrpc": "2.0", "id": 3, "method": "tools/list"})["result"]["tools"]
    # These clients' messages are among those that are reviewed after each test.
    assert review.complaints() == []
    assert {Heard(NEW, "server/discover", "result"), Heard(OLD, "tools/list", "result")} <= set(review.heard - before)


def test_without_redis_it_greets_and_a_call_says_what_is_wrong(start: Start) -> None:
    mcp = start(changes={"REDIS_URL": "redis://127.0.0.1:1"}).start()
    result = mcp.ask(call(1, "search_memory", collection="notes", query="anything"))["result"]
    assert result["isError"] is True
    assert "Redis" in result["content"][0]["text"]
    assert_ended(*mcp.close())


def test_rights_and_tenant_come_from_the_settings(start: Start, start_worker: StartWorker, tag: str) -> None:
    start_worker()

    def found(changes: dict[str, str]) -> str:
        mcp = start(changes=changes).start()
        result = mcp.ask(call(1, "search_memory", collection="notes", query=f"of the tenant {tag}"))["result"]
        assert not result.get("isError"), result
        mcp.close()
        return str(result["content"][0]["text"])

    writer = start(changes={"MEMOIR_MCP_TENANT": f"tenant-{tag}"}).start()
    saved = writer.ask(call(1, "save_to_memory", collection="notes", content=f"of the tenant {tag}"))["result"]
    assert not saved.get("isError"), saved
    assert f"of the tenant {tag}" in found({"MEMOIR_MCP_TENANT": f"tenant-{tag}", "MEMOIR_MCP_RIGHTS": "read"})
    assert f"of the tenant {tag}" not in found({"MEMOIR_MCP_TENANT": "another"})
    reader = start(changes={"MEMOIR_MCP_RIGHTS": "read"}).start()
    names = {
        tool["name"] for tool in reader.ask({"jsonrpc": "2.0", "id": 2, "method": "tools/list"})["result"]["tools"]
    }
    assert "search_memory" in names and "save_to_memory" not in names
    refused = reader.ask(call(3, "save_to_memory", collection="notes", content="x"))["result"]
    assert refused["isError"] is True and "right" in refused["content"][0]["text"]


def test_direct_works_on_jobs_where_nobody_does(start: Start, queue: Queue, tag: str) -> None:
    mcp = start("--direct").start()
    mcp.wait_for_log("direct_worker_started")
    saved = mcp.ask(call(1, "save_to_memory", collection="notes", content=f"done here {tag}"))["result"]
    assert not saved.get("isError"), saved
    found = mcp.ask(call(2, "search_memory", collection="notes", query=f"done here {tag}"))["result"]
    assert f"done here {tag}" in found["content"][0]["text"]
    assert len(heartbeats(queue)) == 1
    assert_ended(*mcp.close())
    # It has said goodbye: nobody waits for its heartbeat to run out.
    assert heartbeats(queue) == []


def test_direct_ends_with_jobs_in_flight_which_others_do(start: Start, start_worker: StartWorker, queue: Queue) -> None:
    mcp = start("--direct").start()
    mcp.wait_for_log("worker_started")
    for identity in range(1, 201):
        mcp.send(call(identity, "save_to_memory", collection="notes", content=f"memory {identity}"))
    mcp.receive()
    assert_ended(*mcp.close())
    # What it could not hand over within the second is taken over when its heartbeat has run out.
    start_worker()
    wait_for("all jobs to be done", lambda: sum(queue.pending().values()) == 0, seconds=20, seen=queue.pending)
    assert queue.dead() == 0


def test_direct_begins_when_the_last_worker_is_gone(
    start: Start, start_worker: StartWorker, queue: Queue, tag: str
) -> None:
    worker = start_worker()
    mcp = start("--direct").start()
    saved = mcp.ask(call(1, "save_to_memory", collection="notes", content=f"by the worker {tag}"))["result"]
    assert not saved.get("isError"), saved
    time.sleep(4)
    assert "direct_worker_started" not in mcp.log_text
    os.kill(worker.pid, signal.SIGKILL)
    mcp.wait_for_log("direct_worker_started", seconds=20)
    found = mcp.ask(call(2, "search_memory", collection="notes", query=f"by the worker {tag}"))["result"]
    assert f"by the worker {tag}" in found["content"][0]["text"]
    assert_ended(*mcp.close())
    assert sum(queue.pending().values()) == 0
