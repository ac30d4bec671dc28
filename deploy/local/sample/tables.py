"""The tables of the sample and how many rows each has unless more are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from . import ad_reports, agent_context, invoices, social_posts
from .dice import Dice

SEED = 5


class Table(NamedTuple):
    name: str
    rows: int
    make: Callable[[int, Dice], Iterator[str]]


TABLES = {
    table.name: table
    for table in (
        Table("invoices", 2_000, invoices.rows),
        Table("social_posts", 1_200, social_posts.rows),
        Table("ad_reports", 600, ad_reports.rows),
        Table("agent_context", 1_200, agent_context.rows),
    )
}


def copy_lines(name: str, rows: int | None = None, seed: int = SEED) -> Iterator[str]:
    """The rows of a table as COPY takes them, each with the end of its line."""
    table = TABLES[name]
    return table.make(table.rows if rows is None else rows, Dice(seed, name))
