"""A corpus that every Debian machine has: what its packages are for, as apt lists them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import Literal

LIST_SECONDS = 120
DEFAULT_SIZE = 10_000
ALL = "all"

# Plain-word questions, and the packages of which one must be among the first five answers. Each holds among all of
# Debian 12's packages, and so in every part of them that has the packages named here.
QUESTIONS: dict[str, frozenset[str]] = {
    "compiler for the C language": frozenset({"gcc"}),
    "compiler for the C++ programming language": frozenset({"g++"}),
    "relational database server": frozenset({"postgresql-15"}),
    "office spreadsheet program": frozenset({"libreoffice-calc", "gnumeric"}),
    "distributed version control system": frozenset({"mercurial", "git"}),
    "secure shell server for remote access": frozenset({"openssh-server"}),
    "download files over HTTP from the command line": frozenset({"wget"}),
    "program to edit photos and images": frozenset({"imagemagick", "photoflare", "mtpaint"}),
    "read PDF documents": frozenset({"mupdf", "evince"}),
    "draw vector graphics": frozenset({"inkscape"}),
    "terminal multiplexer": frozenset({"tmux"}),
    "email client": frozenset({"geary", "balsa"}),
    "spell checker for German": frozenset({"aspell-de"}),
    "chess game": frozenset({"gnome-chess"}),
    "recover lost partitions and deleted files": frozenset({"testdisk"}),
    "monitor running processes interactively": frozenset({"htop"}),
}


@dataclass(frozen=True)
class Package:
    name: str
    section: str
    summary: str

    @property
    def text(self) -> str:
        return f"{self.name}: {self.summary}"


@cache
def available() -> tuple[Package, ...]:
    """All packages that apt knows, each once, in apt's order. Fails where apt has no lists."""
    command = ["apt-cache", "dumpavail"]
    listed = subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=True, timeout=LIST_SECONDS
    ).stdout
    packages: dict[str, Package] = {}
    for stanza in listed.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line and line[0] not in " \t")
        name, summary = fields.get("Package"), fields.get("Description", "").strip()
        if name and summary and name not in packages:
            packages[name] = Package(name, fields.get("Section", "unknown"), summary)
    if len(packages) < DEFAULT_SIZE:
        raise RuntimeError(f"apt lists {len(packages)} packages: run `apt-get update` first")
    return tuple(packages.values())


def size() -> int:
    """How many packages to take: MEMOIR_CORPUS, a number or `all`."""
    wanted = os.environ.get("MEMOIR_CORPUS", str(DEFAULT_SIZE))
    return len(available()) if wanted == ALL else int(wanted)


def embeddings() -> Literal["minilm", "stub"]:
    """The model cannot embed all packages in the time of a test, so the whole list is counted with the stub."""
    return "stub" if os.environ.get("MEMOIR_CORPUS") == ALL else "minilm"


def packages(count: int) -> list[Package]:
    """`count` packages spread evenly over the list, and those that the questions are about in any case."""
    everything = available()
    asked = frozenset().union(*QUESTIONS.values())
    chosen = {package.name: package for package in everything if package.name in asked}
    step = max(1, len(everything) // count)
    for package in (*everything[::step], *everything):
        if len(chosen) >= count:
            break
        chosen.setdefault(package.name, package)
    return list(chosen.values())
