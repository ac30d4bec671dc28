"""Ten thousand texts of all languages and lengths against a provider that holds to OpenAI's limits as OpenAI counts:
no call is refused but those of a single text that is too long.

The stub counts with OpenAI's tokenizer, and measures a request by the count and by OpenAI's own estimate.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from conftest import StartWorker
from harness import memoir, texts, tokens, wire
from harness.engines import Engines, running
from harness.queue import Queue

SEED = 20_240
TEXTS = 10_000
# One in so many is near OpenAI's limit of a text, on either side of it.
ONE_LONG_IN = 100
MOST_TOKENS = 8_191
LONG_TOKENS = (6_000, 11_000)
LONGEST_SHORT_CHARACTERS = 4_000
SECONDS = 400
LARGE_CALLS = {"MEMOIR_WORKER_SLOTS_EMBED": "10000", "MEMOIR_EMBEDDINGS_CONCURRENCY": "1"}


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with running("stub", faults=True, tokenizer=True) as started:
        memoir.run("bootstrap", env=memoir.environment(started.environment)).expect(0)
        yield started


class Author:
    """Makes texts out of the corpora."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.corpora = texts.corpora(seed)
        self.kinds = sorted(self.corpora)

    def text(self, kind: str, characters: int) -> str:
        parts: list[str] = []
        length = 0
        while length < characters:
            part = self.random.choice(self.corpora[kind])
            parts.append(part)
            length += len(part) + 1
        return " ".join(parts)[:characters].strip() or "…"

    def short(self, kind: str) -> str:
        """Most are of some hundred characters, a few of thousands."""
        return self.text(kind, int(20 * (LONGEST_SHORT_CHARACTERS / 20) ** self.random.random()))

    def long(self, kind: str) -> str:
        """Of some thousand tokens, about as many above the limit as below it."""
        wanted = self.random.randint(*LONG_TOKENS)
        text = self.text(kind, wanted * 6)
        pieces = tokens.tokenizer().encode_ordinary(text)[:wanted]
        return tokens.tokenizer().decode(pieces, errors="ignore")


def write(author: Author) -> list[str]:
    """The first half kind by kind, so that whole calls are of one, the second half in any order."""
    kinds = author.kinds * (TEXTS // len(author.kinds) + 1)
    kinds = sorted(kinds[: TEXTS // 2]) + author.random.choices(author.kinds, k=TEXTS - TEXTS // 2)
    return [author.long(kind) if number % ONE_LONG_IN == 0 else author.short(kind) for number, kind in enumerate(kinds)]


def provider_statistics(engines: Engines) -> dict[str, Any]:
    root = engines.environment["OPENAI_BASE_URL"].removesuffix("/v1")
    with urllib.request.urlopen(f"{root}/_stats", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_no_call_is_refused_but_for_a_single_text_that_is_too_long(
    engines: Engines, start_worker: StartWorker, queue: Queue, tag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    written = write(Author(SEED))
    counts = [tokens.count(text) for text in written]
    too_long = {number for number, count in enumerate(counts) if count > MOST_TOKENS}
    assert 20 < len(too_long) < TEXTS / 20
    assert sum(LONG_TOKENS[0] <= count <= MOST_TOKENS for count in counts) > 20
    assert len(set(written)) > TEXTS * 0.95

    # All of them are there before the worker is, and many are in flight at once: calls are as large as they get.
    jobs = [wire.embed(f"{tag}-{number}", text) for number, text in enumerate(written)]
    assert queue.push(jobs) == TEXTS
    worker = start_worker(LARGE_CALLS)
    results = queue.wait_for_results([job.id for job in jobs], seconds=SECONDS)

    for number, job in enumerate(jobs):
        answer = results[job.id]
        if number not in too_long:
            assert answer["status"] == "ok", (counts[number], answer)
            continue
        assert answer["error"]["code"] == "embedding_refused", (counts[number], answer)
        assert answer["error"]["retryable"] is False
        assert answer["error"]["message"].startswith("content: ")
        assert "8191 are allowed; split or shorten it" in answer["error"]["message"]
    statistics = provider_statistics(engines)
    with capsys.disabled():
        print(f"\n{TEXTS} texts, {sum(counts):,} tokens, {len(too_long)} texts too long: {statistics}")
    assert set(statistics["refusals"]) == {"1"}, statistics
    assert statistics["refusals"]["1"] == len({written[number] for number in too_long})
    worker.assert_alive()
