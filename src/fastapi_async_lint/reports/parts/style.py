"""Roles of text -> terminal colours and links, or the bare text where there are none; and no other sign that steers a terminal."""

import unicodedata
from collections.abc import Callable
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["warning", "info", "heading", "path", "gutter", "help"]
Paint: TypeAlias = Callable[[Role, str], str]
Link: TypeAlias = Callable[[str, str], str]

_CODES: dict[Role, str] = {"warning": "1;31", "info": "1;33", "heading": "1", "path": "1", "gutter": "1;34", "help": "1;36"}


def printable(text: str) -> str:
    r"""The text on one line, its control characters spelled out: `\n`, `\x1b`."""
    return "".join(c.encode("unicode_escape").decode("ascii") if unicodedata.category(c) == "Cc" else c for c in text)


def painter(*, colour: bool) -> Paint:
    """A function that paints a text in its role's colour; without colour it returns the text as it is."""

    def paint(role: Role, text: str) -> str:
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if colour and text else text

    return paint


def linker(*, links: bool) -> Link:
    """A function from an address and a text to a text that terminals open the address of; without links it returns the text as it is."""

    def link(address: str, text: str) -> str:
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if links else text

    return link
