"""Memoir's commands in front of a person: with a terminal, on which questions are read and answered."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping

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
