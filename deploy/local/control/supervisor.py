"""Starting and stopping the services together."""

from __future__ import annotations

import secrets
import shutil
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import EnginesError
from .postgres import Postgres
from .services import HOST, Embeddings, Qdrant, Redis, Service, note
from .state import Record, State, locked

SERVICES: dict[str, type[Service]] = {kind.name: kind for kind in (Redis, Qdrant, Embeddings, Postgres)}
POLL_SECONDS = 0.05
LOG_LINES = 20


@dataclass(frozen=True)
class Wanted:
    """A service to start. `options` go to it; `secret` asks for a password or API key."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    secret: bool = False


def free_port(preferred: int | None = None) -> int:
    """The preferred port where it is free, or else one that the kernel picks."""
    for port in ([preferred] if preferred else []) + [0]:
        with socket.socket() as probe:
            # A port of a service that just stopped is free, though its old connections still fade away.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EnginesError("No free port.")


def last_lines(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES:])
    except OSError:
        return "(no log)"


class Supervisor:
    """All services whose files are in one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def service(self, name: str) -> Service:
        return SERVICES[name](self.folder)

    def start(self, wanted: list[Wanted]) -> list[str]:
        """Starts what does not run yet, and answers the names of what it started. All or nothing: on a
        failure those are stopped again."""
        started: list[str] = []
        with locked(self.folder) as state:
            try:
                for item in wanted:
                    if self.start_one(state, item):
                        started.append(item.name)
            except BaseException:
                for name in reversed(started):
                    self.stop_one(state, name)
                raise
        return started

    def start_one(self, state: State, wanted: Wanted) -> bool:
        known = state.records.get(wanted.name)
        if known and known.is_alive():
            assert known.process is not None
            same = all(known.options.get(name) == value for name, value in wanted.options.items())
            hint = "" if same and wanted.secret == bool(known.secret) else "; stop it first to change its settings"
            note(f"{wanted.name} already runs (pid {known.process.pid}, port {known.port}){hint}")
            return False
        kept = {"cluster": known.options["cluster"]} if known and "cluster" in known.options else {}
        secret = (known.secret if known and known.secret else secrets.token_hex(16)) if wanted.secret else None
        record = Record(free_port(known.port if known else None), kept | wanted.options, secret)
        self.launch(state, wanted.name, record)
        return True

    def launch(self, state: State, name: str, record: Record) -> None:
        """Starts one service and waits until it answers. The record is saved before the wait, so that a
        command that is killed meanwhile leaves nothing that `stop` does not know."""
        service = self.service(name)
        service.prepare(record)
        began = time.monotonic()
        record.process = service.launch(record)
        state.records[name] = record
        state.save()
        try:
            self.wait_until_ready(service, record)
        except BaseException:
            self.stop_one(state, name, quiet=True)
            raise
        note(f"{name} runs (pid {record.process.pid}, port {record.port}, {time.monotonic() - began:.1f} s)")

    def wait_until_ready(self, service: Service, record: Record) -> None:
        deadline = time.monotonic() + service.ready_seconds
        while True:
            if not record.is_alive():
                reason = "ended before it answered"
            elif service.is_ready(record):
                return
            elif time.monotonic() > deadline:
                reason = f"did not answer within {service.ready_seconds:g} s"
            else:
                time.sleep(POLL_SECONDS)
                continue
            raise EnginesError(f"{service.name} {reason}. The end of {service.log}:\n{last_lines(service.log)}")

    def stop(self, names: list[str] | None = None) -> None:
        """Stops these services, or all; the last started first."""
        with locked(self.folder) as state:
            for name in reversed(list(state.records)):
                if names is None or name in names:
                    self.stop_one(state, name)

    def stop_one(self, state: State, name: str, quiet: bool = False) -> None:
        record = state.records[name]
        if record.process is None:
            return
        service = self.service(name)
        outcome = record.process.stop(service.stop_signal, service.stop_seconds)
        record.process = None
        state.save()
        if not quiet:
            note(f"{name} {outcome}")

    def restart(self, name: str) -> None:
        """Stops one service, if it runs, and starts it as it was: same port, options and secret."""
        with locked(self.folder) as state:
            record = self.record(state, name)
            self.stop_one(state, name)
            if free_port(record.port) != record.port:
                raise EnginesError(f"Port {record.port} of {name} is taken by another process.")
            self.launch(state, name, record)

    def kill(self, name: str) -> None:
        """Ends one service without a chance to tidy up. It stays in the state, as a crash would leave it."""
        with locked(self.folder) as state:
            record = self.record(state, name)
            if record.process is None or not record.process.kill():
                raise EnginesError(f"{name} does not run.")
            note(f"{name} killed")

    def record(self, state: State, name: str) -> Record:
        if name not in state.records:
            raise EnginesError(f"{name} has not been started.")
        return state.records[name]

    def status(self) -> list[tuple[str, str, Record]]:
        """Each known service with `running`, `not answering`, `dead` or `stopped`."""
        rows = []
        for name, record in State(self.folder).records.items():
            if record.process is None:
                condition = "stopped"
            elif not record.is_alive():
                condition = "dead"
            else:
                condition = "running" if self.service(name).is_ready(record) else "not answering"
            rows.append((name, condition, record))
        return rows

    def environment(self) -> dict[str, str]:
        """The variables of all services that run."""
        variables: dict[str, str] = {}
        for name, record in State(self.folder).records.items():
            if record.is_alive():
                variables |= self.service(name).environment(record)
        return variables

    def clean(self) -> None:
        """Stops everything and removes its data, logs and state; other files in the folder stay."""
        self.stop()
        with locked(self.folder) as state:
            for name, record in state.records.items():
                self.service(name).erase(record)
            state.file.unlink(missing_ok=True)
        logs = self.folder / "logs"
        if logs.is_dir() and not any(logs.iterdir()):
            shutil.rmtree(logs)
