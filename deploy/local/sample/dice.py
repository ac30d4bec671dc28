"""Chance that is the same everywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")

# All days of the sample, and some beyond for what falls due.
FIRST_DAY = date(2024, 1, 1)
DAYS = 730
DAYS_BEYOND = 120
DAY = [(FIRST_DAY + timedelta(number)).isoformat() for number in range(DAYS + DAYS_BEYOND)]
SIXTY = [f"{number:02}" for number in range(60)]
MINUTE = [f"{hour}:{minute}" for hour in SIXTY[:24] for minute in SIXTY]


class Dice:
    """Draws by `random()` alone: of all methods only its sequence is promised to stay the same from one Python to the
    next. Each table has dice of its own, so that the rows of one do not depend on those of another."""

    def __init__(self, seed: int, table: str) -> None:
        self.random = random.Random(f"{seed} {table}").random

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.random() * len(choices))]

    def between(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included."""
        return lowest + int(self.random() * (highest - lowest + 1))

    def chance(self, share: float) -> bool:
        return self.random() < share

    def time(self, day: int) -> str:
        """A time of that day."""
        return f"{DAY[day]} {MINUTE[int(self.random() * len(MINUTE))]}:{SIXTY[int(self.random() * 60)]}+00"

    def uuid(self) -> str:
        """A random UUID, version 4."""
        digits = "".join(f"{int(self.random() * 0x10000):04x}" for _ in range(8))
        variant = "89ab"[int(digits[16], 16) % 4]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
