"""Words and numbers -> how messages say them, so that all of them say it alike."""

import difflib
from collections.abc import Iterable


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """The one of the words that a misspelt one is most like, whatever its case; empty if none is as near as `cutoff`, where 1 is equal."""
    known = {str(known).lower(): str(known) for known in words}
    near = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=cutoff)
    return known[near[0]] if near else ""


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`; did you mean X?` with the nearest of the words; empty if none is near."""
    near = nearest(word, words)
    return f"; did you mean {near}?" if near else ""


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown(value: object) -> str:
    """A raw value as TOML spells it, near enough for people."""
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
