"""excuses.toml -> what the checks of the catalogue do not hold against a file, and why."""

import tomllib
from functools import cache
from pathlib import Path

Excuses = dict[str, dict[str, str]]
"""Kind of problem -> subject -> reason."""


def excuses(library: str) -> Excuses:
    """The excused problems of a catalogue file, by kind."""
    return {kind: subjects for kind, subjects in _table().get(library, {}).items() if kind != "made-up"}


def made_up() -> dict[str, str]:
    """The classes that only the catalogue has, and what each stands for."""
    return {path: reason for kinds in _table().values() for path, reason in kinds.get("made-up", {}).items()}


@cache
def _table() -> dict[str, Excuses]:
    return tomllib.loads((Path(__file__).parent / "excuses.toml").read_text(encoding="utf-8"))
