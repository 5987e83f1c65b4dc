"""Report -> text, one output format in each file of this folder; the file's name is the format's name.

A format is a module with `FOR_PEOPLE`, `WANTS_EDITS`, `SHOWS_SUPPRESSED` and `render`. A new file here is a new value of `--output-format`, with nothing to
register. What several formats share stands in `parts/`.
"""

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from fastapi_async_lint.results import Report


@dataclass(frozen=True, slots=True)
class View:
    """Who is looking: `base` is the folder that paths are shown relative to, `width` the number of columns that a line may fill."""

    base: Path
    colour: bool = False
    width: int = 120
    links: bool = False
    """The terminal opens what an escape sequence links to."""
    detailed: bool = False
    """Whoever looks wants to see every step's source."""
    suppressed: bool = False
    """Formats that can say so also tell what comments silence."""


class Format(Protocol):
    """What a module in this folder provides."""

    FOR_PEOPLE: bool
    """False for a format that programs read: nothing else may then stand in the same stream."""
    WANTS_EDITS: bool
    """The format shows what fixes would change."""
    SHOWS_SUPPRESSED: bool
    """The format can tell what comments silence, if the view asks for it."""

    def render(self, report: Report, view: View) -> str:
        """Every finding of the report, in its order. Ends with a line break unless it is empty."""
        ...


def formats() -> tuple[str, ...]:
    """The names of all output formats, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg))


def load(name: str) -> Format:
    """The format of that name, which must be one of `formats()`."""
    return cast(Format, importlib.import_module(f"{__name__}.{name}"))
