"""PostgreSQL's COPY in text format: a line for each row, values apart by tabs."""

from __future__ import annotations

from collections.abc import Iterable

NULL = "\\N"


def escape(text: str) -> str:
    # Many times faster than `translate` where a text is not ASCII.
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def array(items: Iterable[str]) -> str:
    """An array of text, its items quoted: first for the array, then for COPY."""
    quoted = ['"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"' for item in items]
    return escape("{" + ",".join(quoted) + "}")
