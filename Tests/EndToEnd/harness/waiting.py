"""Waiting for something to become true, with a bound and a reason that says what was seen last."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

INTERVAL_SECONDS = 0.05


def wait_for(what: str, probe: Callable[[], T], *, seconds: float, seen: Callable[[], object] | None = None) -> T:
    """The first true answer of `probe`; `seen` is what a failure shows of how far things had come."""
    end = time.monotonic() + seconds
    while True:
        if answer := probe():
            return answer
        if time.monotonic() >= end:
            detail = f"; last seen: {seen()}" if seen else ""
            raise AssertionError(f"waited {seconds:.0f} s for {what}{detail}")
        time.sleep(INTERVAL_SECONDS)
