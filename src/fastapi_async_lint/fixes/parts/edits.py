r"""A text and edits -> the new text, and whether edits go together.

Rows end at \n, \r\n or \r. Spans are true to the text: where LibCST's numbers are not (positions.py: white space before the very first
token of a file is lost on it), `Rows` puts them right.
"""

import sys
from bisect import bisect_right
from collections.abc import Iterable

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Edit
from fastapi_async_lint.syntax.positions import NEWLINE


class Rows:
    """Where the rows of a text begin."""

    __slots__ = ("starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = (0, *(newline.end() for newline in NEWLINE.finditer(text)))

    def offset(self, row: int, column: int) -> int:
        """How many characters stand before a place; the end of the text for a row behind its last."""
        return self.starts[row - 1] + column if row <= len(self.starts) else len(self.text)

    def span(self, start: int, end: int) -> Span:
        """The span from one offset to another."""
        row = bisect_right(self.starts, start)
        end_row = bisect_right(self.starts, end)
        return Span(row, start - self.starts[row - 1], end_row, end - self.starts[end_row - 1])


def sort_key(edit: Edit) -> tuple[str, int, int, int, int, bool, bool, str]:
    """Edits in the order of files and places; of two at one place the insertion comes first.

    Of two insertions blank lines come last, imports of the standard library before others, and else the lesser text first.
    """
    span = edit.span
    words = edit.content.replace(".", " ").split(maxsplit=2)
    is_standard = len(words) > 1 and words[0] in ("import", "from") and words[1] in sys.stdlib_module_names
    is_blank = not words
    return (edit.path.as_posix(), span.row, span.column, span.end_row, span.end_column, is_blank, not is_standard, edit.content)


def collide(one: Edit, other: Edit) -> bool:
    """Whether two different edits of two plans overlap or touch. Insertions at one place do not: they stand there one after the other."""
    if one.path != other.path or one == other or (_is_insertion(one) and one.span == other.span):
        return False
    return _start(one) <= _end(other) and _start(other) <= _end(one)


def overlap(edits: Iterable[Edit]) -> bool:
    """Whether any of the edits of one plan, each of them given once, overlap; they may touch."""
    ordered = sorted(edits, key=sort_key)
    return any(
        one.path == other.path and _start(other) < _end(one)
        for place, one in enumerate(ordered)
        for other in ordered[place + 1 : place + 2]
    )


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits done; they must all be of one file and must not overlap. Equal edits are done once."""
    rows = Rows(text)
    pieces: list[str] = []
    done = 0
    for edit in sorted(set(edits), key=sort_key):
        start = rows.offset(edit.span.row, edit.span.column)
        pieces += (text[done:start], edit.content)
        done = rows.offset(edit.span.end_row, edit.span.end_column)
    return "".join([*pieces, text[done:]])


def _is_insertion(edit: Edit) -> bool:
    return _start(edit) == _end(edit)


def _start(edit: Edit) -> tuple[int, int]:
    return (edit.span.row, edit.span.column)


def _end(edit: Edit) -> tuple[int, int]:
    return (edit.span.end_row, edit.span.end_column)
