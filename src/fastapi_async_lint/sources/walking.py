"""A folder -> every Python file below it, with what the layout of the project is read from on the way.

`os.scandir` and strings: a tree of 100,000 files takes about a second. Links are noted, never followed.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from fastapi_async_lint.sources.exclusion import Exclusion, GitIgnores, is_installation

PROJECT_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg")


@dataclass(slots=True)
class Walked:
    """What walks have found so far; paths are strings with slashes."""

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    """Links to Python files or to folders."""
    projects: set[str] = field(default_factory=set)
    """Folders with metadata of a project, or with a list of requirements."""
    unreadable: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Walker:
    """Walks with one set of exclusions."""

    exclusion: Exclusion
    respect_gitignore: bool

    def walk(self, start: str, ignores: GitIgnores, into: Walked) -> None:
        """Add what is at and below the folder `start` to `into`; folders that it holds already are not walked again."""
        pending = [(start, ignores)]
        while pending:
            folder, above = pending.pop()
            if folder in into.folders:
                continue
            try:
                with os.scandir(folder) as listing:
                    entries = list(listing)
            except OSError:
                into.unreadable.add(folder)
                continue
            names = [entry.name for entry in entries]
            if folder != start and is_installation(folder, names):
                continue
            into.folders.add(folder)
            here = above.entering(folder) if self.respect_gitignore and ".gitignore" in names else above
            if any(name in PROJECT_MARKERS or is_requirements(name) for name in names):
                into.projects.add(folder)
            pending.extend((child, here) for child in self._sort_entries(folder, entries, here, into))

    def _sort_entries(self, folder: str, entries: list[os.DirEntry[str]], ignores: GitIgnores, into: Walked) -> list[str]:
        """Note the folder's files and links; its folders to walk."""
        folders = []
        prefix = folder if folder.endswith("/") else f"{folder}/"
        for entry in entries:
            name = entry.name
            is_python = name.endswith(".py")
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
                is_link = not is_folder and entry.is_symlink()
                if not is_folder and not is_link and not (is_python and entry.is_file(follow_symlinks=False)):
                    continue
            except OSError:
                continue
            path = prefix + name
            if self.exclusion.excludes(path, name) or (ignores.stack and ignores.ignore(path, is_folder=is_folder)):
                continue
            if is_folder:
                folders.append(path)
            elif is_link:
                if is_python or Path(path).is_dir():
                    into.links.add(path)
            else:
                into.files.add(path)
        return folders


def is_requirements(name: str) -> bool:
    """Whether a file of this name lists requirements for pip."""
    return name.endswith(".txt") and name.startswith("requirements")
