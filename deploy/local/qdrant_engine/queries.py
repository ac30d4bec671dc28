"""Queries: the body of `/points/query` to the engine's request."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from .errors import call_engine, format_error, no_variant, not_found, validation_error, wrong_input
from .filters import parse_filter
from .points import PointId, parse_payload_selector, parse_point_id, parse_vector, parse_vector_selector

DEFAULT_LIMIT = 10
# The constant of reciprocal rank fusion in the real server.
FUSION_CONSTANT = 2


def parse_limit(value: Any) -> int:
    """A limit of at least one; ten where none is given."""
    if value is None:
        return DEFAULT_LIMIT
    if not isinstance(value, int) or isinstance(value, bool):
        raise format_error(f"invalid type for limit: {value!r}, expected usize")
    if value < 1:
        raise validation_error(f"limit: value {value} invalid, must be 1 or larger")
    return value


def parse_order_by(value: Any) -> edge.OrderBy | None:
    if value is None:
        return None
    if isinstance(value, str):
        return edge.OrderBy(value)
    directions = {"asc": edge.Direction.Asc, "desc": edge.Direction.Desc, None: None}
    if value.get("direction") not in directions:
        raise format_error(f"unknown variant `{value['direction']}`, expected `asc` or `desc`")
    return edge.OrderBy(value["key"], directions[value.get("direction")], value.get("start_from"))


def parse_search_parameters(value: dict[str, Any] | None) -> edge.SearchParams | None:
    if not value:
        return None
    given = {name: value[name] for name in ("hnsw_ef", "exact", "indexed_only") if value.get(name) is not None}
    if quantization := value.get("quantization"):
        known = {name: item for name, item in quantization.items() if item is not None}
        given["quantization"] = edge.QuantizationSearchParams(**known)
    return edge.SearchParams(**given)


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


class QueryParser:
    """Parses one request. Points named as examples are looked up in `shard` and left out of the answer."""

    def __init__(self, shard: edge.EdgeShard) -> None:
        self.shard = shard
        self.examples: set[PointId | str] = set()

    def parse(self, body: dict[str, Any]) -> edge.QueryRequest:
        limit = parse_limit(body.get("limit"))
        query = self.parse_query(body.get("query"), body.get("using"), limit)
        prefetches = [self.parse_prefetch(item) for item in as_list(body.get("prefetch"))]
        found = parse_filter(body.get("filter"))
        if self.examples:
            others = edge.HasIdCondition(self.examples)
            found = edge.Filter(must=[found] if found else None, must_not=[others])
        return edge.QueryRequest(
            limit,
            offset=body.get("offset") or 0,
            query=query,
            prefetches=prefetches,
            with_vector=parse_vector_selector(body),
            with_payload=parse_payload_selector(body.get("with_payload"), False),
            filter=found,
            score_threshold=body.get("score_threshold"),
            params=parse_search_parameters(body.get("params")),
        )

    def parse_prefetch(self, value: dict[str, Any]) -> edge.Prefetch:
        limit = parse_limit(value.get("limit"))
        return edge.Prefetch(
            limit,
            query=self.parse_query(value.get("query"), value.get("using"), limit),
            prefetches=[self.parse_prefetch(item) for item in as_list(value.get("prefetch"))],
            params=parse_search_parameters(value.get("params")),
            filter=parse_filter(value.get("filter"), "prefetch.filter"),
            score_threshold=value.get("score_threshold"),
        )

    def parse_query(self, query: Any, using: str | None, limit: int) -> Any:
        """One query of any kind; a bare vector or point id is a nearest-neighbour query."""
        if query is None:
            return None
        if not isinstance(query, dict) or "indices" in query:
            return edge.Query.Nearest(self.input_vector(query, using), using)
        if "nearest" in query:
            return self.parse_nearest(query, using, limit)
        if "recommend" in query:
            return self.parse_recommend(query["recommend"], using)
        if "discover" in query:
            target = self.input_vector(query["discover"]["target"], using)
            pairs = self.parse_pairs(query["discover"].get("context"), using)
            return edge.Query.Discover(edge.DiscoverQuery(target, pairs), using)
        if "context" in query:
            return edge.Query.Context(edge.ContextQuery(self.parse_pairs(query["context"], using)), using)
        if "order_by" in query:
            return parse_order_by(query["order_by"])
        if "fusion" in query or "rrf" in query:
            return parse_fusion(query)
        if "sample" in query:
            return edge.Sample.Random
        raise no_variant("QueryInterface")

    def parse_nearest(self, query: dict[str, Any], using: str | None, limit: int) -> Any:
        vector = self.input_vector(query["nearest"], using)
        diversify = query.get("mmr")
        if diversify is None:
            return edge.Query.Nearest(vector, using)
        diversity = diversify.get("diversity")
        relevance = 1 - (0.5 if diversity is None else diversity)
        return edge.Mmr(vector, relevance, diversify.get("candidates_limit") or limit, using)

    def parse_recommend(self, recommend: dict[str, Any], using: str | None) -> Any:
        positive = [self.input_vector(item, using) for item in recommend.get("positive") or []]
        negative = [self.input_vector(item, using) for item in recommend.get("negative") or []]
        strategy = recommend.get("strategy") or "average_vector"
        if strategy == "best_score":
            return edge.Query.RecommendBestScore(edge.RecommendQuery(positive, negative), using)
        if strategy == "sum_scores":
            return edge.Query.RecommendSumScores(edge.RecommendQuery(positive, negative), using)
        if not positive:
            raise wrong_input("At least one positive vector ID required with this strategy")
        target = average(positive)
        if negative:
            target = [2 * towards - away for towards, away in zip(target, average(negative), strict=True)]
        return edge.Query.Nearest(target, using)

    def parse_pairs(self, value: Any, using: str | None) -> list[edge.ContextPair]:
        return [
            edge.ContextPair(self.input_vector(item["positive"], using), self.input_vector(item["negative"], using))
            for item in as_list(value)
        ]

    def input_vector(self, value: Any, using: str | None) -> Any:
        """A vector as given, or the stored one of a point named by its id."""
        if not isinstance(value, (int, str)) or isinstance(value, bool):
            return parse_vector(value)
        identifier = parse_point_id(value)
        records = call_engine(self.shard.retrieve, [identifier], False, True)
        if not records:
            raise not_found(f"No point with id {value} found")
        self.examples.add(identifier)
        vector = records[0].vector
        if not isinstance(vector, dict):
            return vector
        if (using or "") not in vector:
            raise wrong_input(f"Not existing vector name error: {using or ''}")
        return vector[using or ""]


def parse_fusion(query: dict[str, Any]) -> Any:
    if "rrf" in query:
        return edge.Fusion.Rrf(k=query["rrf"].get("k") or FUSION_CONSTANT, weights=query["rrf"].get("weights"))
    if query["fusion"] == "rrf":
        return edge.Fusion.Rrf(k=FUSION_CONSTANT)
    if query["fusion"] == "dbsf":
        return edge.Fusion.Dbsf()
    raise format_error(f"unknown variant `{query['fusion']}`, expected `rrf` or `dbsf`")


def average(vectors: list[list[float]]) -> list[float]:
    return [sum(column) / len(vectors) for column in zip(*vectors, strict=True)]
