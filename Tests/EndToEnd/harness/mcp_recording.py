"""Writes down what clients and servers of the Model Context Protocol say to each other, for `mcp_review`.

With the standard library only: the SDKs' environments, which have nothing else in common, run this too.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

JSON_TYPE, EVENTS_TYPE = "application/json", "text/event-stream"


class Recording:
    """One connection over standard input and output, or one HTTP request and what answers it."""

    # Where this process writes to; without one nothing is written.
    folder: Path | None = None

    def __init__(self, file: Path | None, version: str | None = None) -> None:
        """`version`: what an HTTP request's header says."""
        self.file = file
        self.version = version
        self.identity = uuid.uuid4().hex

    @classmethod
    def begin(cls, version: str | None = None) -> Recording:
        return cls(cls.folder / f"{os.getpid()}.jsonl" if cls.folder else None, version)

    def sent(self, text: bytes) -> None:
        self.write("client", text)

    def received(self, text: bytes) -> None:
        self.write("server", text)

    def answered(self, status: int, content_type: str, body: bytes) -> None:
        """By an HTTP response, or as much of it as came."""
        kind = content_type.partition(";")[0]
        if kind == EVENTS_TYPE:
            for message in events(body):
                self.received(message)
        elif kind == JSON_TYPE and body and not is_refusal(status, body):
            self.received(body)

    def write(self, side: str, text: bytes) -> None:
        if self.file is None:
            return
        line = {
            "conversation": self.identity,
            "version": self.version,
            "from": side,
            "text": text.decode(errors="surrogateescape"),
        }
        # In one go, so that processes and threads can share a file.
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, json.dumps(line).encode() + b"\n")
        finally:
            os.close(descriptor)


def events(body: bytes) -> Iterator[bytes]:
    """The data of each whole event."""
    *whole, _ = body.replace(b"\r\n", b"\n").split(b"\n\n")
    for event in whole:
        lines = [line.removeprefix(b"data:").strip() for line in event.split(b"\n") if line.startswith(b"data:")]
        if lines:
            yield b"\n".join(lines)


def is_refusal(status: int, body: bytes) -> bool:
    """Whether the HTTP server has refused the request before the protocol saw it: its errors have words for codes."""
    try:
        error = json.loads(body)["error"]
        return status >= 400 and isinstance(error["code"], str)
    except (ValueError, KeyError, TypeError):
        return False


class Lines:
    """A stream's lines, each recorded as soon as it is whole."""

    def __init__(self, recording: Recording, side: str) -> None:
        self.recording = recording
        self.side = side
        self.rest = b""

    def take(self, part: bytes) -> None:
        *whole, self.rest = (self.rest + part).split(b"\n")
        for line in whole:
            self.recording.write(self.side, line)

    def end(self) -> None:
        """What has no end is a line too: the server must not leave one."""
        if self.rest:
            self.recording.write(self.side, self.rest)
