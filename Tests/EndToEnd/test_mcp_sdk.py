"""The official Python SDK with Memoir's MCP server: both lines of it, each version that they speak, every transport."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
import yaml
from conftest import Environment
from harness import memoir, wire
from harness.engines import Engines
from harness.mcp import NEW, Stdio, initialize, stateless
from harness.mcp_review import HANDSHAKE, VERSIONS, Review, schema
from harness.mcp_sdk import Sdk, SdkClient, SdkError, SdkFailure
from harness.memoir import Worker
from harness.queue import Queue
from harness.waiting import wait_for
from jsonschema import Draft202012Validator

# It has neither titles of tools, nor schemas of what they answer, nor structured answers.
WITHOUT_STRUCTURE = "2025-03-26"
INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMETERS = -32600, -32601, -32602


class Peer(NamedTuple):
    """An SDK, what it is told of the version, and the version that comes of it."""

    sdk: str
    mode: str
    version: str


PEERS = {
    "2.3.0 probing": Peer("2", "auto", "2026-07-28"),
    "2.3.0 legacy": Peer("2", "legacy", "2025-11-25"),
    "1.30.0": Peer("1", "2025-11-25", "2025-11-25"),
    "1.30.0 of 2025-06-18": Peer("1", "2025-06-18", "2025-06-18"),
    "1.30.0 of 2025-03-26": Peer("1", "2025-03-26", "2025-03-26"),
}
TRANSPORTS = ("stdio", "worker", "server")

# What the tools say of themselves: read only, destructive, idempotent.
TOOLS = {
    "search_memory": (True, False, True),
    "save_to_memory": (False, True, True),
    "update_memory": (False, True, True),
    "forget_memory": (False, True, True),
    "get_memory": (True, False, True),
    "list_memories": (True, False, True),
    "list_collections": (True, False, True),
    "get_memory_stats": (True, False, True),
}

# The methods that are answered while the server runs; subscriptions/listen is answered when it ends.
SHARED_METHODS = {
    "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read", "prompts/list",
    "prompts/get", "completion/complete",
}  # fmt: skip
METHODS = dict.fromkeys(HANDSHAKE, SHARED_METHODS | {"initialize", "ping"})
METHODS[NEW] = SHARED_METHODS | {"server/discover"}

Connect = Callable[..., SdkClient]


@pytest.fixture(scope="module")
def sdks() -> Iterator[Mapping[str, Sdk]]:
    started = {major: Sdk(major) for major in ("1", "2")}
    yield started
    for sdk in started.values():
        sdk.end()


@pytest.fixture(scope="module")
def urls(engines: Engines) -> Iterator[Mapping[str, str]]:
    """A worker, and a server beside it."""
    env = memoir.environment(engines.environment)
    started = {"worker": Worker(env), "server": Worker(env, "mcp", "--http")}
    started["worker"].wait_for_event("worker_started")
    yield {name: each.http_url for name, each in started.items()}
    for each in started.values():
        each.end()


@pytest.fixture(params=list(PEERS.values()), ids=list(PEERS))
def peer(request: pytest.FixtureRequest) -> Peer:
    chosen: Peer = request.param
    return chosen


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def connect(
    sdks: Mapping[str, Sdk], urls: Mapping[str, str], env: Environment, review: Review, peer: Peer, transport: str
) -> Iterator[Connect]:
    opened: list[SdkClient] = []

    def open_one(
        *, url: str | None = urls.get(transport), mode: str = peer.mode, changes: Mapping[str, str] | None = None
    ) -> SdkClient:
        name = f"sdk-{uuid4().hex}"
        client = SdkClient(sdks[peer.sdk], name, mode, url=url, env=env | dict(changes or {}))
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        client.close()


@pytest.fixture
def client(connect: Connect) -> SdkClient:
    return connect()


@pytest.fixture
def idle(env: Environment, queue: Queue) -> Iterator[Callable[[], None]]:
    """Nobody works until the fixture is called, or has ended."""
    memoir.run("pause", "all", env=env).expect(0)

    def resume() -> None:
        memoir.run("resume", "all", env=env).expect(0)

    yield resume
    queue.empty()
    resume()


@pytest.fixture(scope="module")
def schemas(sdks: Mapping[str, Sdk], urls: Mapping[str, str], review: Review) -> dict[str, Any]:
    """What each tool says that it answers."""
    client = SdkClient(sdks["2"], f"sdk-{uuid4().hex}", NEW, url=urls["worker"])
    listed = client.ask("list_tools")["tools"]
    client.close()
    return {tool["name"]: tool["outputSchema"] for tool in listed}


def found(result: Mapping[str, Any], version: str) -> Any:
    """A tool's answer: as text, and structured in the versions that have it."""
    assert not result["isError"], result
    (text,) = result["content"]
    assert text["type"] == "text"
    content = json.loads(text["text"])
    assert result["structuredContent"] == (content if version != WITHOUT_STRUCTURE else None)
    return content


def checked(client: SdkClient, schemas: dict[str, Any], tool: str, **arguments: Any) -> Any:
    """A tool's answer, held against its schema here too: the SDK does so by itself."""
    content = found(client.call(tool, **arguments), client.version)
    Draft202012Validator(schemas[tool]).validate(content)
    return content


# What a connection begins with


def test_it_connects(client: SdkClient, peer: Peer) -> None:
    assert client.version == peer.version
    assert client.greeting["serverInfo"]["name"] == "memoir"
    assert "search_memory" in client.greeting["instructions"]
    assert {"tools", "resources", "prompts", "completions"} <= {
        name for name, value in client.greeting["capabilities"].items() if value is not None
    }


def test_a_client_that_knows_the_version_need_not_ask(sdks: Mapping[str, Sdk], urls: Mapping[str, str]) -> None:
    client = SdkClient(sdks["2"], f"sdk-{uuid4().hex}", NEW, url=urls["worker"])
    assert {tool["name"] for tool in client.ask("list_tools")["tools"]} == set(TOOLS)
    client.close()
    assert all("supportedVersions" not in message["result"] for message in client.said())


def test_each_tool_is_listed(client: SdkClient) -> None:
    listed = client.ask("list_tools")
    assert listed["nextCursor"] is None
    tools = {tool["name"]: tool for tool in listed["tools"]}
    assert tools.keys() == TOOLS.keys()
    for name, tool in tools.items():
        hints = tool["annotations"]
        schemas = [tool["inputSchema"]]
        if client.version != WITHOUT_STRUCTURE:
            schemas.append(tool["outputSchema"])
            assert tool["title"]
        assert hints["title"] and len(tool["description"]) > 100
        for each in schemas:
            Draft202012Validator.check_schema(each)
            assert each["type"] == "object"
        assert (hints["readOnlyHint"], hints["destructiveHint"], hints["idempotentHint"]) == TOOLS[name], name
        assert hints["openWorldHint"] is False


# What tools do


def test_a_memory_lives(client: SdkClient, schemas: dict[str, Any], tag: str) -> None:
    """Through every tool, and each answer is as the tool's schema says."""

    def call(tool: str, **arguments: Any) -> Any:
        return checked(client, schemas, tool, **arguments)

    place = {"collection": "notes", "key": f"key-{tag}"}
    author = {"collection": "notes", "filters": {"author": tag}}
    saved = call("save_to_memory", content=f"first {tag}", metadata={"author": tag, "number": 1}, **place)
    assert saved["key"] == place["key"] and saved["unchanged"] is False
    assert call("get_memory", collection="notes", id=saved["id"])["memory"]["content"] == f"first {tag}"
    (nearest,) = call("search_memory", query=f"first {tag}", **author)["results"]
    assert nearest["id"] == saved["id"]
    (listed,) = call("list_memories", **author)["memories"]
    assert listed["metadata"] == {"author": tag, "number": 1}
    call("update_memory", content=f"second {tag}", metadata={"number": 2}, **place)
    updated = call("get_memory", **place)["memory"]
    assert updated["content"] == f"second {tag}" and updated["metadata"] == {"author": tag, "number": 2}
    assert updated["id"] == saved["id"]
    assert call("forget_memory", **place) == {"forgotten": 1}
    assert call("get_memory", **place) == {"memory": None}
    assert call("search_memory", query=f"second {tag}", **author)["results"] == []
    collections = {each["name"]: each for each in call("list_collections")["collections"]}
    assert collections.keys() == {"notes", "packages"} and collections["notes"]["points"] is not None
    assert call("get_memory_stats")["workers"] == 1


def test_an_error_is_a_result_that_says_what_to_do(client: SdkClient) -> None:
    unknown = client.call("search_memory", collection="note", query="anything")
    missing = client.call("save_to_memory", collection="notes")
    wrong = client.call("search_memory", collection="notes", query="anything", top_k="many")
    for result, words in ((unknown, ("notes", "packages")), (missing, ("content",)), (wrong, ("top_k", "1"))):
        assert result["isError"] is True
        assert result["structuredContent"] is None
        assert all(word in result["content"][0]["text"] for word in words), result
    with pytest.raises(SdkError) as raised:
        client.call("remember_memory")
    assert raised.value.code == INVALID_PARAMETERS


def test_a_call_tells_of_its_progress_and_is_answered(
    client: SdkClient, idle: Callable[[], None], queue: Queue
) -> None:
    arguments = {"collection": "notes", "query": "anything"}
    calling = client.begin("call_tool", name="search_memory", arguments=arguments, progress="p")
    wait_for("progress to be told of twice", lambda: len(client.ask("progress_of", name="p")) >= 2, seconds=15)
    assert queue.depths()["search"] == 1
    idle()
    assert calling.answer()["isError"] is False
    told = client.ask("progress_of", name="p")
    assert [value for value, _, _ in told] == sorted({value for value, _, _ in told})
    for value, total, message in told:
        assert 0 <= value <= total and message


def test_a_cancelled_call_is_never_answered_and_its_job_not_done(
    client: SdkClient, idle: Callable[[], None], queue: Queue, tag: str
) -> None:
    key = f"cancelled-{tag}"
    arguments = {"collection": "notes", "content": f"not wanted {tag}", "key": key}
    calling = client.begin("call_tool", name="save_to_memory", arguments=arguments)
    wait_for("the job to stand in its lane", lambda: queue.depths()["save"] == 1, seconds=20)
    (job,) = queue.ids("save")
    calling.cancel()
    wait_for("the job to be cancelled", lambda: queue.redis.zscore(wire.CANCELLED, job) is not None, seconds=10)
    idle()
    assert found(client.call("get_memory", collection="notes", key=key), client.version) == {"memory": None}
    wait_for("the job to be let go of", lambda: queue.depths()["save"] == 0, seconds=20)
    result = queue.result(job)
    assert result is not None and result["error"]["code"] == "cancelled"
    client.close()
    assert sum("content" in message.get("result", {}) for message in client.said()) == 1


# What goes on for pages


def test_memories_come_in_pages(client: SdkClient, schemas: dict[str, Any], tag: str) -> None:
    keys = {f"{tag}-{number}" for number in range(7)}
    for key in keys:
        checked(client, schemas, "save_to_memory", collection="notes", content=key, key=key, metadata={"author": tag})
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    while True:
        arguments = {"collection": "notes", "filters": {"author": tag}, "limit": 3, **cursor}
        page = checked(client, schemas, "list_memories", **arguments)
        pages.append([memory["key"] for memory in page["memories"]])
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert [len(page) for page in pages] == [3, 3, 1]
    assert {key for page in pages for key in page} == keys


@pytest.fixture(scope="module")
def many_collections(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """More of them than two pages hold."""
    folder = tmp_path_factory.mktemp("many")
    names = {f"collection-{number:03}": {"description": f"Number {number}"} for number in range(250)}
    (folder / "collections.yaml").write_text(yaml.safe_dump({"collections": names}))
    configuration = folder / "memoir.yaml"
    configuration.write_text(memoir.CONFIGURATION.read_text())
    return {"MEMOIR_CONFIG": str(configuration)}


@pytest.fixture(scope="module")
def many_url(engines: Engines, many_collections: Mapping[str, str]) -> Iterator[str]:
    server = Worker(memoir.environment(engines.environment, many_collections), "mcp", "--http")
    yield server.http_url
    server.end()


@pytest.mark.parametrize("transport", ["stdio", "server"], indirect=True)
def test_resources_come_in_pages(
    connect: Connect, transport: str, many_collections: Mapping[str, str], many_url: str
) -> None:
    client = connect(url=None if transport == "stdio" else many_url, changes=many_collections)
    pages: list[list[str]] = []
    cursor = None
    while not pages or cursor is not None:
        page = client.ask("list_resources", cursor=cursor)
        pages.append([resource["uri"] for resource in page["resources"]])
        cursor = page["nextCursor"]
    assert [len(page) for page in pages] == [100, 100, 50]
    expected = [f"memoir://collections/collection-{number:03}" for number in range(250)]
    assert [uri for page in pages for uri in page] == expected
    with pytest.raises(SdkError) as raised:
        client.ask("list_resources", cursor="no cursor of ours")
    assert raised.value.code == INVALID_PARAMETERS


# What there is besides tools


def test_resources_prompts_and_completion(client: SdkClient, peer: Peer, tag: str) -> None:
    saved = found(client.call("save_to_memory", collection="notes", content=f"a resource {tag}"), peer.version)
    assert {resource["uri"] for resource in client.ask("list_resources")["resources"]} == {
        "memoir://collections/notes",
        "memoir://collections/packages",
    }
    assert {each["uriTemplate"] for each in client.ask("list_resource_templates")["resourceTemplates"]} == {
        "memoir://collections/{collection}",
        "memoir://collections/{collection}/memories/{id}",
    }
    assert read(client, "memoir://collections/notes")["name"] == "notes"
    assert read(client, f"memoir://collections/notes/memories/{saved['id']}")["content"] == f"a resource {tag}"
    with pytest.raises(SdkError):
        read(client, "memoir://collections/none")
    assert [prompt["name"] for prompt in client.ask("list_prompts")["prompts"]] == ["remember", "recall"]
    recall = client.ask("get_prompt", name="recall", arguments={"question": f"what of {tag}?", "collection": "notes"})
    assert f"what of {tag}?" in recall["messages"][0]["content"]["text"]
    with pytest.raises(SdkError) as raised:
        client.ask("get_prompt", name="recall", arguments={})
    assert raised.value.code == INVALID_PARAMETERS
    argument = {"name": "collection", "value": "no"}
    for reference in (
        {"type": "ref/prompt", "name": "recall"},
        {"type": "ref/resource", "uri": "memoir://collections/{collection}"},
    ):
        completion = client.ask("complete", reference=reference, argument=argument)["completion"]
        assert completion["values"] == ["notes"]


def read(client: SdkClient, uri: str) -> Any:
    (contents,) = client.ask("read_resource", uri=uri)["contents"]
    assert contents["uri"] == uri and contents["mimeType"] == "application/json"
    return json.loads(contents["text"])


# What ends, and begins again


@pytest.mark.parametrize("transport", ["stdio"], indirect=True)
def test_a_process_that_was_killed_is_followed_by_another_that_knows_all(connect: Connect, tag: str) -> None:
    first = connect()
    saved = first.call("save_to_memory", collection="notes", content=f"kept {tag}", key=f"kept-{tag}")
    assert not saved["isError"]
    os.kill(first.server_process(), signal.SIGKILL)
    with pytest.raises((SdkError, SdkFailure)):
        first.call("get_memory", collection="notes", key=f"kept-{tag}")
    second = connect()
    memory = found(second.call("get_memory", collection="notes", key=f"kept-{tag}"), second.version)["memory"]
    assert memory["content"] == f"kept {tag}"


@pytest.mark.parametrize("transport", ["server"], indirect=True)
def test_a_server_that_was_killed_is_followed_by_another_that_knows_all(
    connect: Connect, env: Environment, peer: Peer, tag: str
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    servers = [Worker(env, "mcp", "--http", "--port", port)]
    try:
        client = connect(url=servers[0].http_url)
        place = {"collection": "notes", "key": f"kept-{tag}"}
        assert not client.call("save_to_memory", content=f"kept {tag}", **place)["isError"]
        servers[0].process.kill()
        servers[0].process.wait()
        servers.append(Worker(env, "mcp", "--http", "--port", port))
        url = servers[1].http_url
        if peer.version != NEW:
            # Sessions end with the server, which is what 404 says. SDK 1 makes an error of its own of it.
            with pytest.raises(SdkError) as raised:
                client.call("get_memory", **place)
            assert raised.value.code == (INVALID_REQUEST if peer.sdk == "2" else -INVALID_REQUEST)
            client = connect(url=url)
        memory = found(client.call("get_memory", **place), client.version)["memory"]
        assert memory["content"] == f"kept {tag}"
    finally:
        for server in servers:
            server.end()


# What was said


def test_every_method_is_among_what_is_reviewed(client: SdkClient, peer: Peer, idle: Callable[[], None]) -> None:
    """Each answer and notification that there is in the version, over this transport, as the specification has it."""
    calling = client.begin(
        "call_tool", name="search_memory", arguments={"collection": "notes", "query": "any"}, progress="p"
    )
    wait_for("progress", lambda: client.ask("progress_of", name="p"), seconds=15)
    idle()
    calling.answer()
    for command in ("list_tools", "list_resources", "list_resource_templates", "list_prompts"):
        client.ask(command)
    client.ask("read_resource", uri="memoir://collections/notes")
    client.ask("get_prompt", name="remember", arguments={})
    reference = {"type": "ref/prompt", "name": "recall"}
    client.ask("complete", reference=reference, argument={"name": "collection", "value": ""})
    client.ask("listen" if peer.version == NEW else "ping")
    client.close()
    own = Review(client.recording)
    assert own.complaints() == []
    assert {heard.version for heard in own.heard} == {peer.version}
    assert {heard.method for heard in own.heard if heard.kind == "result"} == METHODS[peer.version]
    notifications = {"notifications/progress"} | (
        {"notifications/subscriptions/acknowledged"} if peer.version == NEW else set()
    )
    assert {heard.method for heard in own.heard if heard.kind == "notification"} == notifications


@pytest.mark.parametrize("version", VERSIONS)
def test_a_method_that_is_not_offered_is_said_not_to_be(env: Environment, version: str) -> None:
    """Of all that the specification has: every other one is offered."""
    mcp = Stdio(env)
    try:
        if version != NEW:
            assert mcp.ask(initialize(version=version))["result"]["protocolVersion"] == version
        refused = set()
        for identity, method in enumerate(sorted(schema(version).requests), start=1):
            message = {"jsonrpc": "2.0", "id": identity, "method": method, "params": {}}
            answer = mcp.ask(stateless(message) if version == NEW else message)
            if answer.get("error", {}).get("code") == METHOD_NOT_FOUND:
                refused.add(method)
        assert refused == schema(version).requests.keys() - METHODS[version] - {"subscriptions/listen"}
    finally:
        mcp.kill()
