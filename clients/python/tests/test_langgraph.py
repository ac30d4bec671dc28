"""The LangGraph store with the real langgraph, against real engines and a real worker."""

from __future__ import annotations

import asyncio
import os
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TypedDict

import pytest
from conftest import StartWorker
from harness.engines import Engines
from langgraph.graph import START, StateGraph
from langgraph.store.base import (
    BaseStore,
    GetOp,
    InvalidNamespaceError,
    ListNamespacesOp,
    MatchCondition,
    PutOp,
    SearchOp,
)

from memory import InvalidJob
from memory.langgraph import MemoirStore

FOLDER = Path(__file__).resolve().parent.parent
EXAMPLE = FOLDER / "examples" / "memory_aware_graph.py"


class State(TypedDict):
    key: str
    said: str


@pytest.fixture
def store(engines: Engines, start_worker: StartWorker, tag: str) -> Iterator[MemoirStore]:
    """One whose items no other test sees."""
    start_worker()
    with MemoirStore("agent_context", redis_url=engines.redis_url, tenant=tag) as store:
        yield store


def keys(found: object) -> list[str]:
    assert isinstance(found, list)
    return sorted(each.key for each in found)


def test_put_get_delete(store: MemoirStore) -> None:
    users = ("users", "1")
    assert store.get(users, "prefs") is None
    store.put(users, "prefs", {"theme": "dark", "content": "any name", "deep": {"a": [1, None, 2.5]}})
    item = store.get(users, "prefs")
    assert item is not None
    assert (item.namespace, item.key) == (users, "prefs")
    assert item.value == {"theme": "dark", "content": "any name", "deep": {"a": [1, None, 2.5]}}
    assert isinstance(item.created_at, datetime) and item.created_at.tzinfo is not None
    store.put(users, "prefs", {"theme": "light"})
    assert (again := store.get(users, "prefs")) is not None and again.value == {"theme": "light"}
    assert store.get(("users",), "prefs") is None and store.get(("users", "12"), "prefs") is None
    store.delete(users, "prefs")
    assert store.get(users, "prefs") is None
    store.delete(users, "prefs")


def test_keys_of_any_kind(store: MemoirStore) -> None:
    odd = ['a"b', "a,b", "é/…", "x" * 2_000, "[]"]
    for key in odd:
        store.put(("odd", 'na"me', "été"), key, {"key": key})
    for key in odd:
        assert (item := store.get(("odd", 'na"me', "été"), key)) is not None and item.value == {"key": key}
    with pytest.raises(InvalidNamespaceError):
        store.put(("with.dot",), "a", {})
    with pytest.raises(InvalidNamespaceError):
        store.batch([PutOp(("with.dot",), "a", {})])


def test_search(store: MemoirStore) -> None:
    store.put(("docs", "travel"), "train", {"text": "train ticket to Lyon", "year": 2024, "price": 22.5, "kind": "a"})
    store.put(("docs", "travel"), "plane", {"text": "plane to Rome", "year": 2025, "price": 90.0, "kind": "b"})
    store.put(("docs", "food"), "pasta", {"text": "pasta with basil", "year": 2026, "kind": None})
    store.put(("docs", "food"), "hidden", {"text": "train train train", "year": 2020}, index=False)
    store.put(("docsother",), "other", {"text": "train"})
    found = store.search(("docs",), query="train ticket to Lyon", limit=2)
    assert found[0].key == "train" and found[0].score is not None and len(found) == 2
    assert "hidden" not in keys(store.search(("docs",), query="train", limit=10))
    assert keys(store.search(("docs",))) == ["hidden", "pasta", "plane", "train"]
    assert all(each.score is None for each in store.search(("docs",)))
    assert keys(store.search(("docs", "travel"))) == ["plane", "train"]
    assert keys(store.search((), limit=100)) == ["hidden", "other", "pasta", "plane", "train"]
    pages = [each.key for offset in range(0, 6, 2) for each in store.search(("docs",), limit=2, offset=offset)]
    assert sorted(pages) == ["hidden", "pasta", "plane", "train"]


@pytest.mark.parametrize(
    "wanted, found",
    [
        ({"year": 2024}, ["a"]),
        ({"year": {"$gt": 2024}}, ["b", "c"]),
        ({"year": {"$gte": 2024, "$lt": 2026}}, ["a", "b"]),
        ({"year": {"$lte": 2024}, "kind": "x"}, ["a"]),
        ({"price": 2.5}, ["a"]),
        ({"price": 3}, ["b"]),
        ({"kind": {"$ne": "x"}}, ["b", "c"]),
        ({"kind": {"$eq": "y"}}, ["b"]),
        ({"kind": None}, ["c"]),
        ({"open": True}, ["a"]),
        ({"deep": {"name": "n"}}, ["b"]),
        ({"odd name": 1}, ["c"]),
    ],
)
def test_filters(store: MemoirStore, wanted: dict[str, object], found: list[str]) -> None:
    store.batch(
        [
            PutOp(("f",), "a", {"year": 2024, "price": 2.5, "kind": "x", "open": True}),
            PutOp(("f",), "b", {"year": 2025, "price": 3.0, "kind": "y", "deep": {"name": "n"}}),
            PutOp(("f",), "c", {"year": 2026, "odd name": 1}),
        ]
    )
    assert keys(store.search(("f",), filter=wanted)) == found


def test_filters_and_pages_that_cannot_be(store: MemoirStore) -> None:
    for wanted in ({"a": {"$in": [1]}}, {"a": [1]}, {'a"b': 1}):
        with pytest.raises(InvalidJob, match="filter: "):
            store.search(("f",), filter=wanted)
    with pytest.raises(InvalidJob, match="limit: "):
        store.search(("f",), limit=1_000, offset=1)
    with pytest.raises(NotImplementedError):
        store.put(("f",), "a", {}, ttl=5)


def test_namespaces(store: MemoirStore) -> None:
    paths = [("a", "b", "c"), ("a", "b", "d", "e"), ("a", "b", "d", "i"), ("a", "b", "f"), ("a", "c", "f"), ("z",)]
    store.batch([PutOp(path, key, {"n": 1}) for path in paths for key in ("1", "2")])
    assert store.list_namespaces() == sorted(paths)
    assert store.list_namespaces(prefix=("a", "b"), max_depth=3) == [("a", "b", "c"), ("a", "b", "d"), ("a", "b", "f")]
    assert store.list_namespaces(suffix=("f",)) == [("a", "b", "f"), ("a", "c", "f")]
    assert store.list_namespaces(prefix=("a", "*", "f")) == [("a", "b", "f"), ("a", "c", "f")]
    assert store.list_namespaces(prefix=("a",), suffix=("*", "e")) == [("a", "b", "d", "e")]
    assert store.list_namespaces(limit=2, offset=1) == sorted(paths)[1:3]
    both = (MatchCondition("prefix", ("a",)), MatchCondition("suffix", ("i",)))
    assert store.batch([ListNamespacesOp(both)]) == [[("a", "b", "d", "i")]]


def test_a_batch(store: MemoirStore) -> None:
    store.put(("b",), "1", {"n": 1})
    results = store.batch(
        [
            GetOp(("b",), "1"),
            PutOp(("b",), "1", {"n": 2}),
            PutOp(("b",), "2", {"n": 2}),
            PutOp(("b",), "2", {"n": 3}),
            GetOp(("b",), "2"),
            SearchOp(("b",)),
        ]
    )
    before = results[0]
    assert before is not None and not isinstance(before, list) and before.value == {"n": 1}
    assert results[1:5] == [None] * 4
    assert keys(results[5]) == ["1"]
    assert [item.value for key in ("1", "2") if (item := store.get(("b",), key))] == [{"n": 2}, {"n": 3}]
    assert store.batch([]) == []


async def test_asynchronous_calls(store: MemoirStore) -> None:
    await asyncio.gather(*(store.aput(("async",), str(at), {"n": at}) for at in range(50)))
    assert len(await store.asearch(("async",), limit=100)) == 50
    item = await store.aget(("async",), "7")
    assert item is not None and item.value == {"n": 7}
    await store.adelete(("async",), "7")
    assert await store.aget(("async",), "7") is None
    assert await store.alist_namespaces(prefix=("async",)) == [("async",)]


def test_many_threads(store: MemoirStore) -> None:
    threads = [threading.Thread(target=store.put, args=(("t",), str(at), {"n": at})) for at in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(store.search(("t",), limit=100)) == 20


def test_in_a_graph(store: MemoirStore) -> None:
    """As langgraph hands it to a synchronous node."""

    def remember(state: State, *, store: BaseStore) -> State:
        store.put(("graph",), state["key"], {"said": state["said"]})
        item = store.get(("graph",), state["key"])
        return {"key": state["key"], "said": item.value["said"].upper() if item else ""}

    graph = StateGraph(State)
    graph.add_node("remember", remember)
    graph.add_edge(START, "remember")
    answer = graph.compile(store=store).invoke({"key": "k", "said": "hello"})
    assert answer["said"] == "HELLO"


def test_the_example(engines: Engines, start_worker: StartWorker) -> None:
    start_worker()
    done = subprocess.run(
        [sys.executable, EXAMPLE],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(FOLDER / "src"), "REDIS_URL": engines.redis_url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "nothing yet" in done.stdout.splitlines()[0]
    assert "never by plane" in done.stdout.splitlines()[2]


def test_the_example_is_importable() -> None:
    assert callable(runpy.run_path(str(EXAMPLE))["build"])
