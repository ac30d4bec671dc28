"""All collections of a server, and the folder they live in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .collection import SETTINGS_FILE, Collection
from .errors import already_exists, not_found, validation_error
from .schemas import Json

FORBIDDEN_IN_NAMES = re.compile(r'[<>:"/\\|?*\0\x1f]')
LONGEST_NAME_BYTES = 255


class Storage:
    """The open collections under `folder`, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "collections"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.collections: dict[str, Collection] = {}
        for entry in sorted(self.folder.iterdir()):
            if (entry / SETTINGS_FILE).exists():
                self.collections[entry.name] = Collection.load(entry)
            else:
                # Left by a server that was killed while it made or deleted a collection.
                shutil.rmtree(entry, ignore_errors=True)

    def names(self) -> list[str]:
        return list(self.collections)

    def get(self, name: str) -> Collection:
        if name not in self.collections:
            raise not_found(f"Collection `{name}` doesn't exist!")
        return self.collections[name]

    def create(self, name: str, settings: Json) -> None:
        """Makes a collection; what a failed attempt left on disk is removed."""
        unusable = FORBIDDEN_IN_NAMES.search(name) or name in (".", "..", "")
        if unusable or len(name.encode()) > LONGEST_NAME_BYTES:
            raise validation_error("collection_name: invalid collection name")
        if name in self.collections:
            raise already_exists(f"Collection `{name}` already exists!")
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        try:
            self.collections[name] = Collection.create(folder, settings)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def delete(self, name: str) -> bool:
        """Deletes a collection; false where there is none. The settings file goes first, so that a server
        killed half way does not find half a collection."""
        collection = self.collections.pop(name, None)
        if collection is None:
            return False
        collection.shard.close()
        (collection.folder / SETTINGS_FILE).unlink(missing_ok=True)
        shutil.rmtree(collection.folder, ignore_errors=True)
        return True

    def flush(self) -> None:
        for collection in list(self.collections.values()):
            collection.flush()

    def optimize_idle(self, idle_seconds: float, points: int) -> None:
        for collection in list(self.collections.values()):
            if collection.needs_optimizing(idle_seconds, points):
                collection.shard.optimize()

    def close(self) -> None:
        while self.collections:
            self.collections.popitem()[1].close()
