"""A graph that remembers what a user says, in Memoir, and answers from it in a later conversation.

    pip install 'memoir-client[langgraph]'
    memoir bootstrap && memoir worker &
    python memory_aware_graph.py

REDIS_URL says where the queue is. No model is called, so that it runs as it is: put yours into `answer`.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.store.base import BaseStore

from memory.langgraph import MemoirStore


class State(TypedDict, total=False):
    user: str
    said: str
    recalled: list[str]
    answer: str


async def recall(state: State, *, store: BaseStore) -> State:
    found = await store.asearch((state["user"], "facts"), query=state["said"], limit=3)
    return {"recalled": [item.value["text"] for item in found]}


async def answer(state: State) -> State:
    known = "; ".join(state["recalled"]) or "nothing yet"
    return {"answer": f"You say {state['said']!r}. What I remember that is nearest: {known}."}


async def remember(state: State, *, store: BaseStore) -> None:
    # The same words are one memory, however often they are said.
    key = sha256(state["said"].encode()).hexdigest()[:16]
    await store.aput((state["user"], "facts"), key, {"text": state["said"]}, index=["text"])


def build(store: BaseStore):  # type: ignore[no-untyped-def]  # the graph's type has four parameters, all ours or None
    graph = StateGraph(State)
    graph.add_node("recall", recall)
    graph.add_node("answer", answer)
    graph.add_node("remember", remember)
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "answer")
    graph.add_edge("answer", "remember")
    graph.add_edge("remember", END)
    return graph.compile(store=store)


async def main() -> None:
    async with MemoirStore(os.environ.get("MEMOIR_COLLECTION", "agent_context")) as store:
        graph = build(store)
        for said in ("I travel by train, never by plane.", "My daughter is called Nora.", "How do I get to Lyon?"):
            state = await graph.ainvoke({"user": "user-1", "said": said})
            print(state["answer"])


if __name__ == "__main__":
    import asyncio

    asyncio.run(main())
