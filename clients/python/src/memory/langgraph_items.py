"""How an item of a LangGraph store is kept as a memory, and how its operations become filters. Nothing here waits.

{"langgraph": {"key": "prefs", "namespace": ["users", "1"], "path": "users.1", "prefixes": ["users", "users.1"],
               "indexed": true},
 "value": {…}, "content": "<what is embedded>", "_memoir": {…}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from langgraph.store.base import Item, ListNamespacesOp, MatchCondition, PutOp, SearchItem, SearchOp
from langgraph.store.base.embed import get_text_at_path, tokenize_path

from .errors import InvalidJob

Condition = dict[str, Any]

MAXIMUM_KEY_BYTES = 1_024
# Of the paths in one filter, which the wire bounds at 64 KiB.
MAXIMUM_EXCLUDED_BYTES = 16_384
WHOLE_VALUE = "$"
RANGES = {"$gt": "gt", "$gte": "gte", "$lt": "lt", "$lte": "lte"}


def memory_key(namespace: Sequence[str], key: str) -> str:
    """The memory's own key: the same for the same item, and for no other."""
    text = json.dumps([*namespace, key], ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) <= MAXIMUM_KEY_BYTES:
        return text
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def path_of(namespace: Sequence[str]) -> str:
    """Labels hold no dots."""
    return ".".join(namespace)


def metadata(op: PutOp) -> dict[str, Any]:
    labels = list(op.namespace)
    prefixes = [path_of(labels[:length]) for length in range(1, len(labels) + 1)]
    return {
        "langgraph": {
            "key": op.key,
            "namespace": labels,
            "path": path_of(labels),
            "prefixes": prefixes,
            "indexed": op.index is not False,
        },
        "value": dict(op.value or {}),
    }


def text_of(op: PutOp, fields: Sequence[str]) -> str:
    """What is embedded: the fields' texts, one a line. A memory has one vector, whatever the number of fields."""
    if op.index is False:
        return memory_key(op.namespace, op.key)
    texts: list[str] = []
    for path in op.index or fields:
        texts += get_text_at_path(op.value, path if path == WHOLE_VALUE else tokenize_path(path))
    return "\n".join(text for text in texts if text.strip()) or memory_key(op.namespace, op.key)


def item(payload: Mapping[str, Any]) -> Item:
    return Item(**_parts(payload))


def search_item(payload: Mapping[str, Any], score: float | None) -> SearchItem:
    return SearchItem(**_parts(payload), score=score)


def _parts(payload: Mapping[str, Any]) -> dict[str, Any]:
    own, times = payload["langgraph"], payload["_memoir"]
    return {
        "namespace": tuple(own["namespace"]),
        "key": own["key"],
        "value": payload["value"],
        "created_at": _time(times["created_at"]),
        "updated_at": _time(times["updated_at"]),
    }


def _time(text: str) -> datetime:
    # Python 3.10 does not read a Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def search_filter(op: SearchOp) -> Condition:
    # What has no path is no item of this store.
    must: list[Condition] = [_in_namespace(op.namespace_prefix)]
    if op.query:
        must.append(_equals("langgraph.indexed", True))
    for name, wanted in (op.filter or {}).items():
        must += _conditions(f"value.{_name(name)}", wanted)
    return {"must": must}


def namespaces_filter(op: ListNamespacesOp, seen: Sequence[str]) -> Condition:
    """Items under the longest prefix that is asked for, without those of the first namespaces that are known."""
    longest = max((_literal_prefix(each) for each in op.match_conditions or ()), key=len, default=())
    excluded: list[str] = []
    size = 0
    for path in seen:
        size += len(path.encode())
        if size > MAXIMUM_EXCLUDED_BYTES:
            break
        excluded.append(path)
    unknown = [{"key": "langgraph.path", "match": {"any": excluded}}] if excluded else []
    return {"must": [_in_namespace(longest)], "must_not": unknown}


def matches(namespace: Sequence[str], conditions: Sequence[MatchCondition]) -> bool:
    for condition in conditions:
        length = len(condition.path)
        if len(namespace) < length:
            return False
        part = namespace[:length] if condition.match_type == "prefix" else namespace[len(namespace) - length :]
        if any(wanted not in ("*", label) for wanted, label in zip(condition.path, part, strict=True)):
            return False
    return True


def _literal_prefix(condition: MatchCondition) -> tuple[str, ...]:
    if condition.match_type != "prefix":
        return ()
    labels = list(condition.path)
    return tuple(labels[: labels.index("*")] if "*" in labels else labels)


def _in_namespace(prefix: Sequence[str]) -> Condition:
    if prefix:
        return _equals("langgraph.prefixes", path_of(prefix))
    return {"must_not": [{"is_empty": {"key": "langgraph.path"}}]}


def _conditions(path: str, wanted: Any) -> list[Condition]:
    """Of one field: a value, operators such as `$gte`, or an object whose fields are compared in turn."""
    if not isinstance(wanted, Mapping):
        return [_equals(path, wanted)]
    found: list[Condition] = []
    for name, operand in wanted.items():
        if name == "$eq":
            found.append(_equals(path, operand))
        elif name == "$ne":
            found.append({"must_not": [_equals(path, operand)]})
        elif name in RANGES:
            found.append({"key": path, "range": {RANGES[name]: operand}})
        elif name.startswith("$"):
            raise InvalidJob(f"filter: {name} is none of $eq, $ne, {', '.join(RANGES)}", field="filter")
        else:
            found += _conditions(f"{path}.{_name(name)}", operand)
    return found


def _equals(path: str, value: Any) -> Condition:
    if value is None:
        return {"should": [{"is_empty": {"key": path}}, {"is_null": {"key": path}}]}
    if isinstance(value, float):
        # Qdrant compares only texts, whole numbers and booleans for equality.
        return {"key": path, "range": {"gte": value, "lte": value}}
    if isinstance(value, (str, bool)):
        return {"key": path, "match": {"value": value}}
    if isinstance(value, int):
        # Also where it was stored with a fraction of zero.
        return {"key": path, "range": {"gte": value, "lte": value}}
    raise InvalidJob(
        f"filter: {path} is compared with a {type(value).__name__}; give a text or a number", field="filter"
    )


def _name(name: str) -> str:
    """In quotes where Qdrant would read more than a name into it."""
    if name and all(letter.isalnum() or letter in "_-" for letter in name):
        return name
    if not name or '"' in name or "\\" in name:
        raise InvalidJob(f"filter: {name!r} is no name that can be filtered on", field="filter")
    return f'"{name}"'
