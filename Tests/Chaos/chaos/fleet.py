"""The workers of a scenario: started under names of their own, killed, frozen, stopped, and always ended."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from harness.memoir import Worker

from .account import Account

STARTED = "worker_started"
# A worker that was built with a sanitizer takes its time.
START_SECONDS = 60
STOP_SECONDS = 30


class Member:
    """One worker process. `name` is what it is called; its consumer has the process id and a random part beside it."""

    def __init__(self, name: str, env: Mapping[str, str]) -> None:
        self.name = name
        self.worker = Worker({**env, "MEMOIR_WORKER_ID": name})

    @property
    def consumer(self) -> str | None:
        """As the worker says it, before it claims anything; None while it has not."""
        for line in self.worker.events(STARTED):
            if found := re.search(r"\bworker=(\S+)", line):
                return found[1]
        return None

    @property
    def pid(self) -> int:
        return self.worker.pid

    @property
    def is_alive(self) -> bool:
        return self.worker.process.poll() is None

    def tail(self) -> str:
        return f"{self.name}: {self.worker.tail()}"


class Fleet:
    """Keeps as many workers running as the scenario has slots. A worker that ends unasked fails the scenario."""

    def __init__(self, env: Mapping[str, str], account: Account, prefix: str) -> None:
        self.env = dict(env)
        self.account = account
        self.prefix = prefix
        self.started = 0
        self.members: list[Member] = []

    def start(self, count: int = 1, changes: Mapping[str, str] | None = None, *, wait: bool = True) -> list[Member]:
        new = []
        for _ in range(count):
            self.started += 1
            member = Member(f"{self.prefix}-w{self.started}", self.env | dict(changes or {}))
            self.account.note(f"{member.name} started, pid {member.pid}")
            new.append(member)
        self.members += new
        if wait:
            for member in new:
                member.worker.wait_for_event(STARTED, seconds=START_SECONDS)
        return new

    def consumers(self) -> set[str]:
        """Of the living."""
        return {name for member in self.members if (name := member.consumer)}

    def kill(self, member: Member) -> float:
        """SIGKILL. Answers when; the process is gone by then, and its connections with it."""
        member.worker.process.kill()
        member.worker.process.wait()
        # What it said last is read before anybody asks for it.
        member.worker.reader.join(STOP_SECONDS)
        at = self.account.note(f"{member.name} killed")
        self.forget(member)
        return at

    def terminate(self, member: Member, *, seconds: float) -> tuple[int, float, float]:
        """SIGTERM. Answers the status and the times of the signal and of the end."""
        began = self.account.note(f"{member.name} asked to stop")
        status = member.worker.terminate(seconds=seconds)
        ended = self.account.note(f"{member.name} ended with {status}")
        self.forget(member)
        return status, began, ended

    def freeze(self, member: Member) -> float:
        os.kill(member.pid, signal.SIGSTOP)
        return self.account.note(f"{member.name} stopped (SIGSTOP)")

    def thaw(self, member: Member) -> float:
        os.kill(member.pid, signal.SIGCONT)
        return self.account.note(f"{member.name} continued (SIGCONT)")

    def forget(self, member: Member) -> None:
        self.members.remove(member)
        Worker.known.remove(member.worker)

    def assert_alive(self) -> None:
        for member in self.members:
            member.worker.assert_alive()

    def end(self) -> None:
        """All at once: each takes its time to drain."""
        for member in self.members:
            if member.is_alive:
                os.kill(member.pid, signal.SIGCONT)
                member.worker.process.send_signal(signal.SIGTERM)
        for member in list(self.members):
            with contextlib.suppress(subprocess.TimeoutExpired):
                member.worker.process.wait(STOP_SECONDS)
            member.worker.end()
            self.members.remove(member)


def sanitizer_reports(folder: Path) -> list[str]:
    """What a sanitizer has written of the workers that logged to `folder`; each report once, whole."""
    return [f"{file.name}:\n{file.read_text(errors='replace')}" for file in sorted(folder.glob("sanitizer.*"))]
