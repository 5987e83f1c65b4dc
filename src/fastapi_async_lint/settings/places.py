"""Keys of a table in a TOML text -> the line that sets them, and how they are written.

`tomllib` does not keep places. What the first n lines of a text define grows with n, so the line of a key is found by reading beginnings of
the text, half as far each time; nothing has to be known of how the table is written.
"""

import re
import tomllib
from collections.abc import Sequence
from typing import TypeAlias

Keys: TypeAlias = Sequence[str | int]
"""The way into a table: names of keys, and numbers of a list's items from 0."""


def dotted(keys: Keys) -> str:
    """`catalogue.functions[0].blocks`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def line_of(text: str, keys: Keys) -> int | None:
    """The line, from 1, where the value at `keys` is set in a valid TOML text; None where it is not set."""
    lines = text.splitlines()
    absent, present = 0, len(lines)
    if not _holds(lines, present, keys):
        return None
    while present - absent > 1:
        middle = next((number for number in _outwards(absent, present) if _holds(lines, number, keys) is not None), None)
        if middle is None:
            break
        if _holds(lines, middle, keys):
            present = middle
        else:
            absent = middle
    return _within(lines, absent, present, keys)


def _outwards(absent: int, present: int) -> list[int]:
    """Line counts between two, those nearest to the middle first: a beginning that ends inside a value is no TOML."""
    middle = (absent + present) // 2
    return sorted(range(absent + 1, present), key=lambda number: abs(number - middle))


def _holds(lines: Sequence[str], count: int, keys: Keys) -> bool | None:
    """Whether the first lines define the keys; None if they are no TOML."""
    try:
        value: object = tomllib.loads("\n".join(lines[:count]))
    except tomllib.TOMLDecodeError:
        return None
    for key in keys:
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return False
    return True


def _within(lines: Sequence[str], absent: int, present: int, keys: Keys) -> int:
    """Of the lines that one value takes, the one that spells the last key and the value; if none does, the key; else the first."""
    value: object = tomllib.loads("\n".join(lines[:present]))
    for key in keys:
        value = value[key]  # type: ignore[index]  # `_holds` has walked here
    name = next((key for key in reversed(keys) if isinstance(key, str)), "")
    spelt = rf"""(?<![\w-])["']?{re.escape(name)}["']?\s*[=.\]]"""
    quoted = rf"""["']{re.escape(value)}["']""" if isinstance(value, str) else "(?!)"
    patterns = (quoted,) if keys and isinstance(keys[-1], int) else (rf"{spelt}\s*{quoted}",)
    for pattern in (*patterns, spelt):
        for number in range(absent, present):
            if re.search(pattern, lines[number]):
                return number + 1
    return absent + 1
