"""Clients of the Model Context Protocol, message by message: written from the specification, with no SDK in between."""

from __future__ import annotations

import http.client
import io
import json
import queue
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .http import Http, Reply
from .mcp_recording import Recording
from .memoir import FOLDER, binary
from .waiting import wait_for

OLD, NEW = "2025-11-25", "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": NEW,
    "io.modelcontextprotocol/clientCapabilities": {},
}
OVERLOADED = -31000
SECONDS = 30.0

Message = dict[str, Any]


def initialize(identity: int = 0, version: str = OLD) -> Message:
    parameters = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "tests", "version": "1"}}
    return {"jsonrpc": "2.0", "id": identity, "method": "initialize", "params": parameters}


def call(identity: int, tool: str, **arguments: object) -> Message:
    parameters = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": identity, "method": "tools/call", "params": parameters}


def stateless(message: Message) -> Message:
    """The same, as a client since 2026-07-28 sends it."""
    return message | {"params": message.get("params", {}) | {"_meta": META}}


class Stdio:
    """A `memoir mcp` and what it writes."""

    def __init__(self, env: Mapping[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [binary(), "mcp", *arguments],
            cwd=FOLDER,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.recording = Recording.begin()
        self.output: list[bytes] = []
        self.errors: list[bytes] = []
        self.messages: queue.Queue[Message] = queue.Queue()
        self.threads = [threading.Thread(target=self.read, daemon=True), threading.Thread(target=self.log, daemon=True)]
        for thread in self.threads:
            thread.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.recording.received(line.removesuffix(b"\n"))
            self.output.append(line)
            self.messages.put(json.loads(line))

    def log(self) -> None:
        assert self.process.stderr is not None
        self.errors.extend(self.process.stderr)

    @property
    def log_text(self) -> str:
        return b"".join(list(self.errors)).decode(errors="replace")

    def send(self, message: Message | bytes) -> None:
        assert self.process.stdin is not None
        line = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.recording.sent(line)
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def receive(self, *, seconds: float = SECONDS) -> Message:
        try:
            return self.messages.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"no message came; log:\n{self.log_text[-3_000:]}") from None

    def ask(self, message: Message) -> Message:
        """Sends a request and takes the next message for its answer."""
        self.send(message)
        answer = self.receive()
        assert answer["id"] == message["id"], answer
        return answer

    def start(self) -> Stdio:
        assert "result" in self.ask(initialize())
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return self

    def wait_for_log(self, text: str, *, seconds: float = SECONDS) -> None:
        wait_for(f"{text} in the log", lambda: text in self.log_text, seconds=seconds, seen=lambda: self.log_text)

    def close(self) -> tuple[int, float]:
        """Closes its standard input: the status, and the seconds until the process was gone."""
        assert self.process.stdin is not None
        begin = time.monotonic()
        self.process.stdin.close()
        return self.end(begin)

    def terminate(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        begin = time.monotonic()
        self.process.send_signal(number)
        return self.end(begin)

    def end(self, begin: float) -> tuple[int, float]:
        status = self.process.wait(SECONDS)
        seconds = time.monotonic() - begin
        for thread in self.threads:
            thread.join(5)
        return status, seconds

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class McpHttp:
    """A client of `/mcp`, in either era."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.http = Http(url, token)
        self.session: str | None = None

    def post(self, message: object, headers: Mapping[str, str | None] | None = None) -> Reply:
        fields: dict[str, str | None] = {"Accept": "application/json, text/event-stream"}
        if self.session is not None:
            fields |= {"Mcp-Session-Id": self.session, "Mcp-Protocol-Version": OLD}
        fields |= dict(headers or {})
        recording = Recording.begin(fields.get("Mcp-Protocol-Version"))
        recording.sent(message if isinstance(message, bytes) else json.dumps(message).encode())
        reply = self.http.post("/mcp", message, headers=fields)
        recording.answered(reply.status, reply.headers.get("content-type", ""), reply.body)
        return reply

    def open(self) -> Message:
        """Begins a session of the handshake era."""
        reply = self.post(initialize())
        answer: Message = reply.expect(200)
        self.session = reply.headers["mcp-session-id"]
        assert self.post({"jsonrpc": "2.0", "method": "notifications/initialized"}).status == 202
        return answer

    def stateless(self, message: Message) -> Reply:
        return self.post(stateless(message), routing(message))


def routing(message: Message) -> dict[str, str]:
    fields = {"Mcp-Protocol-Version": NEW, "Mcp-Method": message["method"]}
    name = message.get("params", {}).get("name")
    return fields | ({"Mcp-Name": name} if name else {})


class OpenCall:
    """A stateless request over a connection of its own, whose answer is read as it comes."""

    def __init__(self, url: str, message: Message) -> None:
        address = urlsplit(url)
        self.received = b""
        self.recording = Recording.begin(NEW)
        self.connection = socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=10)
        body = json.dumps(message).encode()
        self.recording.sent(body)
        self.connection.sendall(head(address.netloc, message, len(body)) + body)

    def receive(self, count: int = 65_536, *, seconds: float = 10) -> bytes:
        """What has come, empty at the end of the connection."""
        self.connection.settimeout(seconds)
        part = self.connection.recv(count)
        self.received += part
        return part

    def receive_until(self, text: bytes) -> bytes:
        """With the whole event that it stands in."""
        received = b""
        while b"\n\n" not in received.partition(text)[2]:
            part = self.receive()
            assert part, f"the connection was closed after {received[-2_000:]!r}"
            received += part
        return received

    def close(self) -> None:
        self.connection.close()
        if b"\r\n\r\n" in self.received:
            self.recording.answered(*parsed(self.received))


def head(host: str, message: Message, length: int) -> bytes:
    fields = {"Host": host, "Content-Type": "application/json", "Content-Length": str(length), **routing(message)}
    fields["Accept"] = "application/json, text/event-stream"
    lines = ["POST /mcp HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode()


class ReceivedSocket(socket.socket):
    """What the standard library's parser reads from."""

    def __init__(self, received: bytes) -> None:
        super().__init__()
        self.received = received
        self.close()

    def makefile(self, *_: object, **__: object) -> io.BytesIO:  # type: ignore[override]
        return io.BytesIO(self.received)


def parsed(received: bytes) -> tuple[int, str, bytes]:
    """Status, type of content and as much of the body as there is."""
    response = http.client.HTTPResponse(ReceivedSocket(received))
    response.begin()
    try:
        body = response.read()
    except http.client.IncompleteRead as error:
        body = error.partial
    return response.status, response.headers.get("Content-Type", ""), body
