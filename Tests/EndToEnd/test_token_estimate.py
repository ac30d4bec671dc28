"""The token estimate against OpenAI's own tokenizer, language by language and on what is no language at all."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

import pytest
from harness import texts, tokens

SEED = 1
# `EmbeddingLimits` fills this share of a limit, so an estimate of no less keeps within it.
FILLED_SHARE = 0.7
# What a text in a language is over-estimated by at most, all texts of the language together.
LARGEST = 1.6


@dataclass(frozen=True)
class Row:
    """Estimated over counted: of all texts of a kind together, and of each, in order."""

    kind: str
    tokens: int
    total: float
    each: list[float]

    def __str__(self) -> str:
        last = len(self.each) - 1
        middle = statistics.median(self.each)
        low, high = self.each[last // 100], self.each[last - last // 100]
        return (
            f"{self.kind:<28}{len(self.each):>6}{self.tokens:>9}{self.total:>8.2f}{middle:>8.2f}{low:>7.2f}{high:>7.2f}"
            f"{self.each[0]:>7.2f}"
        )


HEADING = (
    f"{'estimated / counted':<28}{'texts':>6}{'tokens':>9}{'total':>8}{'median':>8}{'1 %':>7}{'99 %':>7}{'worst':>7}"
)


def measure(kind: str, found: list[str]) -> Row:
    estimated = tokens.estimates(found)
    counted = [tokens.count(text) for text in found]
    return Row(
        kind,
        sum(counted),
        sum(estimated) / sum(counted),
        sorted(one / other for one, other in zip(estimated, counted, strict=True)),
    )


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {kind: measure(kind, found) for kind, found in texts.corpora(SEED).items()}


def test_estimate_is_near_the_tokenizer_and_not_below_it(
    rows: dict[str, Row], capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print("", HEADING, *rows.values(), sep="\n")
    for kind, row in rows.items():
        if kind.startswith("random"):
            continue
        assert 1 <= row.total <= LARGEST, f"{kind}: {row.total:.2f}"


def test_what_is_packed_is_below_the_limit_for_any_kind_of_text(rows: dict[str, Row]) -> None:
    for kind, row in rows.items():
        assert row.total >= FILLED_SHARE, f"{kind}: {row.total:.2f}"


def test_estimate_is_never_under_what_openai_estimates() -> None:
    found = [text for kind in texts.corpora(SEED).values() for text in kind[:20]]
    for text, estimated in zip(found, tokens.estimates(found), strict=True):
        assert estimated >= len(text.encode()) / 4, text
