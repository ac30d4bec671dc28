"""Medians and percentiles, and how they are printed."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Latency:
    """Of many calls, in milliseconds."""

    count: int
    p50: float
    p99: float
    worst: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Latency:
        ordered = sorted(each * 1_000 for each in seconds)
        if not ordered:
            raise RuntimeError("nothing was measured")
        return cls(len(ordered), percentile(ordered, 0.50), percentile(ordered, 0.99), ordered[-1])

    def line(self, name: str) -> str:
        return (
            f"{name:<28} {self.count:>7,} calls   p50 {self.p50:7.2f} ms   p99 {self.p99:7.2f} ms   "
            f"max {self.worst:7.2f} ms"
        )


def percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def print_latencies(memoir: Latency, plain: Latency, name: str = "plain client") -> None:
    print(memoir.line("Memoir"), flush=True)
    print(plain.line(name), flush=True)
    more = f"p50 {memoir.p50 - plain.p50:7.2f} ms   p99 {memoir.p99 - plain.p99:7.2f} ms"
    print(f"{'longer by':<28} {'':>7}         {more}", flush=True)


def print_rates(name: str, rates: Sequence[float]) -> float:
    """Prints the rounds, jobs a second, and returns their median."""
    median = statistics.median(rates)
    rounds = " ".join(f"{rate:,.0f}" for rate in rates)
    print(f"{name:<28} {median:>9,.0f} a second   rounds {rounds}", flush=True)
    return median
