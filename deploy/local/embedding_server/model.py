"""What the server asks of a model: token counts, and vectors for inputs that passed the limits."""

from __future__ import annotations

from typing import Protocol, TypeVar

import numpy

Input = str | list[int]

BYTES_PER_TOKEN = 4


class Prepared(Protocol):
    """An input ready for its model, with its length in tokens: counted, and as OpenAI estimates it."""

    @property
    def tokens(self) -> int: ...

    @property
    def estimated_tokens(self) -> int: ...


PreparedInput = TypeVar("PreparedInput", bound=Prepared)


class Model(Protocol[PreparedInput]):
    """`dimensions` is the length of a vector where the request names none, `most_dimensions` the bound."""

    dimensions: int
    most_dimensions: int

    def prepare(self, inputs: list[Input]) -> list[PreparedInput]: ...

    def embed(self, prepared: list[PreparedInput], dimensions: int) -> numpy.ndarray:
        """Unit vectors, one row for each input, in their order: float32 of shape (inputs, dimensions)."""
        ...


def estimated_tokens(text: str) -> int:
    """A quarter of a token for each byte of UTF-8: how OpenAI measures a request before it counts."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN)


def normalized(vectors: numpy.ndarray) -> numpy.ndarray:
    """The rows scaled to length one."""
    lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
    return numpy.ascontiguousarray(vectors / numpy.maximum(lengths, 1e-12), dtype=numpy.float32)
