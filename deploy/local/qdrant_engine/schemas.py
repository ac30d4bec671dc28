"""Schemas: a collection's and a payload index's settings, from JSON and back."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from .errors import format_error, no_variant, validation_error, wrong_input

Json = dict[str, Any]

LARGEST_DIMENSION = 65_536

DISTANCES = {name: getattr(edge.Distance, name) for name in ("Cosine", "Euclid", "Dot", "Manhattan")}
DATATYPES = {
    "float32": edge.VectorStorageDatatype.Float32,
    "float16": edge.VectorStorageDatatype.Float16,
    "uint8": edge.VectorStorageDatatype.Uint8,
}
INDEX_TYPES = ("keyword", "integer", "float", "geo", "text", "bool", "datetime", "uuid")
INDEX_PARAMETERS = {
    "is_tenant", "is_principal", "on_disk", "lookup", "range", "enable_hnsw",
    "min_token_len", "max_token_len", "lowercase", "phrase_matching",
}  # fmt: skip

# What the real server reports where a collection sets nothing.
HNSW_DEFAULTS: Json = {
    "m": 16,
    "ef_construct": 100,
    "full_scan_threshold": 10_000,
    "max_indexing_threads": 0,
    "on_disk": False,
}
OPTIMIZER_DEFAULTS: Json = {
    "deleted_threshold": 0.2,
    "vacuum_min_vector_number": 1_000,
    "default_segment_number": 0,
    "max_segment_size": None,
    "memmap_threshold": None,
    "indexing_threshold": 10_000,
    "flush_interval_sec": 5,
    "max_optimization_threads": None,
}
ENGINE_OPTIMIZER_SETTINGS = (
    "deleted_threshold",
    "vacuum_min_vector_number",
    "default_segment_number",
    "max_segment_size",
    "indexing_threshold",
)


def without_nulls(value: Json | None) -> Json:
    return {name: item for name, item in (value or {}).items() if item is not None}


def parse_collection(body: Json) -> edge.EdgeConfig:
    """The engine's configuration for the body of a create-collection request."""
    given: Json = {}
    vectors = body.get("vectors") or {}
    if vectors:
        single = "size" in vectors
        given["vectors"] = (
            parse_vector_parameters(vectors)
            if single
            else {name: parse_vector_parameters(item) for name, item in vectors.items()}
        )
    if sparse := body.get("sparse_vectors"):
        given["sparse_vectors"] = {name: parse_sparse_parameters(item or {}) for name, item in sparse.items()}
    optimizers = without_nulls(body.get("optimizers_config"))
    known = {name: optimizers[name] for name in ENGINE_OPTIMIZER_SETTINGS if name in optimizers}
    return edge.EdgeConfig(
        on_disk_payload=body.get("on_disk_payload"),
        hnsw_config=parse_hnsw(body.get("hnsw_config")),
        quantization_config=parse_quantization(body.get("quantization_config")),
        optimizers=edge.EdgeOptimizersConfig(**known) if known else None,
        **given,
    )


def parse_vector_parameters(value: Any) -> edge.EdgeVectorParams:
    for name in ("size", "distance"):
        if not isinstance(value, dict) or name not in value:
            raise format_error(f"missing field `{name}`")
    size, distance = value["size"], value["distance"]
    if distance not in DISTANCES:
        expected = ", ".join(f"`{name}`" for name in DISTANCES)
        raise format_error(f"unknown variant `{distance}`, expected one of {expected}")
    if not isinstance(size, int) or isinstance(size, bool):
        raise format_error(f"invalid type for size: {size!r}, expected a nonzero u64")
    if not 1 <= size <= LARGEST_DIMENSION:
        raise validation_error(f"vectors.size: value {size} invalid, must be from 1 to {LARGEST_DIMENSION}")
    given: Json = {}
    if datatype := value.get("datatype"):
        if datatype not in DATATYPES:
            raise format_error(f"unknown variant `{datatype}`, expected one of `float32`, `uint8`, `float16`")
        given["datatype"] = DATATYPES[datatype]
    if value.get("multivector_config"):
        given["multivector_config"] = edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim)
    return edge.EdgeVectorParams(
        size,
        DISTANCES[distance],
        on_disk=value.get("on_disk"),
        hnsw_config=parse_hnsw(value.get("hnsw_config")),
        quantization_config=parse_quantization(value.get("quantization_config")),
        **given,
    )


def parse_sparse_parameters(value: Json) -> edge.EdgeSparseVectorParams:
    return edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if value.get("modifier") == "idf" else None)


def parse_hnsw(value: Json | None) -> edge.HnswIndexConfig | None:
    if not value:
        return None
    settings = HNSW_DEFAULTS | without_nulls(value)
    known = (*HNSW_DEFAULTS, "payload_m")
    return edge.HnswIndexConfig(**{name: settings[name] for name in known if name in settings})


def parse_quantization(value: Json | None) -> Any:
    if not value:
        return None
    if "scalar" in value:
        scalar = value["scalar"]
        return edge.ScalarQuantizationConfig(edge.ScalarType.Int8, scalar.get("quantile"), scalar.get("always_ram"))
    if "binary" in value:
        return edge.BinaryQuantizationConfig(value["binary"].get("always_ram"))
    raise wrong_input("this quantization_config is not supported by the local engine")


def parse_index(schema: Any) -> Any:
    """The engine's payload index for a type's name, or for an object of a type and its parameters."""
    kind = schema.get("type") if isinstance(schema, dict) else schema
    if kind not in INDEX_TYPES:
        raise no_variant("PayloadFieldSchema")
    if not isinstance(schema, dict):
        return getattr(edge.PayloadSchemaType, kind.capitalize())
    given = {name: item for name, item in without_nulls(schema).items() if name in INDEX_PARAMETERS}
    if kind == "text" and schema.get("tokenizer"):
        given["tokenizer"] = getattr(edge.TokenizerType, schema["tokenizer"].capitalize())
    return getattr(edge, f"{kind.capitalize()}IndexParams")(**given)


def render_collection(settings: Json, info: edge.ShardInfo) -> Json:
    """The answer to `GET /collections/{name}`: `settings` as created, `info` from the engine."""
    parameters = {
        "vectors": settings.get("vectors") or {},
        "shard_number": settings.get("shard_number") or 1,
        "replication_factor": settings.get("replication_factor") or 1,
        "write_consistency_factor": settings.get("write_consistency_factor") or 1,
        "on_disk_payload": settings.get("on_disk_payload", True),
    }
    if settings.get("sparse_vectors"):
        parameters["sparse_vectors"] = settings["sparse_vectors"]
    return {
        "status": "green",
        "optimizer_status": "ok",
        "indexed_vectors_count": info.indexed_vectors_count,
        "points_count": info.points_count,
        "segments_count": info.segments_count,
        "config": {
            "params": parameters,
            "hnsw_config": HNSW_DEFAULTS | without_nulls(settings.get("hnsw_config")),
            "optimizer_config": OPTIMIZER_DEFAULTS | without_nulls(settings.get("optimizers_config")),
            "wal_config": {"wal_capacity_mb": 32, "wal_segments_ahead": 0},
            "quantization_config": settings.get("quantization_config"),
        },
        "payload_schema": render_indexes(settings.get("indexes") or {}, info),
    }


def render_indexes(schemas: Json, info: edge.ShardInfo) -> Json:
    rendered = {}
    for field, index in info.payload_schema.items():
        rendered[field] = {"data_type": str(index.data_type).rsplit(".", 1)[-1].lower(), "points": index.points}
        if isinstance(schemas.get(field), dict):
            rendered[field]["params"] = schemas[field]
    return rendered
