r"""The text of a string literal -> its value.

Done by hand because the interpreter's own evaluation warns on the terminal about `"\d"`, and differently in each version.
"""

import re
import unicodedata

_LITERAL = re.compile(r"(?P<prefix>[A-Za-z]*)(?P<quote>'''|\"\"\"|'|\")", re.ASCII)
_NEWLINE = re.compile(r"\r\n?")
_ESCAPE = re.compile(r"\\(\n|[\\'\"abfnrtv]|[0-7]{1,3}|x[0-9A-Fa-f]{2}|N\{[^}]*\}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})")
_SHORT = {"\n": "", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def is_bytes(source: str) -> bool:
    """Whether the literal makes bytes."""
    return source[0] in "bB" or (source[0] in "rR" and source[1] in "bB")


def value_of(source: str) -> str | None:
    """The string that the literal `source` (quotes and prefix included, no f-string) makes; None if it cannot be told."""
    opening = _LITERAL.match(source)
    if opening is None:
        return None
    inner = source[opening.end() : -len(opening["quote"])]
    if "\r" in inner:
        inner = _NEWLINE.sub("\n", inner)
    if "\\" not in inner or "r" in opening["prefix"].lower():
        return inner
    try:
        return _ESCAPE.sub(_unescape, inner)
    except (KeyError, OverflowError, ValueError):
        return None


def _unescape(escape: re.Match[str]) -> str:
    code: str = escape[1]
    short = _SHORT.get(code)
    if short is not None:
        return short
    if code[0] == "N":
        return unicodedata.lookup(code[2:-1])
    if code[0] in "xuU":
        return chr(int(code[1:], 16))
    return chr(int(code, 8))
