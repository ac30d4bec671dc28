"""Lets a test direct a client of an MCP SDK, which has an environment of its own: a command a line, an answer a line.

    {"id": 1, "do": "open", "with": {"name": "a", …}}   ->   {"id": 1, "result": …}
    {"id": 2, "do": "call_tool", "on": "a", "with": {…}} ->   {"id": 2, "error": {"code": -32602, "message": "…"}}

Commands run beside each other. `cancel` ends one that runs, as a program that uses the SDK would.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import anyio

Answer = dict[str, Any]
# The methods of a connection are the commands, and what they return is written as JSON; its `greeting` is the first.
Connect = Callable[..., AbstractAsyncContextManager[Any]]


class Remote:
    def __init__(self, connect: Connect, error: type[Exception]) -> None:
        """`error` is what the SDK raises of an error that the server has sent."""
        self.connect = connect
        self.error = error
        self.connections: dict[str, Any] = {}
        self.closings: dict[str, anyio.Event] = {}
        self.running: dict[int, anyio.CancelScope] = {}

    async def run(self) -> None:
        lines = anyio.wrap_file(sys.stdin)
        async with anyio.create_task_group() as tasks:
            async for line in lines:
                tasks.start_soon(self.perform, json.loads(line))
            tasks.cancel_scope.cancel()

    async def perform(self, command: Mapping[str, Any]) -> None:
        scope = self.running[command["id"]] = anyio.CancelScope()
        answer: Answer = {"cancelled": True}
        with scope:
            try:
                answer = {"result": await self.result(command)}
            except self.error as error:
                answer = {"error": fields(error)}
            # Whatever an SDK does with a server that is gone: the test says what it may.
            except Exception as error:
                answer = {"raised": f"{type(error).__name__}: {error}"}
        del self.running[command["id"]]
        print(json.dumps({"id": command["id"], **answer}), flush=True)

    async def result(self, command: Mapping[str, Any]) -> object:
        parameters = command["with"]
        match command["do"]:
            case "open":
                return await self.open(command["id"], **parameters)
            case "close":
                self.closings[parameters["name"]].set()
                return None
            case "cancel":
                self.running[parameters["command"]].cancel()
                return None
            case name:
                return await getattr(self.connections[command["on"]], name)(**parameters)

    async def open(self, identity: int, /, *, name: str, **parameters: Any) -> object:
        """Stays, as the SDKs want it, in the task that has opened the connection; ends when it is closed."""
        closing = self.closings[name] = anyio.Event()
        async with self.connect(**parameters) as connection:
            self.connections[name] = connection
            print(json.dumps({"id": identity, "result": connection.greeting}), flush=True)
            await closing.wait()
        return "closed"


def fields(error: Exception) -> Answer:
    """Of the error object that the server sent."""
    sent = error.error  # type: ignore[attr-defined]
    return {"code": sent.code, "message": sent.message, "data": sent.data}


def serve(connect: Connect, error: type[Exception]) -> None:
    anyio.run(Remote(connect, error).run)
