"""`/mcp` with tokens: no caller reads, lists, searches, changes or forgets what another tenant has, by key or by id.

None reaches a collection that its token does not name, or does what its token does not allow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness import memoir
from harness.engines import Engines
from harness.http import Reply
from harness.mcp import META, NEW, McpHttp, Message, call, initialize
from harness.memoir import Worker
from harness.store import Store

COLLECTION, OTHER_COLLECTION = "notes", "packages"
ALL = ["read", "write", "forget"]
# Names, which are tokens too where sixteen characters are added.
TOKENS: dict[str, dict[str, object]] = {
    "acme": {"tenant": "acme", "rights": ALL},
    "rival": {"tenant": "rival", "rights": ALL},
    "nobodys": {"rights": ALL},
    "reader": {"tenant": "acme", "rights": ["read"]},
    "writer": {"tenant": "acme", "rights": ["write"]},
    "forgetter": {"tenant": "acme", "rights": ["forget"]},
    "bounded": {"tenant": "acme", "rights": ALL, "collections": [OTHER_COLLECTION]},
}
STRANGERS = ["rival", "nobodys"]


def token(name: str) -> str:
    return f"{name}-0123456789abcdef"


@dataclass(frozen=True)
class Caller:
    """Whoever has the token of that name."""

    client: McpHttp

    def ask(self, message: Message) -> Any:
        return self.client.stateless(message).expect(200)

    def result(self, tool: str, arguments: dict[str, object]) -> Any:
        return self.ask(call(1, tool, **arguments))["result"]

    def call(self, tool: str, **arguments: object) -> Any:
        result = self.result(tool, arguments)
        assert not result["isError"], result
        structured = result["structuredContent"]
        assert json.loads(result["content"][0]["text"]) == structured
        return structured

    def refused(self, tool: str, **arguments: object) -> str:
        """Why, as a model is told."""
        result = self.result(tool, arguments)
        assert result["isError"] is True, result
        return str(result["content"][0]["text"])

    def read(self, uri: str) -> Reply:
        message = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": uri}}
        return self.client.post(
            message | {"params": {"uri": uri, "_meta": META}},
            {"Mcp-Protocol-Version": NEW, "Mcp-Method": "resources/read", "Mcp-Name": uri},
        )

    def contents(self, uri: str) -> Any:
        return json.loads(self.read(uri).expect(200)["result"]["contents"][0]["text"])

    @property
    def tools(self) -> set[str]:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        return {tool["name"] for tool in self.ask(message)["result"]["tools"]}


@pytest.fixture(scope="module")
def callers(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Caller]]:
    file = tmp_path_factory.mktemp("tokens") / "tokens.yaml"
    write(file)
    worker = Worker(memoir.environment(engines.environment) | {"MEMOIR_MCP_TOKENS_FILE": str(file)})
    worker.wait_for_event("worker_started")
    yield {name: Caller(McpHttp(worker.http_url, token(name))) for name in TOKENS}
    log = "\n".join(worker.lines)
    worker.end()
    assert not any(token(name) in log for name in TOKENS)


def write(file: Path) -> None:
    entries = [{"name": name, "token": token(name), **more} for name, more in TOKENS.items()]
    file.write_text(yaml.safe_dump({"tokens": entries}))
    file.chmod(0o600)


@dataclass(frozen=True)
class Mine:
    """What acme has saved: a memory with a key, and one without."""

    key: str
    keyed: str
    unkeyed: str
    text: str

    @property
    def names(self) -> list[dict[str, object]]:
        return [{"key": self.key}, {"id": self.keyed}, {"id": self.unkeyed}]


@pytest.fixture
def mine(callers: dict[str, Caller], tag: str) -> Mine:
    acme = callers["acme"]
    key, text = f"INV-{tag}", f"of acme alone {tag}"
    metadata = {"author": tag, "number": 1}
    keyed = acme.call("save_to_memory", collection=COLLECTION, key=key, content=f"{text}, keyed", metadata=metadata)
    unkeyed = acme.call("save_to_memory", collection=COLLECTION, content=text, metadata=metadata)
    return Mine(key, keyed["id"], unkeyed["id"], text)


def stored(store: Store, mine: Mine) -> list[Any]:
    points = store.points(COLLECTION, identities=[mine.keyed, mine.unkeyed])
    assert len(points) == 2
    return points


def listed(caller: Caller, **more: object) -> list[str]:
    """Ids of all pages."""
    found: list[str] = []
    cursor: dict[str, object] = {}
    while True:
        page = caller.call("list_memories", collection=COLLECTION, limit=100, **more, **cursor)
        found += [memory["id"] for memory in page["memories"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def test_the_tenant_itself_reaches_its_memories(callers: dict[str, Caller], mine: Mine, tag: str) -> None:
    """Or the other tests would tell nothing."""
    acme = callers["acme"]
    for name in mine.names:
        assert tag in acme.call("get_memory", collection=COLLECTION, **name)["memory"]["content"]
    assert {mine.keyed, mine.unkeyed} == set(listed(acme, filters={"author": tag}))
    found = acme.call("search_memory", collection=COLLECTION, query=mine.text, filters={"author": tag})["results"]
    assert {each["id"] for each in found} == {mine.keyed, mine.unkeyed}
    assert acme.contents(memory_uri(mine.keyed))["key"] == mine.key


@pytest.mark.parametrize("name", STRANGERS)
def test_another_reads_none_of_them(callers: dict[str, Caller], mine: Mine, tag: str, name: str) -> None:
    stranger = callers[name]
    for which in mine.names:
        assert stranger.call("get_memory", collection=COLLECTION, **which) == {"memory": None}
    found = stranger.call("search_memory", collection=COLLECTION, query=mine.text, top_k=100)["results"]
    assert tag not in json.dumps(found)
    assert not {mine.keyed, mine.unkeyed} & set(listed(stranger))
    assert "error" in stranger.read(memory_uri(mine.keyed)).json()


WIDENING = [
    {"author": "TAG"},
    {"_memoir.tenant": "acme"},
    {"should": [{"key": "_memoir.tenant", "match": {"value": "acme"}}, {"key": "author", "match": {"value": "TAG"}}]},
    {"must_not": [{"key": "_memoir.tenant", "match": {"value": "rival"}}]},
    {"must": [{"has_id": ["KEYED", "UNKEYED"]}]},
    {"min_should": {"conditions": [{"has_id": ["KEYED"]}], "min_count": 1}},
]


@pytest.mark.parametrize("name", STRANGERS)
@pytest.mark.parametrize("filters", WIDENING)
def test_no_filter_widens_what_another_reaches(
    callers: dict[str, Caller], mine: Mine, tag: str, name: str, filters: dict[str, object]
) -> None:
    text = json.dumps(filters).replace("TAG", tag).replace("UNKEYED", mine.unkeyed).replace("KEYED", mine.keyed)
    for tool, more in (("search_memory", {"query": mine.text, "top_k": 100}), ("list_memories", {"limit": 100})):
        result = callers[name].result(tool, {"collection": COLLECTION, "filters": json.loads(text), **more})
        # Refused, or without a hit; a refusal may name what was sent.
        if not result["isError"]:
            assert tag not in json.dumps(result)


@pytest.mark.parametrize("name", STRANGERS)
def test_a_cursor_of_another_shows_the_callers_own(callers: dict[str, Caller], mine: Mine, tag: str, name: str) -> None:
    page = callers["acme"].call("list_memories", collection=COLLECTION, filters={"author": tag}, limit=1)
    cursor = page["next_cursor"]
    assert cursor is not None
    found = callers[name].call("list_memories", collection=COLLECTION, limit=100, cursor=cursor)
    assert tag not in json.dumps(found["memories"])
    # Right where acme's memories begin, made by hand.
    forged = f"{min(mine.keyed, mine.unkeyed)}\0{COLLECTION}".encode().hex()
    found = callers[name].call("list_memories", collection=COLLECTION, limit=100, cursor=forged)
    assert tag not in json.dumps(found["memories"])
    other = f"{mine.keyed}\0{OTHER_COLLECTION}".encode().hex()
    for bad in (other, "00", "zz", cursor[:-1], cursor + "00", "+f" * 20):
        assert callers[name].refused("list_memories", collection=COLLECTION, cursor=bad).startswith("cursor: ")


@pytest.mark.parametrize("name", STRANGERS)
def test_another_changes_none_of_them(
    callers: dict[str, Caller], mine: Mine, store: Store, tag: str, name: str
) -> None:
    before = stored(store, mine)
    stranger = callers[name]
    for which in mine.names:
        change = {"collection": COLLECTION, "content": "taken over", "metadata": {"author": "stranger"}, **which}
        assert "no memory has" in stranger.refused("update_memory", **change)
        assert stranger.call("forget_memory", collection=COLLECTION, **which) == {"forgotten": 0}
    # Under the same key, or with the same text, it saves one of its own.
    saved = stranger.call("save_to_memory", collection=COLLECTION, key=mine.key, content=f"the stranger's {tag}")
    same = stranger.call("save_to_memory", collection=COLLECTION, content=mine.text)
    assert not {saved["id"], same["id"]} & {mine.keyed, mine.unkeyed}
    # Nor does a memory of its own that is given acme's text become acme's.
    change = {"collection": COLLECTION, "id": same["id"], "content": f"{mine.text}, keyed"}
    moved = stranger.call("update_memory", **change)
    assert moved["id"] not in (mine.keyed, mine.unkeyed)
    assert stored(store, mine) == before
    for identity in (saved["id"], moved["id"]):
        assert stranger.call("forget_memory", collection=COLLECTION, id=identity) == {"forgotten": 1}
    assert stored(store, mine) == before


def test_the_tenant_cannot_be_sent_along(callers: dict[str, Caller], mine: Mine) -> None:
    rival = callers["rival"]
    for tool, arguments in (
        ("get_memory", {"key": mine.key}),
        ("search_memory", {"query": mine.text}),
        ("forget_memory", {"id": mine.keyed}),
    ):
        text = rival.refused(tool, collection=COLLECTION, tenant="acme", **arguments)
        assert text.startswith("tenant: is no argument of")
    reserved = rival.refused(
        "save_to_memory", collection=COLLECTION, content="x", metadata={"_memoir": {"tenant": "acme"}}
    )
    assert reserved.startswith("metadata")


def test_figures_are_no_others(callers: dict[str, Caller], mine: Mine) -> None:
    for name in ("acme", "rival"):
        caller = callers[name]
        stats = caller.call("get_memory_stats")
        assert [each["points"] for each in stats["collections"]] == [None, None]
        assert stats["cache"]["total_requests"] is None and stats["cache"]["dollars_saved"] is None
        assert "acme" not in json.dumps(callers["rival"].call("get_memory_stats"))
        collections = caller.call("list_collections")["collections"]
        assert [each["points"] for each in collections] == [None, None]
        assert caller.contents(f"memoir://collections/{COLLECTION}")["points"] is None
    whole = callers["nobodys"].call("get_memory_stats")
    assert all(each["points"] is not None for each in whole["collections"])


def test_what_a_token_may_not_do_is_not_listed_and_refused_readably(
    callers: dict[str, Caller], mine: Mine, store: Store
) -> None:
    before = stored(store, mine)
    reading = {"search_memory", "get_memory", "list_memories", "list_collections", "get_memory_stats"}
    assert callers["reader"].tools == reading
    assert callers["writer"].tools == {"save_to_memory"}
    assert callers["forgetter"].tools == {"forget_memory"}
    calls: dict[str, dict[str, object]] = {
        "search_memory": {"collection": COLLECTION, "query": mine.text},
        "get_memory": {"collection": COLLECTION, "key": mine.key},
        "list_memories": {"collection": COLLECTION},
        "list_collections": {},
        "get_memory_stats": {},
        "save_to_memory": {"collection": COLLECTION, "key": mine.key, "content": "taken over"},
        "update_memory": {"collection": COLLECTION, "key": mine.key, "content": "taken over"},
        "forget_memory": {"collection": COLLECTION, "key": mine.key},
    }
    assert set(calls) == callers["acme"].tools
    for name, rights in (("reader", "read"), ("writer", "write"), ("forgetter", "forget")):
        allowed = callers[name].tools
        for tool, arguments in calls.items():
            if tool in allowed:
                continue
            text = callers[name].refused(tool, **arguments)
            assert f"this access has: {rights}" in text and "whoever runs this server can grant it" in text
    assert stored(store, mine) == before
    for name in ("writer", "forgetter"):
        assert "error" in callers[name].read(memory_uri(mine.keyed)).json()
        assert resources(callers[name]) == set()


def test_a_collection_that_a_token_does_not_name_is_none(callers: dict[str, Caller], mine: Mine, store: Store) -> None:
    before = stored(store, mine)
    bounded = callers["bounded"]
    known = [each["name"] for each in bounded.call("list_collections")["collections"]]
    assert known == [OTHER_COLLECTION]
    assert [each["name"] for each in bounded.call("get_memory_stats")["collections"]] == [OTHER_COLLECTION]
    assert resources(bounded) == {f"memoir://collections/{OTHER_COLLECTION}"}
    for tool, arguments in (
        ("search_memory", {"query": mine.text}),
        ("get_memory", {"key": mine.key}),
        ("list_memories", {}),
        ("save_to_memory", {"key": mine.key, "content": "taken over"}),
        ("update_memory", {"key": mine.key, "content": "taken over"}),
        ("forget_memory", {"id": mine.keyed}),
    ):
        text = bounded.refused(tool, collection=COLLECTION, **arguments)
        assert text == f'collection: there is no collection "{COLLECTION}". Send one of: {OTHER_COLLECTION}'
    for uri in (f"memoir://collections/{COLLECTION}", memory_uri(mine.keyed)):
        assert "error" in bounded.read(uri).json()
    # An id of elsewhere is nothing here.
    assert bounded.call("get_memory", collection=OTHER_COLLECTION, id=mine.keyed) == {"memory": None}
    assert bounded.call("forget_memory", collection=OTHER_COLLECTION, id=mine.keyed) == {"forgotten": 0}
    assert completions(bounded) == [OTHER_COLLECTION]
    assert set(completions(callers["acme"])) == {COLLECTION, OTHER_COLLECTION}
    assert stored(store, mine) == before


def test_a_session_takes_no_rights_along(callers: dict[str, Caller], mine: Mine) -> None:
    """One that acme began is not the rival's, and what the rival begins is the rival's."""
    acme, rival = callers["acme"].client, McpHttp(callers["rival"].client.http.url, token("rival"))
    answer = acme.post(initialize())
    rival.session = answer.headers["mcp-session-id"]
    get = call(2, "get_memory", collection=COLLECTION, key=mine.key)
    assert rival.post(get).status == 404
    rival.session = None
    rival.open()
    assert rival.post(get).expect(200)["result"]["structuredContent"] == {"memory": None}


def memory_uri(identity: str) -> str:
    return f"memoir://collections/{COLLECTION}/memories/{identity}"


def resources(caller: Caller) -> set[str]:
    answer = caller.ask({"jsonrpc": "2.0", "id": 1, "method": "resources/list"})
    return {each["uri"] for each in answer["result"]["resources"]}


def completions(caller: Caller) -> list[str]:
    parameters = {"ref": {"type": "ref/prompt", "name": "recall"}, "argument": {"name": "collection", "value": ""}}
    answer = caller.ask({"jsonrpc": "2.0", "id": 1, "method": "completion/complete", "params": parameters})
    values: list[str] = answer["result"]["completion"]["values"]
    return values
