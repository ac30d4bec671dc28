"""What a filter means, written in plain Python from docs/wire.md: which payloads it matches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

Json = Any

# Fields that their collection declares as `number` or `datetime`: whole numbers and times are compared by value.
DeclaredKinds = Mapping[str, str]

CLAUSES = ("must", "should", "must_not", "min_should")
STEP = re.compile(r'\.?(?:"(?P<quoted>[^"]+)"|(?P<plain>[^."\[\]]+))|\[(?P<index>\d*)\]')
TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d))?")


def found(payload: Json, path: str) -> Iterator[Json]:
    """The values that a path leads to; an array at its end counts as one."""
    return walk(payload, [step.groupdict() for step in STEP.finditer(path)])


def walk(value: Json, steps: list[dict[str, str | None]]) -> Iterator[Json]:
    if not steps:
        yield value
        return
    index = steps[0]["index"]
    if index is None:
        name = steps[0]["quoted"] or steps[0]["plain"]
        if isinstance(value, dict) and name in value:
            yield from walk(value[name], steps[1:])
    elif isinstance(value, list):
        for item in value if index == "" else value[int(index) : int(index) + 1]:
            yield from walk(item, steps[1:])


def held(payload: Json, path: str) -> Iterator[Json]:
    """The values that a condition looks at: of an array each element."""
    for value in found(payload, path):
        if isinstance(value, list):
            yield from value
        else:
            yield value


def count_of(value: Json) -> int:
    return len(value) if isinstance(value, list) else 0 if value is None else 1


def has_null(payload: Json, path: str) -> bool:
    """An explicit one, also in an array."""
    return any(value is None for value in held(payload, path))


def is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_same(value: Json, wanted: Json) -> bool:
    """Equality of scalars as the store has it: whole numbers, booleans and strings are three kinds."""
    return type(value) is type(wanted) and not isinstance(value, float) and value == wanted


def instant(text: Json) -> tuple[float, int] | None:
    """Seconds since 1970 and nanoseconds, or None where the text is no RFC 3339 date or time."""
    parts = TIME.fullmatch(text) if isinstance(text, str) else None
    if parts is None:
        return None
    date, time, fraction, offset = parts.groups()
    if time is None:
        time, offset = "00:00:00", "Z"
    zone = "+00:00" if offset in "Zz" else offset
    try:
        moment = datetime.fromisoformat(f"{date}T{time}{zone}").astimezone(timezone.utc)
    except ValueError:
        return None
    return moment.timestamp(), int((fraction or "0").ljust(9, "0")[:9])


def is_within(value: Json, bounds: Mapping[str, Json]) -> bool:
    comparable: Json
    if any(isinstance(bound, str) for bound in bounds.values()):
        comparable, limits = instant(value), {name: instant(bound) for name, bound in bounds.items()}
    else:
        comparable, limits = float(value) if is_number(value) else None, dict(bounds)
    if comparable is None:
        return False
    compare = {
        "gt": lambda limit: comparable > limit,
        "gte": lambda limit: comparable >= limit,
        "lt": lambda limit: comparable < limit,
        "lte": lambda limit: comparable <= limit,
    }
    return all(compare[name](limit) for name, limit in limits.items())


# The simple form.


def matches_simple(payload: Json, filters: Mapping[str, Json], kinds: DeclaredKinds) -> bool:
    return all(holds(payload, path, wanted, kinds) for path, wanted in filters.items())


def holds(payload: Json, path: str, wanted: Json, kinds: DeclaredKinds) -> bool:
    if isinstance(wanted, list):
        return any(equals(payload, path, each, kinds) for each in wanted)
    if not isinstance(wanted, dict):
        return equals(payload, path, wanted, kinds)
    if "not" in wanted:
        return not holds(payload, path, wanted["not"], kinds)
    return any(is_within(value, wanted) for value in held(payload, path))


def equals(payload: Json, path: str, wanted: Json, kinds: DeclaredKinds) -> bool:
    if wanted is None:
        return has_null(payload, path)
    if isinstance(wanted, float) or kinds.get(path) in ("number", "datetime"):
        return any(is_within(value, {"gte": wanted, "lte": wanted}) for value in held(payload, path))
    return any(is_same(value, wanted) for value in held(payload, path))


# Qdrant's own form.


def matches_raw(payload: Json, filters: Mapping[str, Json], point: str) -> bool:
    def true(clause: Json) -> list[bool]:
        return [matches_condition(payload, condition, point) for condition in clause]

    if not all(true(filters.get("must", []))) or any(true(filters.get("must_not", []))):
        return False
    if filters.get("should") and not any(true(filters["should"])):
        return False
    least = filters.get("min_should")
    return least is None or sum(true(least["conditions"])) >= least["min_count"]


def matches_condition(payload: Json, condition: Mapping[str, Json], point: str) -> bool:
    if any(clause in condition for clause in CLAUSES):
        return matches_raw(payload, condition, point)
    if "has_id" in condition:
        return point in condition["has_id"]
    if "is_null" in condition and isinstance(condition["is_null"], dict):
        return has_null(payload, condition["is_null"]["key"])
    if "is_empty" in condition and isinstance(condition["is_empty"], dict):
        return all(value is None or value == [] for value in found(payload, condition["is_empty"]["key"]))
    if "nested" in condition:
        nested = condition["nested"]
        return any(
            matches_raw(element, nested["filter"], point)
            for element in held(payload, nested["key"].removesuffix("[]"))
            if isinstance(element, dict)
        )
    return matches_field(payload, condition)


def matches_field(payload: Json, condition: Mapping[str, Json]) -> bool:
    values = list(held(payload, condition["key"]))
    if "range" in condition:
        return any(is_within(value, condition["range"]) for value in values)
    if "values_count" in condition:
        counts = [count_of(value) for value in found(payload, condition["key"])] or [0]
        return any(is_within(count, condition["values_count"]) for count in counts)
    match = condition["match"]
    if "value" in match:
        return any(is_same(value, match["value"]) for value in values)
    if "any" in match:
        return any(is_same(value, each) for value in values for each in match["any"])
    present = [value for value in values if value is not None]
    return any(not any(is_same(value, each) for each in match["except"]) for value in present)
