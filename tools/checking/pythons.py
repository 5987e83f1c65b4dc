"""This machine -> the Pythons that the standard library's files are checked under."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

OLDEST = (3, 11)


class Python(NamedTuple):
    """An interpreter, with its full version: `3.11.7`."""

    path: Path
    version: str

    @property
    def minor(self) -> str:
        """Its version without the last number."""
        return self.version.rpartition(".")[0]


def pythons() -> tuple[Python, ...]:
    """One interpreter of each supported minor version: the running one, those on the path, those of pyenv; newest first."""
    found: dict[str, Python] = {}
    for path in (Path(sys.executable), *_on_path(), *sorted(Path.home().glob(".pyenv/versions/*/bin/python"), reverse=True)):
        python = _examined(path)
        if python is not None:
            found.setdefault(python.minor, python)
    return tuple(sorted(found.values(), key=_number, reverse=True))


def _on_path() -> list[Path]:
    names = [shutil.which(f"python3.{minor}") for minor in range(OLDEST[1], 30)]
    return [Path(name) for name in names if name]


def _examined(path: Path) -> Python | None:
    try:
        ended = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = re.fullmatch(r"Python (\d+\.\d+\.\d+)", ended.stdout.strip())
    python = Python(path, said[1]) if said else None
    return python if python is not None and _number(python) >= OLDEST else None


def _number(python: Python) -> tuple[int, ...]:
    return tuple(int(part) for part in python.version.split("."))
