"""Filters: Qdrant's JSON conditions to the engine's.

As strict as the real server: a filter refuses fields it does not know, a field condition ignores them and
then insists that one condition is left.
"""

from __future__ import annotations

from typing import Any

import numpy
import qdrant_edge as edge

from .errors import SHAPE_ERRORS, format_error, no_variant, validation_error
from .points import parse_point_id

CLAUSES = ("should", "min_should", "must", "must_not")
RANGE_BOUNDS = ("gt", "gte", "lt", "lte")
NOT_A_CONDITION = (
    'Expected some form of condition, which can be a field condition (like {"key": ..., "match": ... }), '
    "or some other mentioned in the documentation: "
    "https://qdrant.tech/documentation/concepts/filtering/#filtering-conditions"
)

MATCHES = {
    "value": edge.MatchValue,
    "text": edge.MatchText,
    "text_any": edge.MatchTextAny,
    "phrase": edge.MatchPhrase,
    "any": edge.MatchAny,
    "except": edge.MatchExcept,
}


def parse_filter(value: Any, path: str = "filter") -> edge.Filter | None:
    """The filter of a request, or None where it has none; `path` names the place in errors."""
    return None if value is None else parse_clauses(value, path)


def parse_clauses(value: Any, path: str) -> edge.Filter:
    """The engine's filter for a JSON one."""
    if not isinstance(value, dict):
        raise format_error("invalid type: expected struct Filter")
    unknown = sorted(set(value) - set(CLAUSES))
    if unknown:
        expected = ", ".join(f"`{name}`" for name in CLAUSES)
        raise format_error(f"unknown field `{unknown[0]}`, expected one of {expected}")
    clauses: dict[str, Any] = {
        name: parse_conditions(value[name], f"{path}.{name}")
        for name in ("must", "should", "must_not")
        if value.get(name) is not None
    }
    if value.get("min_should") is not None:
        minimum = value["min_should"]
        conditions = parse_conditions(minimum["conditions"], f"{path}.min_should.conditions")
        clauses["min_should"] = edge.MinShould(conditions, minimum["min_count"])
    return edge.Filter(**clauses)


def parse_conditions(value: Any, path: str) -> list[Any]:
    """A list of conditions; one alone stands for a list of one, as the real server has it."""
    items = value if isinstance(value, list) else [value]
    return [parse_condition(item, f"{path}[{index}]") for index, item in enumerate(items)]


def parse_condition(value: Any, path: str) -> Any:
    """One condition of any kind."""
    if not isinstance(value, dict):
        raise format_error(NOT_A_CONDITION)
    if "key" in value:
        return parse_field_condition(value, path)
    if "is_empty" in value:
        return edge.IsEmptyCondition(value["is_empty"]["key"])
    if "is_null" in value:
        return edge.IsNullCondition(value["is_null"]["key"])
    if "has_id" in value:
        return edge.HasIdCondition({parse_point_id(item) for item in value["has_id"]})
    if "has_vector" in value:
        return edge.HasVectorCondition(value["has_vector"])
    if "nested" in value:
        nested = value["nested"]
        return edge.NestedCondition(nested["key"], parse_clauses(nested["filter"], f"{path}.nested.filter"))
    if set(value) <= set(CLAUSES):
        return parse_clauses(value, path)
    raise format_error(NOT_A_CONDITION)


def parse_field_condition(value: dict[str, Any], path: str) -> edge.FieldCondition:
    """A condition on one payload key."""
    if not isinstance(value["key"], str):
        raise format_error("Filter condition 'key' must be a string")
    parts: dict[str, Any] = {}
    if value.get("match") is not None:
        parts["match"] = parse_match(value["match"])
    if value.get("range") is not None:
        parts["range"] = parse_range(value["range"])
    if value.get("values_count") is not None:
        bounds = {name: bound for name, bound in value["values_count"].items() if bound is not None}
        parts["values_count"] = edge.ValuesCount(**bounds)
    parts.update(parse_geography(value))
    for name in ("is_empty", "is_null"):
        if value.get(name) is not None:
            parts[name] = value[name]
    if not parts:
        raise validation_error(f"{path}: At least one field condition must be specified")
    return edge.FieldCondition(value["key"], **parts)


def parse_match(value: Any) -> Any:
    """An equality, a set of values, or a text match."""
    kind = next((name for name in MATCHES if isinstance(value, dict) and name in value), None)
    if kind is None:
        raise no_variant("MatchInterface")
    operand = value[kind]
    if kind in ("any", "except") and any(isinstance(item, bool) for item in operand):
        raise no_variant("MatchInterface")
    if isinstance(operand, bool):
        # The engine's binding takes a Python bool for the integer that it is, and an integer never matches
        # a stored true or false. It knows NumPy's bool for what it means.
        operand = numpy.bool_(operand)
    try:
        return MATCHES[kind](operand)
    except SHAPE_ERRORS as error:
        raise no_variant("MatchInterface") from error


def parse_range(value: dict[str, Any]) -> Any:
    """A range of numbers, or of RFC 3339 times where a bound is a string."""
    bounds = {name: value[name] for name in RANGE_BOUNDS if value.get(name) is not None}
    if any(isinstance(bound, str) for bound in bounds.values()):
        return edge.RangeDateTime(**bounds)
    return edge.RangeFloat(**{name: float(bound) for name, bound in bounds.items()})


def parse_geography(value: dict[str, Any]) -> dict[str, Any]:
    """The geographical parts of a field condition: none, or one of radius, box and polygon."""
    parts: dict[str, Any] = {}
    if radius := value.get("geo_radius"):
        parts["geo_radius"] = edge.GeoRadius(parse_place(radius["center"]), float(radius["radius"]))
    if box := value.get("geo_bounding_box"):
        corners = (parse_place(box["top_left"]), parse_place(box["bottom_right"]))
        parts["geo_bounding_box"] = edge.GeoBoundingBox(*corners)
    if polygon := value.get("geo_polygon"):
        exterior = [parse_place(place) for place in polygon["exterior"]["points"]]
        interiors = [[parse_place(place) for place in line["points"]] for line in polygon.get("interiors") or []]
        parts["geo_polygon"] = edge.GeoPolygon(exterior, interiors)
    return parts


def parse_place(value: dict[str, Any]) -> edge.GeoPoint:
    """A longitude and a latitude, in degrees."""
    return edge.GeoPoint(float(value["lon"]), float(value["lat"]))
