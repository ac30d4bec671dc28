"""Clients of the official MCP SDKs: each runs in an environment of its own (scripts/setup) and is told what to do."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from .engines import ROOT
from .mcp_recording import Recording
from .memoir import FOLDER, binary

SECONDS = 60.0


class SdkError(Exception):
    """The server answered with an error, as the SDK shows it."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]


class SdkFailure(Exception):
    """What an SDK raised otherwise."""


@dataclass(frozen=True)
class Calling:
    """A command that runs."""

    sdk: Sdk
    identity: int

    def answer(self) -> Any:
        return self.sdk.answer(self.identity)

    def cancel(self) -> None:
        self.sdk.ask("cancel", command=self.identity)
        assert self.sdk.take(self.identity) == {"cancelled": True}


class Sdk:
    """The process that an SDK runs in."""

    def __init__(self, major: str) -> None:
        python = ROOT / ".local" / f"venv-mcp-{major}" / "bin" / "python"
        if not python.exists():
            raise RuntimeError(f"no {python}: run scripts/setup --development")
        self.process = subprocess.Popen(
            [python, "-m", f"sdk.sdk_{major}"],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.identities = itertools.count(1)
        self.answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            answer = json.loads(line)
            self.answers[answer.pop("id")].put(answer)

    def begin(self, name: str, on: str | None, parameters: Mapping[str, Any]) -> Calling:
        identity = next(self.identities)
        self.answers[identity] = queue.Queue()
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"id": identity, "do": name, "on": on, "with": parameters}) + "\n")
        self.process.stdin.flush()
        return Calling(self, identity)

    def take(self, identity: int) -> dict[str, Any]:
        try:
            return self.answers[identity].get(timeout=SECONDS)
        except queue.Empty:
            raise AssertionError("the SDK does not answer") from None

    def answer(self, identity: int) -> Any:
        answer = self.take(identity)
        if "error" in answer:
            raise SdkError(answer["error"])
        if "result" not in answer:
            raise SdkFailure(str(answer))
        return answer["result"]

    def ask(self, name: str, /, **parameters: Any) -> Any:
        return self.begin(name, None, parameters).answer()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(5)


class SdkClient:
    """A connection to a server, by its address, or to a `memoir mcp` that the SDK starts."""

    def __init__(
        self, sdk: Sdk, name: str, version: str, *, url: str | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        assert Recording.folder is not None
        self.sdk = sdk
        self.name = name
        self.recording = Recording.folder / f"{name}.jsonl"
        way: dict[str, Any] = {"url": f"{url}/mcp"} if url else {"command": [str(binary()), "mcp"]}
        way |= {} if url else {"env": dict(env or {}), "cwd": str(FOLDER)}
        parameters = {"name": name, "version": version, "recording": str(self.recording), **way}
        self.is_closed = False
        self.opened = sdk.begin("open", None, parameters)
        self.greeting: dict[str, Any] = self.opened.answer()

    @property
    def version(self) -> str:
        return cast(str, self.greeting["version"])

    def begin(self, command: str, /, **parameters: Any) -> Calling:
        return self.sdk.begin(command, self.name, parameters)

    def ask(self, command: str, /, **parameters: Any) -> Any:
        return self.begin(command, **parameters).answer()

    def call(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """The tool's result, an error or not."""
        return cast(dict[str, Any], self.ask("call_tool", name=tool, arguments=arguments))

    def said(self) -> list[Any]:
        """The messages of the server so far, those of a batch one by one."""
        lines = [json.loads(line) for line in self.recording.read_text().splitlines()]
        return [json.loads(line["text"]) for line in lines if line["from"] == "server"]

    def close(self) -> None:
        """Returns when all that was said is recorded; however a server that was killed has left the SDK."""
        if self.is_closed:
            return
        self.is_closed = True
        self.sdk.ask("close", name=self.name)
        self.sdk.take(self.opened.identity)

    def server_process(self) -> int:
        """Of the `memoir mcp` that the SDK has started: its child's child, since the tee is between them."""
        tee = next(child for child in children(self.sdk.process.pid) if str(self.recording) in command_line(child))
        (server,) = children(tee)
        return server


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def command_line(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
