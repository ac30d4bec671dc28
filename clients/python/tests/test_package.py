"""The package as it is installed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent


def test_the_wheel(tmp_path: Path) -> None:
    """With what is installed, so that nothing is fetched."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(tmp_path), str(FOLDER)], check=True, timeout=120)
    (wheel,) = tmp_path.glob("memoir_client-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith("METADATA"))
    sources = {f"memory/{path.name}" for path in (FOLDER / "src" / "memory").iterdir() if path.is_file()}
    assert "memory/py.typed" in sources and sources <= names
    assert not any(name.startswith(("tests", "examples")) for name in names)
    required = [line for line in metadata.splitlines() if line.startswith("Requires-Dist: ")]
    assert sorted(required) == [
        "Requires-Dist: langgraph>=1.0; extra == 'langgraph'",
        "Requires-Dist: redis>=5",
        "Requires-Dist: redis[hiredis]>=5; extra == 'fast'",
    ]


def test_without_langgraph() -> None:
    """The client itself needs redis alone."""
    program = "import sys; sys.modules['langgraph'] = None; import memory; print(memory.MemoryManager.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(FOLDER / "src")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "MemoryManager\n"
