"""`/mcp`: in the worker and as `memoir mcp --http`; who is let in, what is refused, and what ends."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from conftest import Environment
from harness import memoir
from harness.engines import Engines
from harness.http import TOKEN
from harness.mcp import META, NEW, OLD, OVERLOADED, McpHttp, Message, OpenCall, call, head, initialize, stateless
from harness.mcp_recording import Recording
from harness.mcp_review import Heard, Review
from harness.memoir import Worker
from harness.queue import Queue
from harness.waiting import wait_for

AGENTS, READER, LATER = "token-of-the-agents", "token-of-the-reader", "token-that-comes-later"
CALLS = 1_000
INVALID_REQUEST = -32600

Serve = Callable[..., Worker]


@pytest.fixture(scope="module")
def worker(engines: Engines) -> Iterator[Worker]:
    worker = Worker(memoir.environment(engines.environment))
    worker.wait_for_event("worker_started")
    yield worker
    worker.end()


@pytest.fixture
def serve(env: Environment) -> Iterator[Serve]:
    """Starts `memoir mcp --http`."""
    started: list[Worker] = []

    def start(*arguments: str, changes: dict[str, str] | None = None) -> Worker:
        started.append(Worker(env | (changes or {}), "mcp", "--http", *arguments))
        return started[-1]

    yield start
    for each in started:
        each.end()


@pytest.fixture
def idle(env: Environment, queue: Queue) -> Iterator[None]:
    """Nobody works: a call waits for as long as it may."""
    memoir.run("pause", "all", env=env).expect(0)
    yield
    queue.empty()
    memoir.run("resume", "all", env=env).expect(0)


def entry(name: str, token: str, *rights: str, **more: object) -> dict[str, object]:
    return {"name": name, "token": token, "rights": list(rights), **more}


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    return write(
        tmp_path / "tokens.yaml",
        entry("agents", AGENTS, "read", "write", tenant="acme"),
        {"name": "reader", "sha256": hashlib.sha256(READER.encode()).hexdigest(), "rights": ["read"]},
    )


def write(file: Path, *entries: object) -> Path:
    file.write_text(yaml.safe_dump({"tokens": list(entries)}))
    file.chmod(0o600)
    return file


def tool_names(client: McpHttp) -> set[str]:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    return {tool["name"] for tool in client.stateless(message).expect(200)["result"]["tools"]}


def text_of(answer: Message) -> str:
    result = answer["result"]
    assert not result.get("isError"), result
    return str(result["content"][0]["text"])


# What is served


def test_a_worker_serves_both_eras(worker: Worker, tag: str, review: Review) -> None:
    client = McpHttp(worker.http_url)
    saved = client.stateless(call(1, "save_to_memory", collection="notes", content=f"over HTTP {tag}"))
    assert saved.headers["content-type"] == "application/json"
    assert text_of(saved.expect(200))
    assert client.open()["result"]["serverInfo"]["name"] == "memoir"
    found = client.post(call(2, "search_memory", collection="notes", query=f"over HTTP {tag}"))
    assert f"over HTTP {tag}" in text_of(found.expect(200))
    # These clients' messages are among those that are reviewed after each test.
    before = review.heard.copy()
    assert review.complaints() == []
    assert {Heard(NEW, "tools/call", "result"), Heard(OLD, "initialize", "result")} <= set(review.heard - before)


def test_a_worker_serves_none_where_it_is_switched_off(env: Environment) -> None:
    worker = Worker(env | {"MEMOIR_MCP_ENABLED": "false", "ENABLE_MEMORY": "false"})
    try:
        client = McpHttp(worker.http_url)
        client.post(initialize()).expect_error(404, "no_such_path")
    finally:
        worker.end()


def test_it_serves_nothing_else_by_itself(serve: Serve) -> None:
    client = McpHttp(serve().http_url)
    assert client.http.get("/livez").status == 200
    for path in ("/", "/metrics", "/readyz", "/api/stats", "/openapi.json"):
        client.http.get(path).expect_error(404, "no_such_path")
    assert client.http.get("/mcp").status == 405
    assert client.http.request("PUT", "/mcp", {}).headers["allow"]


def test_a_port_of_its_own(serve: Serve, env: Environment) -> None:
    url = serve("--port", "0", changes={"MEMOIR_HTTP_PORT": "1"}).http_url
    port = url.rpartition(":")[2]
    taken = memoir.run("mcp", "--http", "--port", port, env=env).expect(69)
    assert f"cannot listen on 127.0.0.1:{port}" in taken.errors
    memoir.run("mcp", "--port", port, env=env).expect(64)


# Who is let in


def test_tokens(serve: Serve, tokens: Path) -> None:
    server = serve(changes={"MEMOIR_MCP_TOKENS_FILE": str(tokens)})
    url = server.http_url
    nobody = McpHttp(url).post(initialize())
    assert "mcp.tokensFile" in nobody.expect_error(401, "unauthorized")
    # What clients show the message of.
    assert nobody.parsed["jsonrpc"] == "2.0" and nobody.parsed["id"] is None
    assert nobody.parsed["error"]["code"] == INVALID_REQUEST
    assert nobody.headers["www-authenticate"] == 'Bearer realm="memoir"'
    wrong = McpHttp(url, AGENTS + "x").post(initialize())
    wrong.expect_error(401, "invalid_token")
    assert wrong.headers["www-authenticate"] == 'Bearer realm="memoir", error="invalid_token"'
    assert {"search_memory", "save_to_memory"} <= tool_names(McpHttp(url, AGENTS))
    reader = McpHttp(url, READER)
    assert "search_memory" in tool_names(reader) and "save_to_memory" not in tool_names(reader)
    refused = reader.stateless(call(1, "save_to_memory", collection="notes", content="x")).expect(200)["result"]
    assert refused["isError"] is True and "right" in refused["content"][0]["text"]
    assert server.events("mcp_refused")
    assert AGENTS not in server.tail() and READER not in server.tail()


def test_a_session_is_its_owners(serve: Serve, tokens: Path) -> None:
    url = serve(changes={"MEMOIR_MCP_TOKENS_FILE": str(tokens)}).http_url
    agents, reader = McpHttp(url, AGENTS), McpHttp(url, READER)
    agents.open()
    reader.session = agents.session
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert agents.post(listing).status == 200
    assert reader.post(listing).status == 404


def test_a_tokens_file_may_change(serve: Serve, tokens: Path) -> None:
    server = serve(changes={"MEMOIR_MCP_TOKENS_FILE": str(tokens)})
    agents, later = McpHttp(server.http_url, AGENTS), McpHttp(server.http_url, LATER)
    assert later.post(initialize()).status == 401
    write(tokens, entry("later", LATER, "read"))
    wait_for("the new token to be taken", lambda: later.post(initialize()).status == 200, seconds=10)
    assert agents.post(initialize()).status == 401
    server.wait_for_event("mcp_tokens_read")
    tokens.write_text("tokens: [{name: broken")
    wait_for(
        "the file to be refused", lambda: later.post(initialize()) and server.events("mcp_tokens_refused"), seconds=10
    )
    assert later.post(initialize()).status == 200
    tokens.chmod(0o644)
    write(tokens, entry("agents", AGENTS, "read"))
    tokens.chmod(0o644)
    wait_for("the mended file to be read", lambda: agents.post(initialize()).status == 200, seconds=10)
    server.wait_for_event("mcp_tokens_exposed")
    assert AGENTS not in server.tail() and LATER not in server.tail()


def test_a_wrong_tokens_file_is_told_at_the_start(env: Environment, tmp_path: Path) -> None:
    file = write(tmp_path / "tokens.yaml", entry("agents", "short", "read"), entry("agents", AGENTS, "reed"))
    changes = {"MEMOIR_MCP_TOKENS_FILE": str(file)}
    for command in (["mcp", "--http"], ["worker"], ["config", "--check"]):
        errors = memoir.run(*command, env=env | changes).expect(78).errors
        assert "tokens[0].token" in errors and "tokens[1].rights" in errors and "tokens[1].name" in errors
        assert AGENTS not in errors and "short)" not in errors


def test_others_than_this_machine_need_a_token(serve: Serve, env: Environment, tokens: Path) -> None:
    refused = memoir.run("mcp", "--http", "--host", "0.0.0.0", env=env).expect(78)
    assert "MEMOIR_MCP_TOKENS_FILE" in refused.errors
    open_to_all = serve("--host", "0.0.0.0", changes={"MEMOIR_MCP_TOKENS_FILE": str(tokens)})
    url = open_to_all.http_url.replace("0.0.0.0", "127.0.0.1")
    assert McpHttp(url).post(initialize()).status == 401
    assert McpHttp(url, AGENTS).post(initialize()).status == 200
    # A worker may serve its figures there: agents are told what is missing.
    worker = Worker(env | {"MEMOIR_HTTP_HOST": "0.0.0.0", "MEMOIR_HTTP_TOKEN": TOKEN, "ENABLE_MEMORY": "false"})
    try:
        url = worker.http_url.replace("0.0.0.0", "127.0.0.1")
        message = McpHttp(url, TOKEN).post(initialize()).expect_error(403, "no_tokens")
        assert "mcp.tokensFile" in message
    finally:
        worker.end()


def test_pages_of_others_are_kept_out(serve: Serve) -> None:
    client = McpHttp(serve().http_url)
    client.post(initialize(), {"Origin": "http://evil.example"}).expect_error(403, "foreign_origin")
    client.post(initialize(), {"Sec-Fetch-Site": "cross-site"}).expect_error(403, "foreign_origin")
    client.post(initialize(), {"Host": "evil.example"}).expect_error(403, "foreign_host")
    assert client.post(initialize(), {"Origin": client.http.url}).status == 200


# Bounds


def test_a_body_has_a_bound(serve: Serve) -> None:
    client = McpHttp(serve(changes={"MEMOIR_MCP_MAXIMUM_BODY_BYTES": "2KiB"}).http_url)
    message = client.post(b" " * 2_049).expect_error(413, "body_too_large")
    assert "mcp.maximumBodyBytes" in message
    assert client.post(json.dumps(initialize()).encode().ljust(2_048)).status == 200


@pytest.mark.parametrize("is_streamed", [False, True], ids=["an answer", "a stream"])
def test_calls_have_a_bound_and_a_client_that_goes_gives_its_place_away(
    serve: Serve, queue: Queue, idle: None, is_streamed: bool
) -> None:
    client = McpHttp(serve(changes={"MEMOIR_MCP_MAXIMUM_CALLS": "1"}).http_url)
    first = open_call(client.http.url, 1, asks_for_progress=is_streamed)
    wait_for("the job to stand in its lane", lambda: queue.depths()["search"] == 1, seconds=20)
    if is_streamed:
        first.receive_until(b"notifications/progress")
    another = call(2, "search_memory", collection="notes", query="anything")
    assert client.stateless(another).expect(200)["error"]["code"] == OVERLOADED
    first.close()
    # It waits for its result in turn: nobody answers it, and nobody refuses it.
    second = wait_for("the place to be free", lambda: admitted(client.http.url), seconds=10)
    assert second is not None
    second.close()


def test_progress_comes_while_a_call_waits(serve: Serve, idle: None) -> None:
    server = serve(changes={"MEMOIR_MCP_TIMEOUT": "4s"})
    stream = open_call(server.http_url, 1, asks_for_progress=True)
    began = time.monotonic()
    received = stream.receive_until(b"notifications/progress")
    assert time.monotonic() - began < 3
    assert b"text/event-stream" in received and b'"id":1' not in received
    received += stream.receive_until(b'"id":1')
    events = [line.removeprefix(b"data: ") for line in received.splitlines() if line.startswith(b"data: ")]
    *told, answer = [json.loads(event) for event in events]
    values = [message["params"]["progress"] for message in told]
    assert values == sorted(set(values)) and len(values) >= 2
    assert answer["id"] == 1 and answer["result"]["isError"] is True
    stream.close()


def open_call(url: str, identity: int, *, asks_for_progress: bool = False) -> OpenCall:
    """A call whose answer nobody has read yet."""
    message = stateless(call(identity, "search_memory", collection="notes", query="anything"))
    if asks_for_progress:
        message["params"]["_meta"] = META | {"progressToken": identity}
    return OpenCall(url, message)


def admitted(url: str) -> OpenCall | None:
    opened = open_call(url, 3)
    try:
        if opened.receive(seconds=1):
            opened.close()
            return None
    except TimeoutError:
        return opened
    raise AssertionError("the connection was closed")


def test_a_thousand_calls_at_once_are_answered(worker: Worker) -> None:
    """Each over a connection of its own, all of them open before the first is answered."""
    address = urlsplit(worker.http_url)

    async def one(identity: int, gate: asyncio.Event, opened: asyncio.Semaphore) -> Message:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        opened.release()
        await gate.wait()
        message = stateless(call(identity, "search_memory", collection="notes", query=f"question {identity}"))
        body = json.dumps(message).encode()
        recording = Recording.begin(NEW)
        recording.sent(body)
        writer.write(head(address.netloc, message, len(body)) + body)
        status = await reader.readline()
        assert b" 200 " in status, status
        length = 0
        while (line := await reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        text = await reader.readexactly(length)
        recording.received(text)
        answer: Message = json.loads(text)
        writer.close()
        return answer

    async def all_of_them() -> list[Message]:
        gate, opened = asyncio.Event(), asyncio.Semaphore(0)
        tasks = [asyncio.create_task(one(identity, gate, opened)) for identity in range(CALLS)]
        for _ in range(CALLS):
            await opened.acquire()
        gate.set()
        return await asyncio.gather(*tasks)

    answers = asyncio.run(asyncio.wait_for(all_of_them(), 120))
    assert sorted(answer["id"] for answer in answers) == list(range(CALLS))
    for answer in answers:
        text_of(answer)


# What ends


def test_a_session_ends_with_the_server_and_another_is_begun(serve: Serve) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    first = serve("--port", port)
    client = McpHttp(first.http_url)
    client.open()
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert client.post(listing).status == 200
    assert first.terminate(seconds=10) == 0
    serve("--port", port).wait_for_event("http_server_started")
    assert client.post(listing).status == 404
    client.session = None
    client.open()
    assert client.post(listing).status == 200


def test_a_stop_waits_for_no_stream_and_for_no_call(serve: Serve, queue: Queue, idle: None) -> None:
    server = serve()
    url = server.http_url
    waiting = [open_call(url, identity) for identity in range(10)]
    wait_for("the jobs to stand in their lane", lambda: queue.depths()["search"] == 10, seconds=20)
    listen = {"jsonrpc": "2.0", "id": 50, "method": "subscriptions/listen", "params": {"notifications": {}}}
    stream = OpenCall(url, stateless(listen))
    assert b"text/event-stream" in stream.receive_until(b"acknowledged")
    begin = time.monotonic()
    os.kill(server.pid, signal.SIGTERM)
    rest = b""
    while part := stream.receive():
        rest += part
    assert b'"id":50' in rest
    # Whoever waits is told that it is in vain.
    for call_open in waiting:
        while call_open.receive():
            pass
        assert b"The server is stopping" in call_open.received
    assert server.process.wait(10) == 0
    assert time.monotonic() - begin < 5
    for connection in [*waiting, stream]:
        connection.close()


def test_direct_works_on_jobs_of_http_calls(serve: Serve, tag: str, worker: Worker) -> None:
    """Beside a worker it does not."""
    server = serve("--direct")
    client = McpHttp(server.http_url)
    assert text_of(client.stateless(call(1, "save_to_memory", collection="notes", content=f"beside {tag}")).expect(200))
    assert not server.events("direct_worker_started")
