"""Memoir's commands and workers as processes, with nothing of the caller's own configuration in their environment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from .engines import ROOT
from .waiting import wait_for

# Commands run in this folder: in the caller's there may be a `.env`, which Memoir would read.
FOLDER = Path(__file__).resolve().parent.parent
CONFIGURATION = FOLDER / "memoir.yaml"

# What would reach Memoir from the shell that the tests run in.
OWN_VARIABLES = (
    "REDIS_", "QDRANT_", "OPENAI_", "EMBEDDING_", "MEMOIR_", "OTEL_", "DATABASE_URL", "ENABLE_MEMORY", "LOG_LEVEL",
    "TRACEPARENT",
)  # fmt: skip

COMMAND_SECONDS = 60
START_SECONDS = 30
STOP_SECONDS = 45
LOG_LINES_KEPT = 20_000
LOG_LINES_SHOWN = 60


def binary() -> Path:
    """The program under test: MEMOIR_BINARY, or the debug build."""
    path = Path(os.environ.get("MEMOIR_BINARY") or ROOT / ".build" / "debug" / "memoir").resolve()
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"no program at {path}: run `swift build`, or set MEMOIR_BINARY")
    return path


def is_release_build() -> bool:
    return "release" in str(binary())


def environment(*layers: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without Memoir's variables, the tests' configuration, and the layers on top."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}
    # Many workers run beside each other: each serves HTTP on a port of its own.
    clean |= {"MEMOIR_CONFIG": str(CONFIGURATION), "LOG_LEVEL": "info", "MEMOIR_HTTP_PORT": "0"}
    for layer in layers:
        clean |= layer
    return clean


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    status: int
    output: str
    errors: str

    def json(self) -> Any:
        return json.loads(self.output)

    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.output.splitlines()]

    def expect(self, status: int) -> Answer:
        assert self.status == status, (
            f"status {self.status}, not {status}\n{self.output[-1_000:]}\n{self.errors[-3_000:]}"
        )
        return self


def run(*arguments: str, env: Mapping[str, str], text: str | None = None, seconds: float = COMMAND_SECONDS) -> Answer:
    """Runs one command to its end; `text` is its standard input."""
    done = subprocess.run(
        [binary(), *arguments],
        cwd=FOLDER,
        env=env,
        input=text if text is not None else "",
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


class Worker:
    """A `memoir worker` and the end of its log."""

    # Those of the test under way, for its report if it fails.
    known: ClassVar[list[Worker]] = []

    def __init__(self, env: Mapping[str, str], *arguments: str) -> None:
        """With `arguments`, another command that serves until it is stopped."""
        self.lines: deque[str] = deque(maxlen=LOG_LINES_KEPT)
        self.process = subprocess.Popen(
            [binary(), *(arguments or ("worker",))],
            cwd=FOLDER,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.known.append(self)

    def read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    @property
    def http_url(self) -> str:
        """Where it serves HTTP; waits until it does."""
        line = self.wait_for_event("http_server_started")
        return f"http://{line.partition('address=')[2].split()[0]}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def events(self, name: str) -> list[str]:
        return [line for line in list(self.lines) if name in line]

    def tail(self) -> str:
        return "\n".join(list(self.lines)[-LOG_LINES_SHOWN:])

    def wait_for_event(self, name: str, *, seconds: float = START_SECONDS, containing: Iterable[str] = ()) -> str:
        """The first line of the log that has the event's name and each of `containing`."""

        def probe() -> str | None:
            found = [line for line in self.events(name) if all(part in line for part in containing)]
            if not found and self.process.poll() is not None:
                raise AssertionError(f"the worker ended with {self.process.returncode}:\n{self.tail()}")
            return found[0] if found else None

        found = wait_for(f"the event {name}", probe, seconds=seconds, seen=self.tail)
        assert found is not None
        return found

    def assert_alive(self) -> None:
        assert self.process.poll() is None, f"the worker ended with {self.process.returncode}:\n{self.tail()}"

    def terminate(self, *, seconds: float = STOP_SECONDS) -> int:
        """Asks it to stop and returns its status; a worker that takes longer is an error."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(seconds)
        self.reader.join(5)
        return status

    def end(self) -> None:
        """Ends it however it is, after a test."""
        self.known.remove(self)
        if self.process.poll() is None:
            try:
                self.terminate()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.reader.join(5)
