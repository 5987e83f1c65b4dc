"""What the search for files yields, and the two errors on its way."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi_async_lint.sources.roots import Roots


@dataclass(frozen=True, slots=True)
class Source:
    """A Python file of the project."""

    path: Path
    """Absolute."""
    module: str
    """The dotted name that the project most likely imports it by. Two services of one repository may both have an `app.main`:
    the path is the identity, the name is for people."""
    root: Path
    """The import root that the name starts from."""
    is_package: bool
    """It is an `__init__.py`."""
    is_test: bool
    """By pytest's naming, or below a folder named `test` or `tests`."""
    reported: bool
    """It was asked for; the others are read only for what they say to it."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The project's files, sorted by path, and where its imports lead."""

    sources: tuple[Source, ...]
    roots: "Roots"
    unreadable_folders: tuple[Path, ...] = ()
    """Folders that could not be listed."""

    @property
    def reported(self) -> tuple[Source, ...]:
        """The files that were asked for."""
        return tuple(source for source in self.sources if source.reported)


class PathError(Exception):
    """A path that the user gave does not exist, and the message names it and the nearest one that does; or it cannot be read."""


class UnreadableFile(Exception):
    """A file's text cannot be had: one sentence, and where (row from 1, column from 0)."""

    def __init__(self, message: str, row: int = 1, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column
