"""A wrong value or word in settings -> how the error shows it, and the nearest valid word."""

import difflib
from collections.abc import Iterable


def shown(value: object) -> str:
    """A raw value as TOML spells it, near enough for people."""
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`; did you mean X?` with the nearest of the words; empty if none is near."""
    near = difflib.get_close_matches(word.lower(), list(words), n=1)
    return f"; did you mean {near[0]}?" if near else ""
