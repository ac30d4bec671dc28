"""Faults on demand, the part that both local servers share: when a fault is in force, and whom it hits.

Routes, present only with `--faults`, outside the API and without a key:

    POST /_fail?kind=error&status=429[&retry_after=1]   answers this status
    POST /_fail?kind=hang                               answers when the fault is over, or never to a client that left
    POST /_fail?kind=malformed                          a complete response whose body is no JSON
    POST /_fail?kind=truncated                          a complete response whose JSON breaks off
        each with [&seconds=10][&count=3][&share=0.5&seed=1], and whatever else the server knows
    POST /_ok                                           ends the fault
    POST /_delay?seconds=0.2[&contains=TEXT]            each request (that has TEXT in its body) takes longer; 0 ends it

A new fault replaces the one before. What breaks below HTTP (resets, bodies cut short) is no server's business.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

from asgi_http import ClientGone, Receive

DEFAULT_SECONDS = 10.0
LONGEST_SECONDS = 3_600.0
# Of a body that breaks off: enough for a client to begin to believe in it.
TRUNCATED_SHARE = 0.6
MALFORMED = b"<html><head><title>502 Bad Gateway</title></head><body>upstream sent an invalid response</body></html>"


class BadFault(Exception):
    """A fault that was asked for cannot be had; the message says why."""


@dataclass
class Fault:
    """One fault: its kind, its parameters as they were asked for, and whom it hits until when."""

    kind: str
    until: float
    remaining: int | None
    share: float
    dice: random.Random
    options: dict[str, str] = field(default_factory=dict)

    def hits(self) -> bool:
        """Whether the next request is hit, which is then counted."""
        if time.monotonic() >= self.until or self.remaining == 0 or self.dice.random() >= self.share:
            return False
        if self.remaining is not None:
            self.remaining -= 1
        return True

    @property
    def status(self) -> int:
        return int(self.options.get("status", "429"))

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        retry_after = self.options.get("retry_after")
        return ((b"retry-after", retry_after.encode()),) if retry_after is not None else ()


@dataclass
class Delay:
    seconds: float = 0.0
    contains: bytes = b""


class FaultControl:
    """The fault and the delay in force. `kinds` are those that the server can play."""

    def __init__(self, kinds: frozenset[str]) -> None:
        self.kinds = kinds
        self.fault: Fault | None = None
        self.delay = Delay()

    def command(self, method: str, path: str, query: dict[str, str]) -> bool:
        """Whether that was one of the routes above, which then is done."""
        match (method, path):
            case ("POST", "/_fail"):
                self.fault = self.parse(query)
            case ("POST", "/_ok"):
                self.fault = None
            case ("POST", "/_delay"):
                self.delay = Delay(number(query, "seconds", 0.0), query.get("contains", "").encode())
            case _:
                return False
        return True

    def parse(self, query: dict[str, str]) -> Fault:
        kind = query.get("kind", "error")
        if kind not in self.kinds:
            raise BadFault(f"kind must be one of {', '.join(sorted(self.kinds))}")
        seconds = number(query, "seconds", DEFAULT_SECONDS)
        remaining = int(number(query, "count", 0)) if "count" in query else None
        dice = random.Random(query.get("seed", "0"))
        fault = Fault(kind, time.monotonic() + seconds, remaining, number(query, "share", 1.0), dice, query)
        if not 400 <= int(number(query, "status", 429)) <= 599:
            raise BadFault("status must be from 400 to 599")
        return fault

    async def meet(self, receive: Receive, body: bytes) -> Fault | None:
        """The fault that hits this request, if any, after the delay. A hang is over when this returns."""
        if self.delay.seconds > 0 and self.delay.contains in body:
            await wait_unless_gone(self.delay.seconds, receive)
        fault = self.fault
        if fault is None or not fault.hits():
            return None
        if fault.kind != "hang":
            return fault
        while self.fault is fault and (left := fault.until - time.monotonic()) > 0:
            await wait_unless_gone(min(left, 0.2), receive)
        return None


def number(query: dict[str, str], name: str, default: float) -> float:
    try:
        value = float(query.get(name, default))
    except ValueError as error:
        raise BadFault(f"{name} must be a number") from error
    if not 0 <= value <= LONGEST_SECONDS:
        raise BadFault(f"{name} must be from 0 to {LONGEST_SECONDS:.0f}")
    return value


async def wait_unless_gone(seconds: float, receive: Receive) -> None:
    """Waits; a client that leaves meanwhile ends its request, so that nothing is done for it later."""
    try:
        message = await asyncio.wait_for(receive(), seconds)
    except asyncio.TimeoutError:
        return
    if message["type"] == "http.disconnect":
        raise ClientGone


def mangle(body: bytes, kind: str) -> bytes:
    """The body as a broken proxy or a crashing server would send it."""
    match kind:
        case "malformed":
            return MALFORMED
        case "truncated":
            return body[: int(len(body) * TRUNCATED_SHARE)]
        case _:
            return body
