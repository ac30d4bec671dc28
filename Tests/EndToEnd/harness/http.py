"""Requests to a worker's HTTP server, as curl and browsers make them."""

from __future__ import annotations

import json
import socket
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

from .openapi import Description
from .waiting import wait_for

SECONDS = 30.0
TOKEN = "a-token-of-the-tests"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def parsed(self) -> Any:
        return self.json() if self.headers["content-type"] == "application/json" else None

    def expect(self, status: int) -> Any:
        """The JSON of the body."""
        assert self.status == status, f"{self.status}, not {status}: {self.body[:2_000]!r}"
        return self.json()

    def expect_error(self, status: int, code: str) -> str:
        """The message of the error. In one of JSON-RPC, the code is a number, and ours stands beside it."""
        error = self.expect(status)["error"]
        assert error.get("data", error)["code"] == code, error
        message: str = error["message"]
        return message


class Http:
    """One worker; a connection for each request, so that none waits for another."""

    def __init__(self, url: str, token: str | None = None, description: Description | None = None) -> None:
        """With a description, each answer is checked against it."""
        self.url = url
        self.token = token
        self.description = description
        self.pool = urllib3.PoolManager(retries=False, maxsize=64)

    def connect(self, request: bytes) -> socket.socket:
        """A connection of its own, with what is sent over it."""
        host, port = self.url.removeprefix("http://").split(":")
        connection = socket.create_connection((host, int(port)), timeout=SECONDS)
        connection.sendall(request)
        return connection

    def headers(self, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The token, and `changes`; None takes a field away."""
        all_fields: dict[str, str | None] = {"Authorization": f"Bearer {self.token}" if self.token else None}
        all_fields |= dict(changes or {})
        return {name: value for name, value in all_fields.items() if value is not None}

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str | None] | None = None,
        seconds: float = SECONDS,
    ) -> Reply:
        """`body` is sent as JSON, or as it is where it is bytes."""
        fields: dict[str, str | None] = dict(headers or {})
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if data is not None:
            fields = {"Content-Type": "application/json", **fields}
        answer = self.pool.request(method, self.url + path, body=data, headers=self.headers(fields), timeout=seconds)
        reply = Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data)
        if self.description is not None and method in ("GET", "POST") and reply.status != 405:
            self.description.check_answer(method, path, reply.status, reply.headers["content-type"], reply.parsed)
        return reply

    def get(self, path: str, *, headers: Mapping[str, str | None] | None = None) -> Reply:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: object = None, *, headers: Mapping[str, str | None] | None = None) -> Reply:
        return self.request("POST", path, body, headers=headers, seconds=90)

    def wait_for(self, path: str, status: int, *, seconds: float) -> Reply:
        """The first answer of that status."""

        def probe() -> Reply | None:
            reply = self.get(path)
            return reply if reply.status == status else None

        found = wait_for(f"{path} to answer {status}", probe, seconds=seconds)
        assert found is not None
        return found

    def events(self, *, seconds: float = SECONDS) -> Generator[tuple[str, Any], None, None]:
        """Names and data of server-sent events, until the stream ends."""
        answer = self.pool.request(
            "GET", f"{self.url}/api/events", headers=self.headers(), timeout=seconds, preload_content=False
        )
        assert answer.status == 200, answer.data
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        rest = b""
        try:
            for part in answer.stream(65_536):
                *whole, rest = (rest + part).split(b"\n\n")
                for event in whole:
                    fields = dict(line.split(b": ", 1) for line in event.splitlines())
                    if b"event" in fields:
                        yield fields[b"event"].decode(), json.loads(fields[b"data"])
        finally:
            answer.close()
