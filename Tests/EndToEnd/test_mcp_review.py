"""What the review of MCP servers' messages lets through, and what it complains of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from harness.mcp import NEW, OLD, call, initialize, stateless
from harness.mcp_recording import Recording, events, is_refusal
from harness.mcp_review import BATCHES, Heard, Review

CALL = call(1, "search_memory", query="anything")
CONTENT = [{"type": "text", "text": "{}"}]


def result(**members: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "result": members}


def error(identity: object = 1, code: object = -32602, **members: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": "No.", **members}}


def progress(**parameters: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": "notifications/progress", "params": parameters}


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return Recording(tmp_path / "here.jsonl")


@pytest.fixture
def own(recording: Recording) -> Review:
    assert recording.file is not None
    return Review(recording.file.parent)


def say(recording: Recording, *, request: object, answer: object) -> None:
    recording.sent(json.dumps(request).encode())
    recording.received(answer if isinstance(answer, bytes) else json.dumps(answer).encode())


@pytest.mark.parametrize(
    "version, request_sent, answer",
    [
        (OLD, CALL, result(content=CONTENT)),
        (OLD, CALL, error()),
        (OLD, CALL, error(None)),
        (BATCHES, CALL, error(None)),
        (BATCHES, [CALL], [result(content=CONTENT)]),
        (BATCHES, [7], [error(None)]),
        (None, stateless(CALL), result(content=CONTENT, resultType="complete")),
        (None, stateless(CALL), error(code=-32022, data={"supported": [NEW], "requested": "2030-01-01"})),
        (OLD, CALL, progress(progressToken=1, progress=0.5)),
    ],
)
def test_what_is_as_specified_passes(
    recording: Recording, own: Review, version: str | None, request_sent: object, answer: object
) -> None:
    recording.version = version
    say(recording, request=request_sent, answer=answer)
    assert own.complaints() == []
    assert own.heard.total() == 1


@pytest.mark.parametrize(
    "version, request_sent, answer",
    [
        (OLD, CALL, b"an answer"),
        (OLD, CALL, b"7"),
        (OLD, CALL, {"id": 1, "result": {"content": CONTENT}}),
        (OLD, CALL, result(content="text")),
        (OLD, CALL, result(structuredContent={})),
        (OLD, CALL, {**result(content=CONTENT), "id": 2}),
        (OLD, CALL, {**result(content=CONTENT), "id": None}),
        (OLD, CALL, error(code="invalid")),
        (OLD, CALL, error(7)),
        (OLD, [CALL], [result(content=CONTENT)]),
        (OLD, CALL, progress(progress=0.5)),
        (OLD, CALL, {"jsonrpc": "2.0", "method": "notifications/unheard_of"}),
        (OLD, {**CALL, "method": "server/discover"}, result()),
        # The new era wants more of a result, and more of some errors.
        (None, stateless(CALL), result(content=CONTENT)),
        (None, stateless(CALL), error(code=-32022)),
    ],
)
def test_what_is_not_as_specified_is_complained_of(
    recording: Recording, own: Review, version: str | None, request_sent: object, answer: object
) -> None:
    recording.version = version
    say(recording, request=request_sent, answer=answer)
    assert own.complaints() != []
    # Once: the next test is not to blame.
    assert own.complaints() == []


def test_the_version_is_the_one_that_was_agreed_on(recording: Recording, own: Review) -> None:
    say(
        recording,
        request=initialize(0, NEW),
        answer={
            "jsonrpc": "2.0",
            "id": 0,
            "result": {
                "protocolVersion": BATCHES,
                "capabilities": {},
                "serverInfo": {"name": "memoir", "version": "1"},
            },
        },
    )
    say(recording, request=CALL, answer=result(content=CONTENT))
    say(recording, request=stateless(CALL), answer=result(content=CONTENT, resultType="complete"))
    assert own.complaints() == []
    assert set(own.heard) == {
        Heard(BATCHES, "initialize", "result"),
        Heard(BATCHES, "tools/call", "result"),
        Heard(NEW, "tools/call", "result"),
    }


def test_whole_events_are_read() -> None:
    stream = b': hello\n\nevent: message\ndata: {"a":\ndata: 1}\n\ndata: {"b": 2}\r\n\r\ndata: {"cut":'
    assert list(events(stream)) == [b'{"a":\n1}', b'{"b": 2}']


def test_what_the_http_server_refuses_by_itself_is_no_message() -> None:
    refusal = json.dumps({"error": {"code": "unauthorized", "message": "No."}}).encode()
    assert is_refusal(401, refusal)
    assert not is_refusal(200, refusal)
    assert not is_refusal(400, json.dumps(error()).encode())
    assert not is_refusal(400, b"[]")
