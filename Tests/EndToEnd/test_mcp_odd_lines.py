"""What nobody should send to `memoir mcp`: thousands of lines near those that the fuzzer begins with."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import Environment, StartWorker
from harness.mcp import Stdio, call, initialize
from harness.queue import Queue
from harness.waiting import wait_for

CORPUS = Path(__file__).parent.parent / "FuzzSurfaces" / "Corpus"
LINES = 3_000
# Lines between two that are waited for: no more calls than a connection may have at once.
PART = 250
PIECES = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"null", b"1e400", b"\\ud800", b"\x00", b"\xff", b'"id":1,']


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({name for name, _ in pairs}) == len(pairs), f"a name stands there twice: {pairs}"
    return dict(pairs)


def no_number(text: str) -> None:
    raise AssertionError(f"{text} is no JSON")


def corpus(name: str) -> list[str]:
    lines = (CORPUS / name).read_text().split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def seeds() -> list[bytes]:
    lines = [line.removeprefix("+ ") for line in corpus("stdio.txt")]
    for line in corpus("arguments.txt"):
        tool, _, arguments = line.partition(" ")
        parameters = f'{{"name":"{tool}","arguments":{arguments}}}'
        lines.append(f'{{"jsonrpc":"2.0","id":"{tool}","method":"tools/call","params":{parameters}}}')
    return [line.encode() for line in lines]


def changed(line: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randrange(3)):
        place = chance.randrange(len(line) + 1)
        end = place + chance.randrange(12)
        piece = chance.choice([b"", line[place:end] * 2, chance.choice(PIECES), bytes([chance.randrange(256)])])
        line = line[:place] + piece + line[end:]
    return line.replace(b"\n", b" ")


def is_there(mcp: Stdio, text: bytes) -> bool:
    return any(text in line for line in mcp.output[-2_000:])


def check(message: Any) -> None:
    assert message["jsonrpc"] == "2.0"
    if "method" in message:
        assert set(message) == {"jsonrpc", "method", "params"}
    elif "error" in message:
        assert set(message) == {"jsonrpc", "id", "error"}
        assert type(message["error"]["code"]) is int and message["error"]["message"]
    else:
        assert set(message) == {"jsonrpc", "id", "result"}
        assert message["id"] is not None and isinstance(message["result"], dict)


@pytest.fixture
def mcp(env: Environment, queue: Queue, start_worker: StartWorker) -> Iterator[Stdio]:
    start_worker()
    mcp = Stdio(env, "--log-level", "trace")
    yield mcp
    mcp.kill()
    queue.empty()


def test_every_line_of_standard_output_is_a_message(mcp: Stdio) -> None:
    chance = random.Random(20_260_728)
    beginnings = seeds()
    for part in range(LINES // PART):
        for _ in range(PART):
            mcp.send(changed(chance.choice(beginnings), chance))
        # Whatever came before has been read then.
        last = f"part {part}".encode()
        mcp.send(b'{"jsonrpc":"2.0","id":"%s","method":"ping"}' % last)
        wait_for(f"the answer to {last!r}", partial(is_there, mcp, last), seconds=60)
    # The connection is none the worse for it.
    mcp.send(initialize(1_000_001))
    mcp.send(call(1_000_002, "list_collections"))
    wait_for("the last answer", partial(is_there, mcp, b"1000002"), seconds=60)
    assert mcp.close()[0] == 0
    assert len(mcp.output) > LINES / 2
    for line in mcp.output:
        message = json.loads(line, object_pairs_hook=members, parse_constant=no_number)
        for each in message if isinstance(message, list) else [message]:
            check(each)
