"""Starts the server: `python -m embedding_server --port 8900 [--stub --dimensions 1536] [--faults]`."""

from __future__ import annotations

import argparse
import os
from typing import Any

from asgi_http import serve

from .application import EmbeddingApplication
from .faults import Faults
from .model import Model
from .stub import MOST_DIMENSIONS, StubModel


def make_model(options: argparse.Namespace) -> Model[Any]:
    if options.stub:
        if not options.tokenizer:
            return StubModel(options.dimensions)
        # Imported only where it is asked for: it reads a large table.
        from .tokenizer import cl100k_base

        return StubModel(options.dimensions, cl100k_base())
    # Imported here, because the stub needs neither the runtime nor the model.
    from .minilm import MiniLMModel

    return MiniLMModel(options.threads)


def main() -> None:
    parser = argparse.ArgumentParser(prog="embedding_server", description="OpenAI-compatible embeddings.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--threads", type=int, default=1, help="cores that the model uses")
    parser.add_argument(
        "--api-key",
        default=os.environ.get("EMBEDDING_SERVER_API_KEY"),
        help="defaults to EMBEDDING_SERVER_API_KEY; the environment keeps it out of process listings",
    )
    parser.add_argument("--model-alias", action="append", default=[], help="one more name to accept; may be repeated")
    parser.add_argument("--stub", action="store_true", help="deterministic vectors without a model")
    parser.add_argument("--dimensions", type=int, default=384, help="of the stub, where a request names none")
    parser.add_argument("--tokenizer", action="store_true", help="the stub counts tokens with OpenAI's own tokenizer")
    parser.add_argument("--faults", action="store_true", help="serve the routes that inject faults")
    options = parser.parse_args()
    if not 1 <= options.dimensions <= MOST_DIMENSIONS:
        parser.error(f"--dimensions must be from 1 to {MOST_DIMENSIONS}")
    faults = Faults() if options.faults else None
    application = EmbeddingApplication(make_model(options), options.model_alias, options.api_key, faults)
    serve(application, options.host, options.port)


if __name__ == "__main__":
    main()
