"""The request: what `/v1/embeddings` accepts, and its bounds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson

from .errors import APIError, invalid_input, model_not_found

# OpenAI's limits.
MOST_INPUTS = 2_048
MOST_TOKENS_PER_INPUT = 8_191
MOST_TOKENS_PER_REQUEST = 300_000
# Ours: far above what 300,000 tokens of any language take.
LARGEST_BODY_BYTES = 16 << 20

NOT_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
    "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)"
)


@dataclass(frozen=True)
class EmbeddingRequest:
    """A valid request. An input is a text, or the token ids of one."""

    model: str
    inputs: list[str | list[int]]
    base64: bool
    dimensions: int | None


def parse_request(raw: bytes, models: Collection[str], most_dimensions: int) -> EmbeddingRequest:
    """Parses a body, or raises the error that OpenAI would answer."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise APIError(400, NOT_JSON) from error
    if not isinstance(body, dict):
        raise APIError(400, "Invalid type: expected a JSON object")
    model = body.get("model")
    if not isinstance(model, str):
        raise APIError(400, "you must provide a model parameter")
    if model not in models:
        raise model_not_found(model)
    encoding = body.get("encoding_format") or "float"
    if encoding not in ("float", "base64"):
        message = f"Invalid value: '{encoding}'. Supported values are: 'float' and 'base64'."
        raise APIError(400, message, parameter="encoding_format")
    dimensions = parse_dimensions(body.get("dimensions"), most_dimensions)
    return EmbeddingRequest(model, parse_inputs(body.get("input")), encoding == "base64", dimensions)


def parse_inputs(value: Any) -> list[str | list[int]]:
    """The inputs: one text, a list of texts, one list of token ids, or a list of such lists."""
    alone = isinstance(value, str) or (isinstance(value, list) and value and is_token_id(value[0]))
    inputs = [value] if alone else value
    if not isinstance(inputs, list) or not inputs:
        raise invalid_input("'$.input' is invalid. Please check the API reference.")
    if len(inputs) > MOST_INPUTS:
        raise invalid_input(f"'$.input' is invalid: at most {MOST_INPUTS} inputs, {len(inputs)} given.")
    for index, item in enumerate(inputs):
        text = isinstance(item, str) and item
        tokens = isinstance(item, list) and item and all(is_token_id(token) for token in item)
        if not text and not tokens:
            raise invalid_input(f"'$.input[{index}]' is invalid: a non-empty string or list of token ids is expected.")
    return inputs


def is_token_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def parse_dimensions(value: Any, most: int) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        message = f"Invalid value for 'dimensions' = {value}. Must be between 1 and {most}."
        raise APIError(400, message, parameter="dimensions")
    return value
