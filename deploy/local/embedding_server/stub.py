"""Deterministic vectors without a model: fast, the same in every run, of any dimension.

A text's vector is a stretch of one fixed table of Gaussian numbers, at a place given by the text's hash, plus
the same for each of its words: texts that share words are nearer than texts that do not. Shorter dimensions
are prefixes of longer ones, as with OpenAI's models.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy
import orjson

from .model import Input, estimated_tokens, normalized

if TYPE_CHECKING:
    import tiktoken

TABLE_LENGTH = 1 << 18
MOST_DIMENSIONS = 4_096
MOST_WORDS = 24
# Vectors that are remembered: 25 MB of 384 dimensions, 100 MB of 1,536.
MOST_KNOWN = 16_384


@lru_cache(maxsize=100_000)
def place(text: str) -> int:
    """Where a text's numbers begin in the table."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "little") % (TABLE_LENGTH - MOST_DIMENSIONS)


@dataclass(frozen=True)
class StubInput:
    text: str
    tokens: int
    estimated_tokens: int


class StubModel:
    """See the module. `dimensions` is used where a request names none; tokens are counted by `tokenizer`."""

    most_dimensions = MOST_DIMENSIONS

    def __init__(self, dimensions: int, tokenizer: tiktoken.Encoding | None = None) -> None:
        self.dimensions = dimensions
        self.tokenizer = tokenizer
        # Computed before, the oldest first: whoever measures something else asks for its texts beforehand.
        self.known: dict[tuple[str, int], numpy.ndarray] = {}
        self.table = numpy.random.default_rng(7).standard_normal(TABLE_LENGTH).astype(numpy.float32)

    def prepare(self, inputs: list[Input]) -> list[StubInput]:
        """Token ids count as they are; a text by the tokenizer, or as OpenAI estimates it where there is none."""
        prepared = []
        for item in inputs:
            if isinstance(item, list):
                prepared.append(StubInput(orjson.dumps(item).decode(), len(item), len(item)))
            else:
                estimate = estimated_tokens(item)
                tokens = len(self.tokenizer.encode_ordinary(item)) if self.tokenizer else estimate
                prepared.append(StubInput(item, tokens, estimate))
        return prepared

    def embed(self, prepared: list[StubInput], dimensions: int) -> numpy.ndarray:
        rows = numpy.empty((len(prepared), dimensions), dtype=numpy.float32)
        for row, item in enumerate(prepared):
            known = self.known.get((item.text, dimensions))
            rows[row] = self.compute(item.text, dimensions) if known is None else known
        return rows

    def compute(self, text: str, dimensions: int) -> numpy.ndarray:
        words = text.lower().split(maxsplit=MOST_WORDS)[:MOST_WORDS]
        places = [place(text), *(place(word) for word in words)]
        stretches = numpy.lib.stride_tricks.sliding_window_view(self.table, dimensions)
        vector: numpy.ndarray = normalized(stretches[places].sum(axis=0, keepdims=True))[0]
        if len(self.known) >= MOST_KNOWN:
            self.known.pop(next(iter(self.known)))
        self.known[text, dimensions] = vector
        return vector
