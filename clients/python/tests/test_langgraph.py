"""The LangGraph store with the real langgraph, against real engines and a real worker."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict

import pytest
from conftest import StartWorker
from harness.engines import Engines
from harness.waiting import wait_for
from langgraph.graph import START, StateGraph
from langgraph.store.base import (
    BaseStore,
    GetOp,
    InvalidNamespaceError,
    Item,
    ListNamespacesOp,
    MatchCondition,
    Op,
    PutOp,
    SearchOp,
)
from langgraph.store.memory import InMemoryStore

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


def graph(node: Any) -> Any:
    """Of one node."""
    built = StateGraph(State)
    built.add_node("remember", node)
    built.add_edge(START, "remember")
    return built


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
    assert again.created_at == item.created_at and again.updated_at > item.updated_at
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
        store.search(("f",), query="meaning reaches less far", limit=1_000, offset=1)
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


def test_more_than_a_page(store: MemoirStore) -> None:
    """Lists reach beyond what one job answers, and namespaces beyond what one filter can leave out."""
    labels = [f"{at:04}" + "x" * 60 for at in range(600)]
    store.batch([PutOp(("many", label), str(key), {"at": at}) for at, label in enumerate(labels) for key in range(2)])
    everything = store.search(("many",), limit=2_000)
    assert len({(each.namespace, each.key) for each in everything}) == len(everything) == 1_200
    assert store.search(("many",), limit=30, offset=1_190) == everything[1_190:]
    assert store.search(("many",), limit=30, offset=1_200) == []
    assert keys(store.search(("many",), filter={"at": {"$gte": 599}}, limit=9)) == ["0", "1"]
    assert store.list_namespaces(limit=1_000) == [("many", label) for label in labels]
    assert store.list_namespaces(max_depth=1) == [("many",)]


@pytest.mark.parametrize("seed", range(3))
def test_like_the_store_of_langgraph_itself(store: MemoirStore, seed: int) -> None:
    """Random operations, answered as LangGraph's own store in memory answers them, but for the order of a list."""
    dice = random.Random(seed)
    model = InMemoryStore()
    namespaces = [("a",), ("a", "b"), ("a", "b", "c"), ("a", "c"), ("b", "b"), ("été", "c")]
    filters = [
        None,
        {"n": 3},
        {"n": {"$gte": 2, "$lt": 7}},
        {"kind": "x"},
        {"kind": {"$ne": "x"}},
        {"deep": {"b": True}},
    ]
    listings = [
        *(ListNamespacesOp(None, depth, 100, 0) for depth in (None, 1, 2)),
        *(ListNamespacesOp((MatchCondition("prefix", path),), None, 100, 0) for path in (("a",), ("b", "*"))),
        *(ListNamespacesOp((MatchCondition("suffix", path),), None, 100, 0) for path in (("c",), ("*", "c"))),
    ]
    for _ in range(25):
        operations: list[Op] = []
        for _ in range(dice.randint(1, 8)):
            namespace, key = dice.choice(namespaces), dice.choice("pqr")
            value = {"n": dice.randint(0, 9), "kind": dice.choice("xyz"), "deep": {"b": dice.random() < 0.5}}
            operations += dice.choice(
                [
                    [PutOp(namespace, key, value)],
                    [PutOp(namespace, key, value)],
                    [PutOp(namespace, key, None)],
                    [GetOp(namespace, key)],
                    [SearchOp(namespace[: dice.randint(0, 2)], dice.choice(filters), limit=100)],
                ]
            )
        assert [plain(each) for each in store.batch(operations)] == [plain(each) for each in model.batch(operations)]
        for emptied in [namespace for namespace, kept in model._data.items() if not kept]:
            del model._data[emptied]  # it lists what was only read or deleted, which LangGraph's stores on disk do not
        assert store.batch(listings) == model.batch(listings)
    everything = SearchOp((), limit=1_000)
    assert [plain(each) for each in store.batch([everything])] == [plain(each) for each in model.batch([everything])]


def plain(result: object) -> object:
    """What two stores must agree on: neither times, nor the order of what is not searched by meaning."""
    if isinstance(result, Item):
        return (result.namespace, result.key, str(result.value))
    if isinstance(result, list):
        return sorted(plain(each) if isinstance(each, Item) else each for each in result)  # type: ignore[type-var]
    return result


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


def test_stores_that_are_dropped(engines: Engines, start_worker: StartWorker, tag: str) -> None:
    """Without having been closed, they leave no threads."""
    start_worker()
    before = threading.active_count()
    for _ in range(5):
        MemoirStore("agent_context", redis_url=engines.redis_url, tenant=tag).put(("d",), "a", {"n": 1})
    gc.collect()
    wait_for("the threads to end", lambda: threading.active_count() <= before, seconds=20)


def test_in_a_graph(store: MemoirStore) -> None:
    """As langgraph hands it to a synchronous node."""

    def remember(state: State, *, store: BaseStore) -> State:
        store.put(("graph",), state["key"], {"said": state["said"]})
        item = store.get(("graph",), state["key"])
        return {"key": state["key"], "said": item.value["said"].upper() if item else ""}

    assert graph(remember).compile(store=store).invoke({"key": "k", "said": "hello"})["said"] == "HELLO"


async def test_in_an_asynchronous_graph(store: MemoirStore) -> None:
    """Whose nodes run at once, and may also be synchronous."""

    async def remember(state: State, *, store: BaseStore) -> State:
        await store.aput(("graph",), state["key"], {"said": state["said"]})
        (found,) = await store.asearch(("graph",), filter={"said": state["said"]})
        return {"key": state["key"], "said": found.value["said"].upper()}

    def remember_synchronously(state: State, *, store: BaseStore) -> State:
        store.put(("graph",), state["key"], {"said": state["said"]})
        return {"key": state["key"], "said": store.search(("graph",), filter={"said": state["said"]})[0].value["said"]}

    compiled = graph(remember).compile(store=store)
    states: list[State] = [{"key": f"{at}", "said": f"hello {at}"} for at in range(20)]
    answers = await asyncio.gather(*(compiled.ainvoke(state) for state in states))
    assert [each["said"] for each in answers] == [f"HELLO {at}" for at in range(20)]
    answer = await graph(remember_synchronously).compile(store=store).ainvoke({"key": "s", "said": "in a thread"})
    assert answer["said"] == "in a thread"


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
