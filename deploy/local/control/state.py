"""What is remembered between two calls of the command: one JSON file in the data folder."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .processes import ProcessIdentity


@dataclass
class Record:
    """One service as last started.

    - `port`: kept for the next start, so that a restarted service is found where it was.
    - `options`: what it was started with; see the service for the names.
    - `secret`: its password or API key, or None.
    - `process`: the process, or None after a stop.
    """

    port: int
    options: dict[str, Any] = field(default_factory=dict)
    secret: str | None = None
    process: ProcessIdentity | None = None

    def is_alive(self) -> bool:
        return self.process is not None and self.process.is_alive()


class State:
    """The records by service, and the file that holds them. Readable by its owner only: it has secrets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "state.json"
        self.records: dict[str, Record] = {}
        if self.file.exists():
            for name, value in json.loads(self.file.read_text()).items():
                process = value.pop("process")
                self.records[name] = Record(**value, process=ProcessIdentity(**process) if process else None)

    def save(self) -> None:
        temporary = self.file.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as file:
            json.dump({name: asdict(record) for name, record in self.records.items()}, file, indent=2)
        temporary.replace(self.file)


@contextmanager
def locked(folder: Path) -> Iterator[State]:
    """The state, held by this command alone: two that start or stop at once wait for each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield State(folder)
