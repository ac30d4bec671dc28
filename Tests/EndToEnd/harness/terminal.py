"""Memoir's commands in front of a person: with a terminal, on which questions are read and answered."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping

from .memoir import FOLDER, Answer, binary

SECONDS = 60
QUESTION = "(y/n)"
END_OF_INPUT = "\x04"


def answer_questions(*arguments: str, env: Mapping[str, str], answers: list[str], columns: int = 80) -> Answer:
    """Runs one command on a terminal and gives one answer to each question. What it says is all in `output`."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [binary(), *arguments],
        cwd=FOLDER,
        env=env,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    said = ""
    asked = 0
    deadline = time.monotonic() + SECONDS
    try:
        while (part := _read(controller, deadline)) is not None:
            said += part
            while said.count(QUESTION) > asked:
                os.write(controller, answers[asked].encode())
                asked += 1
        status = process.wait(max(1, deadline - time.monotonic()))
    finally:
        process.kill()
        process.wait()
        os.close(controller)
    return Answer(status, said.replace("\r\n", "\n"), "")


def _read(controller: int, deadline: float) -> str | None:
    """What comes next; None when the command has closed its end."""
    ready, _, _ = select.select([controller], [], [], max(0, deadline - time.monotonic()))
    if not ready:
        raise AssertionError("the command neither ends nor says anything")
    try:
        return os.read(controller, 65_536).decode(errors="replace") or None
    except OSError:
        # What Linux says when nobody holds the other end any more.
        return None


PICTURES = re.compile(r"\x1b\[\?2026h\x1b\[H(.*?)\x1b\[\?2026l", re.DOTALL)
STYLES = re.compile(r"\x1b\[[0-9;]*m")


class Screen:
    """A command that paints all of a terminal, and the person in front of it."""

    def __init__(self, *arguments: str, env: Mapping[str, str], columns: int = 80, rows: int = 24) -> None:
        self._controller, self._terminal = pty.openpty()
        self.resize(columns, rows)
        self._modes = termios.tcgetattr(self._terminal)
        self.said = ""
        self.process = subprocess.Popen(
            [binary(), *arguments],
            cwd=FOLDER,
            env=env,
            stdin=self._terminal,
            stdout=self._terminal,
            stderr=self._terminal,
            start_new_session=True,
        )

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._controller)
        os.close(self._terminal)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self._controller, keys.encode())

    def read(self, seconds: float = 0.1) -> None:
        ready, _, _ = select.select([self._controller], [], [], seconds)
        if ready:
            self.said += os.read(self._controller, 65_536).decode(errors="replace")

    def picture(self) -> list[str]:
        """The lines that were painted last, without their colours."""
        whole = PICTURES.findall(self.said)
        if not whole:
            return []
        lines = STYLES.sub("", whole[-1]).split("\n")
        return [line.rstrip("\r").removeprefix("\x1b[2K") for line in lines]

    def wait_for(self, what: str, condition: Callable[[list[str]], bool], *, seconds: float = SECONDS) -> list[str]:
        deadline = time.monotonic() + seconds
        while not condition(picture := self.picture()):
            shown = "\n".join(picture)
            assert time.monotonic() < deadline, f"{what} was not shown:\n{shown}"
            assert self.process.poll() is None, f"it ended before {what}:\n{self.said[-2_000:]}"
            self.read()
        return picture

    def ended(self, *, seconds: float = 20) -> int:
        deadline = time.monotonic() + seconds
        while (status := self.process.poll()) is None:
            assert time.monotonic() < deadline, "it does not end"
            self.read()
        self.read()
        return status

    def is_as_before(self) -> bool:
        """Whether the terminal has its modes, its cursor and its own screen again."""
        last = {name: self.said.rfind(f"\x1b[?{name}") for name in ("25l", "25h", "1049l", "1049h")}
        is_shown = last["25h"] > last["25l"] and last["1049l"] > last["1049h"]
        return is_shown and termios.tcgetattr(self._terminal) == self._modes
