"""What the Model Context Protocol adds to a job: searches sent to Redis, and called as a tool, in turn.

Tools are called over HTTP in both eras, and over standard input and output. Each client is a socket or a pipe and no
library, so that what is compared is Memoir. All ask for the same text, which one more search has asked for before: what
is measured is the way there and back, not the embedding nor the store.
"""

from __future__ import annotations

import json
import random
import socket
import subprocess
import time
from collections.abc import Callable
from io import BufferedRWPair
from typing import Any
from urllib.parse import urlsplit

from harness import mcp, memoir, wire

from . import texts
from .bench import Bench
from .figures import Latency

TOP_K = 10
REPLIES = wire.replies_key("bench-agents")
SECONDS = 10.0

Ask = Callable[[int, str], int]


def measure(bench: Bench, searches: int, memories: int) -> None:
    """Prints the latencies of each way, and how much longer than the bare job the median of each tool's call is."""
    bench.empty()
    bench.plain.save_all([texts.text("agents", n) for n in range(memories)])
    redis, stdio = RedisSocket(bench), Pipe(bench)
    over_http = [HttpSocket(bench, era) for era in ("2026-07-28", "2025-11-25")]
    ways: dict[str, Ask] = {"XADD, XREAD, GET": redis.search}
    ways |= {f"tool over HTTP, {each.era}": each.search for each in over_http}
    ways["tool over stdio"] = stdio.search
    times: dict[str, list[float]] = {name: [] for name in ways}
    order = random.Random(1)
    for n in range(searches):
        query = texts.question(n)
        redis.search(-n - 1, query)
        for name in order.sample(sorted(ways), len(ways)):
            began = time.perf_counter()
            found = ways[name](n, query)
            times[name].append(time.perf_counter() - began)
            if found != TOP_K:
                raise RuntimeError(f"{name}: {found} results instead of {TOP_K}")
    stdio.close()
    bare = Latency.of(times["XADD, XREAD, GET"])
    for name, seconds in times.items():
        latency = Latency.of(seconds)
        more = "" if name == "XADD, XREAD, GET" else f"   p50 longer by {latency.p50 - bare.p50:.2f} ms"
        print(latency.line(name) + more, flush=True)


class RedisSocket:
    """A producer that waits for its reply and reads the result, in one round trip."""

    def __init__(self, bench: Bench) -> None:
        address = urlsplit(bench.environment["REDIS_URL"])
        self.stream = connected(str(address.hostname), int(address.port or 6379))
        self.seen = b"0"

    def search(self, n: int, query: str) -> int:
        job = wire.search(f"agents-{n}", query, collection=texts.COLLECTION, top_k=TOP_K).changed(reply_to=REPLIES)
        fields = [part for pair in job.fields.items() for part in pair]
        self.stream.write(
            command("XADD", wire.lane_key(job.lane), "*", *fields)
            + command("XREAD", "BLOCK", str(int(SECONDS * 1_000)), "STREAMS", REPLIES, self.seen)
            + command("GET", wire.result_key(job.id))
        )
        self.stream.flush()
        read_reply(self.stream)
        replies, raw = read_reply(self.stream), read_reply(self.stream)
        if not replies or raw is None:
            raise RuntimeError(f"{job.id} was not done")
        self.seen = replies[0][1][-1][0]
        return len(json.loads(raw)["result"]["results"])


class HttpSocket:
    """A client that keeps its connection."""

    def __init__(self, bench: Bench, era: str) -> None:
        self.era = era
        address = urlsplit(bench.worker.http_url)
        self.host = address.netloc
        self.stream = connected(str(address.hostname), int(address.port or 80))
        self.session = ""
        if era != mcp.NEW:
            self.session = self.post(mcp.initialize(version=era), {})[0]["mcp-session-id"]

    def search(self, n: int, query: str) -> int:
        message = mcp.call(n, "search_memory", collection=texts.COLLECTION, query=query, top_k=TOP_K)
        if self.era == mcp.NEW:
            answer = self.post(mcp.stateless(message), mcp.routing(message))[1]
        else:
            answer = self.post(message, {"Mcp-Session-Id": self.session, "Mcp-Protocol-Version": self.era})[1]
        return results(answer)

    def post(self, message: mcp.Message, headers: dict[str, str]) -> tuple[dict[str, str], mcp.Message]:
        body = json.dumps(message).encode()
        fields = {
            "Host": self.host,
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "Content-Length": str(len(body)),
            **headers,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.stream.write(f"POST /mcp HTTP/1.1\r\n{head}\r\n".encode() + body)
        self.stream.flush()
        status = self.stream.readline()
        answered: dict[str, str] = {}
        while line := self.stream.readline().strip():
            name, _, value = line.decode().partition(": ")
            answered[name.lower()] = value
        content = self.stream.read(int(answered["content-length"]))
        if b" 200 " not in status:
            raise RuntimeError(f"{status!r} {content!r}")
        return answered, json.loads(content)


class Pipe:
    """A host that has started `memoir mcp`."""

    def __init__(self, bench: Bench) -> None:
        self.process = subprocess.Popen(
            [memoir.binary(), "mcp"],
            cwd=memoir.FOLDER,
            env=bench.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.ask(mcp.initialize())

    def search(self, n: int, query: str) -> int:
        return results(self.ask(mcp.call(n, "search_memory", collection=texts.COLLECTION, query=query, top_k=TOP_K)))

    def ask(self, message: mcp.Message) -> mcp.Message:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
        answer: mcp.Message = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        self.process.communicate(timeout=SECONDS)


def results(answer: mcp.Message) -> int:
    return len(answer["result"]["structuredContent"]["results"])


def connected(host: str, port: int) -> BufferedRWPair:
    connection = socket.create_connection((host, port), timeout=SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection.makefile("rwb")


def command(*parts: str | bytes) -> bytes:
    encoded = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in encoded)


def read_reply(stream: BufferedRWPair) -> Any:
    """Bulk strings and arrays of them, which are all that these commands are answered with."""
    line = stream.readline()
    kind, count = line[:1], line[1:].strip()
    if kind == b"$":
        return None if count == b"-1" else stream.read(int(count) + 2)[:-2]
    if kind == b"*":
        return None if count == b"-1" else [read_reply(stream) for _ in range(int(count))]
    raise RuntimeError(f"Redis answers {line!r}")
