"""Patterns for paths -> does a path match?

A pattern without a slash is about a name at any depth (`conftest.py`, `*_pb2.py`). One with a slash is about the path relative to
the project's root (`app/generated`, `**/legacy/*.py`). `*` also crosses slashes, and a pattern that matches a folder matches what
is below it, so `tests`, `tests/*` and `tests/**` are no puzzle.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_WILD = frozenset("*?[")


class Globs:
    """Compiled patterns. Names without wildcards cost one set look-up."""

    __slots__ = ("_name_pattern", "_names", "_path_pattern")

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile `patterns`; empty ones are ignored."""
        cleaned = [pattern.removeprefix("./").strip("/") for pattern in patterns]
        by_name = [pattern for pattern in cleaned if pattern and "/" not in pattern]
        self._names = frozenset(pattern for pattern in by_name if not _WILD & set(pattern))
        self._name_pattern = _compile(pattern for pattern in by_name if pattern not in self._names)
        self._path_pattern = _compile(pattern for pattern in cleaned if "/" in pattern)

    def matches(self, relative: str, name: str) -> bool:
        """Whether a file or folder called `name`, at `relative` (with slashes, from the root), matches; its parents are not looked at."""
        if name in self._names:
            return True
        if self._name_pattern is not None and self._name_pattern.fullmatch(name):
            return True
        return self._path_pattern is not None and self._path_pattern.fullmatch(relative) is not None

    def covers(self, relative: str) -> bool:
        """Whether the path or one of the folders above it matches."""
        parts = relative.split("/")
        return any(self.matches("/".join(parts[: end + 1]), parts[end]) for end in range(len(parts)))


@lru_cache(maxsize=256)
def compiled(patterns: tuple[str, ...]) -> Globs:
    """Globs of `patterns`, compiled once."""
    return Globs(patterns)


def _compile(patterns: Iterable[str]) -> re.Pattern[str] | None:
    alternatives = [_translate(pattern) for pattern in patterns]
    return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives), re.DOTALL) if alternatives else None


def _translate(pattern: str) -> str:
    """A glob as a regular expression; an unclosed bracket is an ordinary character."""
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
            continue
        character = pattern[at]
        at += 1
        if character == "*":
            parts.append(".*")
        elif character == "?":
            parts.append("[^/]")
        elif character == "[" and (end := pattern.find("]", at + 1)) > 0:
            inner = pattern[at:end].replace("\\", "\\\\").replace("[", "\\[")
            parts.append("[" + ("^" + inner[1:] if inner.startswith("!") else inner) + "]")
            at = end + 1
        else:
            parts.append(re.escape(character))
    return "".join(parts)
