"""Starts the server: `python -m qdrant_engine --port 6333 --storage FOLDER`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from asgi_http import serve
from faults import FaultControl

from .application import FAULT_KINDS, QdrantApplication, Upkeep
from .storage import Storage

DEFAULT_VERSION = "1.19.0"


def main() -> None:
    parser = argparse.ArgumentParser(prog="qdrant_engine", description="Qdrant's engine behind Qdrant's REST shapes.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=6333)
    parser.add_argument("--storage", type=Path, required=True, help="the folder that holds the collections")
    parser.add_argument(
        "--api-key",
        default=os.environ.get("QDRANT__SERVICE__API_KEY"),
        help="defaults to QDRANT__SERVICE__API_KEY; the environment keeps it out of process listings",
    )
    parser.add_argument("--report-version", default=DEFAULT_VERSION, help="the version that GET / answers")
    parser.add_argument(
        "--optimize",
        choices=["never", "idle"],
        default="never",
        help="when to build indexes; building stalls the server for seconds",
    )
    parser.add_argument("--faults", action="store_true", help="serve the routes that inject faults")
    options = parser.parse_args()
    upkeep = Upkeep(optimize=options.optimize == "idle")
    storage = Storage(options.storage)
    faults = FaultControl(FAULT_KINDS) if options.faults else None
    application = QdrantApplication(storage, options.report_version, options.api_key, upkeep, faults)
    serve(application, options.host, options.port)


if __name__ == "__main__":
    main()
