"""Random metadata, and random filters over it that match some of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

Json = Any

# Of the collection `things`, as collections.yaml declares them.
DECLARED = {
    "name": "string",
    "count": "integer",
    "price": "number",
    "open": "boolean",
    "seen": "datetime",
    "tags": "array",
    "address": "object",
    "address.city": "string",
}
WORDS = ("SNCB", "sncb", "NS", "Électricité", "Electricite", "国家铁路", "L'Oréal", 'said "no"', "back\\slash", "", " ",
         "true", "7", "2026-01-31", "🚆", "a.b", "null")  # fmt: skip
WHOLE = (-3, -1, 0, 1, 2, 3, 7, 40, 50, 1_000_000, 2**40)
FRACTIONS = (-1.5, 0.0, 0.5, 1.0, 1.5, 2.0, 22.7, 40.0, 1e3, 1e-7)
BEYOND_DOUBLES = (2**53, 2**53 + 1, 2**63 - 1, -(2**63))
TIMES = (
    "2026-01-31", "2026-01-31T00:00:00Z", "2026-01-31T01:00:00+01:00", "2026-01-31T12:00:00Z", "2026-02-01",
    "2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500001Z", "2026-01-31T23:30:00-02:00", "1969-12-31T23:59:59Z",
    "2024-02-29T10:00:00+05:30", "2026-01-31 12:00:00Z",
)  # fmt: skip
CITIES = ("Gent", "Lyon", "Zürich", "Łódź")


def thing(random: Random) -> dict[str, Json]:
    """Metadata, each part of it there as often as not."""
    makers: dict[str, Callable[[], Json]] = {
        "name": lambda: nullable(random, random.choice(WORDS)),
        "count": lambda: nullable(random, random.choice(WHOLE)),
        "price": lambda: nullable(random, random.choice((*WHOLE, *FRACTIONS))),
        "open": lambda: nullable(random, random.random() < 0.5),
        "seen": lambda: nullable(random, random.choice(TIMES)),
        "tags": lambda: [random.choice(WORDS) for _ in range(random.randint(0, 4))],
        "address": lambda: address(random),
        "free": lambda: anything(random),
        "number": lambda: random.choice((*WHOLE, *FRACTIONS)),
        "big": lambda: random.choice(BEYOND_DOUBLES),
        "list": lambda: [anything(random) for _ in range(random.randint(0, 3))],
        "lines": lambda: [line(random) for _ in range(random.randint(0, 3))],
        "été": lambda: random.choice(WORDS),
        "odd name": lambda: {"sub.name": scalar(random)},
        "must": lambda: scalar(random),
    }
    return {name: make() for name, make in makers.items() if random.random() < 0.6}


def nullable(random: Random, value: Json) -> Json:
    return None if random.random() < 0.1 else value


def address(random: Random) -> dict[str, Json]:
    place = {"city": random.choice(CITIES), "deep": {"er": scalar(random)}, "floors": [1, 2, scalar(random)]}
    return {name: value for name, value in place.items() if random.random() < 0.7}


def line(random: Random) -> dict[str, Json]:
    return {"sku": random.choice(("A", "B", "C")), "qty": random.choice((1, 2, 3)), "of": {"kind": scalar(random)}}


def scalar(random: Random) -> Json:
    kinds: tuple[Sequence[Json], ...] = (WORDS, WHOLE, FRACTIONS, (True, False), (None,), TIMES)
    return random.choice(random.choice(kinds))


def anything(random: Random) -> Json:
    return random.choice((scalar(random), scalar(random), {}, [], [scalar(random)], {"in": scalar(random)}))


# Paths, and what values are worth asking for.
PATHS: dict[str, str] = {
    "name": "word",
    "count": "whole",
    "price": "number",
    "open": "bool",
    "seen": "time",
    "tags": "word",
    "tags[]": "word",
    "tags[0]": "word",
    "address.city": "word",
    "address.deep.er": "scalar",
    "address.floors": "scalar",
    "free": "scalar",
    "free.in": "scalar",
    "number": "number",
    "big": "big",
    "list": "scalar",
    "list[1]": "scalar",
    "lines[].sku": "word",
    "lines[].qty": "whole",
    "lines[0].of.kind": "scalar",
    "lines.sku": "word",
    "été": "word",
    '"odd name"."sub.name"': "scalar",
    "must": "scalar",
    "missing": "scalar",
}


def value(random: Random, kind: str, path: str) -> Json:
    match kind:
        case "word":
            return random.choice(CITIES if path == "address.city" else (*WORDS, "A", "B"))
        case "whole":
            return random.choice(WHOLE)
        case "number":
            return random.choice((*WHOLE, *FRACTIONS))
        case "bool":
            return random.random() < 0.5
        case "time":
            return random.choice(TIMES)
        case "big":
            return random.choice(BEYOND_DOUBLES)
        case _:
            return scalar(random)


def numeric_range(random: Random) -> dict[str, Json]:
    return bounds(random, lambda: random.choice((*WHOLE, *FRACTIONS)))


def bounds(random: Random, make: Callable[[], Json]) -> dict[str, Json]:
    lower, upper = random.choice(("gt", "gte")), random.choice(("lt", "lte"))
    chosen = random.choice(((lower,), (upper,), (lower, upper), ("gt", "gte", "lt")))
    return {name: make() for name in chosen}


def simple(random: Random) -> dict[str, Json]:
    return {path: simple_value(random, path) for path in random.sample(sorted(PATHS), random.choice((1, 1, 2, 2, 3)))}


def simple_value(random: Random, path: str) -> Json:
    kind = PATHS[path]
    ranged = {"whole": "number", "number": "number", "time": "time", "scalar": random.choice(("number", "time"))}
    forms = ["one", "one", "list", "null", "not", "not list"] + (["range", "range"] if kind in ranged else [])
    match random.choice(forms):
        case "one":
            return value(random, kind, path)
        case "list":
            return some(random, kind, path)
        case "null":
            return None
        case "not":
            return {"not": random.choice((value(random, kind, path), None))}
        case "not list":
            return {"not": some(random, kind, path)}
        case _:
            return time_range(random) if ranged[kind] == "time" else numeric_range(random)


def time_range(random: Random) -> dict[str, Json]:
    return bounds(random, lambda: random.choice(TIMES))


def some(random: Random, kind: str, path: str) -> list[Json]:
    return [value(random, kind, path) for _ in range(random.randint(1, 4))]


def raw(random: Random, points: list[str], depth: int = 0) -> dict[str, Json]:
    """A Qdrant filter of up to three levels."""
    clauses = random.sample(("must", "should", "must_not", "min_should"), random.choice((1, 1, 2, 3)))
    made: dict[str, Json] = {}
    for clause in clauses:
        conditions = [condition(random, points, depth) for _ in range(random.randint(1, 3))]
        least = {"conditions": conditions, "min_count": random.randint(1, len(conditions))}
        made[clause] = least if clause == "min_should" else conditions
    return made


def condition(random: Random, points: list[str], depth: int) -> dict[str, Json]:
    if depth < 2 and random.random() < 0.2:
        return raw(random, points, depth + 1)
    path = random.choice(sorted(PATHS))
    words = [random.choice(WORDS) for _ in range(random.randint(1, 3))]
    wholes = [random.choice(WHOLE) for _ in range(random.randint(1, 3))]
    exact = random.choice((random.choice(WORDS), random.choice(WHOLE), random.random() < 0.5, random.choice(CITIES)))
    return random.choice(
        (
            {"key": path, "match": {"value": exact}},
            {"key": path, "match": {"any": random.choice((words, wholes))}},
            {"key": path, "match": {"except": random.choice((words, wholes))}},
            # The engine's indexes keep times as numbers, so they are only asked for ranges of their own kind.
            {"key": path, "range": time_range(random) if path == "seen" else numeric_range(random)},
            {"key": path, "range": numeric_range(random) if path in ("count", "price") else time_range(random)},
            {"key": path, "values_count": {"gte": random.randint(0, 2)}},
            {"is_empty": {"key": path}},
            {"is_null": {"key": path}},
            {"has_id": random.sample(points, min(len(points), 20))},
            {"nested": {"key": "lines", "filter": {"must": [
                {"key": "sku", "match": {"value": random.choice("ABC")}},
                {"key": "qty", "match": {"value": random.choice((1, 2, 3))}},
            ]}}},
        )
    )  # fmt: skip


def smaller(filters: Json) -> Iterator[Json]:
    """The same with one part left out, for finding the least filter that shows a fault."""
    if isinstance(filters, dict):
        for name, part in filters.items():
            if len(filters) > 1:
                yield {other: value for other, value in filters.items() if other != name}
            for less in smaller(part):
                yield {**filters, name: less}
    elif isinstance(filters, list):
        for index, part in enumerate(filters):
            if len(filters) > 1:
                yield filters[:index] + filters[index + 1 :]
            for less in smaller(part):
                yield [*filters[:index], less, *filters[index + 1 :]]
