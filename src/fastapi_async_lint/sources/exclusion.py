"""What the search leaves out: excluded patterns, what .gitignore ignores, and Python installations.

`Exclusion` answers for a folder and its entries while the search walks; it holds compiled patterns and strings only, so that
100,000 files cost little.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fastapi_async_lint.settings import Globs

_BUILT = frozenset({"build", "dist", "venv"})
_INSTALLATION_MARKERS = frozenset({"pyvenv.cfg", "conda-meta"})
_STANDARD_LIBRARY = frozenset({"abc.py", "codecs.py", "os.py", "site.py", "types.py"})


def is_installation(folder: str, names: Iterable[str]) -> bool:
    """Whether the folder with these entries is a virtual environment, a Python's standard library, or build output.

    `build`, `dist` and `venv` are common names of packages too: such a folder counts as output only if it holds no Python file
    itself. A folder called `env` needs the marker that every virtual environment has.
    """
    found = frozenset(names)
    if found & _INSTALLATION_MARKERS or found >= _STANDARD_LIBRARY:
        return True
    return folder.rsplit("/", 1)[-1] in _BUILT and not any(name.endswith(".py") for name in found)


class _GitIgnoreSpec(Protocol):
    def check_file(self, file: str) -> "_CheckResult": ...


class _CheckResult(Protocol):
    @property
    def include(self) -> bool | None: ...


def _spec(lines: list[str]) -> _GitIgnoreSpec:
    """The patterns of a .gitignore; those that git does not take either, such as a lone `!`, say nothing."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


@dataclass(frozen=True, slots=True)
class GitIgnores:
    """The .gitignore files that speak about a folder, the deepest last: (folder, its patterns)."""

    stack: tuple[tuple[str, _GitIgnoreSpec], ...] = ()

    def entering(self, folder: str) -> "GitIgnores":
        """These and the folder's own .gitignore."""
        try:
            text = Path(folder, ".gitignore").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return self
        spec = _spec([line for line in text.splitlines() if line.strip()])
        return GitIgnores((*self.stack, (folder.rstrip("/"), spec)))

    def ignore(self, path: str, *, is_folder: bool) -> bool:
        """Whether git would ignore the path; the deepest .gitignore with an opinion decides."""
        for folder, spec in reversed(self.stack):
            relative = path[len(folder) + 1 :] + ("/" if is_folder else "")
            if (verdict := spec.check_file(relative).include) is not None:
                return verdict
        return False


def ignores_above(folder: str) -> GitIgnores:
    """The .gitignore files above `folder` up to its repository's top; none where it is in no repository."""
    above = [str(parent) for parent in Path(folder).parents]
    chain = [folder, *above]
    top = next((place for place in chain if Path(place, ".git").exists()), None)
    ignores = GitIgnores()
    if top is not None:
        for place in reversed(chain[1 : chain.index(top) + 1]):
            ignores = ignores.entering(place)
    return ignores


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The settings' patterns, relative to the project's root."""

    root: str
    globs: Globs

    def excludes(self, path: str, name: str) -> bool:
        """Whether the entry itself is excluded; the walk has asked for the folders above it already."""
        return self.globs.matches(self._relative(path) or name, name)

    def covers(self, path: str) -> bool:
        """Whether the path or a folder above it, inside the root, is excluded; outside of it only the name counts."""
        return self.globs.covers(self._relative(path) or path.rpartition("/")[2])

    def _relative(self, path: str) -> str:
        """The path from the root; empty outside."""
        prefix = self.root.rstrip("/") + "/"
        return path[len(prefix) :] if path.startswith(prefix) else ""
