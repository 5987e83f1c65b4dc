"""Roles of text -> terminal colours, or nothing where there is no colour."""

from collections.abc import Callable
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["warning", "info", "heading", "path", "gutter", "help"]
Paint: TypeAlias = Callable[[Role, str], str]

_CODES: dict[Role, str] = {"warning": "1;31", "info": "1;33", "heading": "1", "path": "1", "gutter": "1;34", "help": "1;36"}


def painter(*, colour: bool) -> Paint:
    """A function that paints a text in its role's colour; without colour it returns the text as it is."""

    def paint(role: Role, text: str) -> str:
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if colour and text else text

    return paint
