"""OpenAI's tokenizer for its embedding models, with the table from an installed package: nothing is downloaded."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import tiktoken


def cl100k_base() -> tiktoken.Encoding:
    """The tokenizer of `text-embedding-3-small`. It checks the table's hash."""
    package = importlib.util.find_spec("pgai")
    if package is None or package.origin is None:
        raise SystemExit("The package pgai is not installed; see requirements-tokenizer.txt.")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(package.origin).parent / "vectorizer" / "tiktoken_cache")
    return tiktoken.get_encoding("cl100k_base")
