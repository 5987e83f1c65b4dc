"""A span of a text -> the lines around it with numbers, and the span marked below them.

    12 |     rates = load_rates("EUR")
       |             ^^^^^^^^^^^^^^^^^

Columns are those of a terminal: tabs are widened, wide characters take two, combining ones none. Control characters are replaced, so that
a source file cannot steer the terminal. Lines that are too long are cut around the mark, and spans of many lines in their middle.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fastapi_async_lint.facts import Span
from fastapi_async_lint.reports.parts.style import Paint, Role

CONTEXT = 2
"""At most so many lines are usually shown before the span, and after it."""
LONGEST = 8
"""A span of more lines is shown without its middle."""
_ENDS = 3
"""So many lines are then left at its beginning and at its end."""
_TAB = 4
_LEAD = 30
_CUT = "…"


class Frame(NamedTuple):
    """How an excerpt is set: the columns of its lines, the lines around the span, and the least width of the row numbers."""

    width: int
    paint: Paint
    context: int = CONTEXT
    gutter: int = 0


class _Row(NamedTuple):
    number: int | None
    content: str
    marks: bool = False


def excerpt(lines: Sequence[str], span: Span, role: Role, frame: Frame) -> Iterator[str]:
    """The lines of the excerpt, without line breaks; none if the span is not in the text."""
    if not 1 <= span.row <= span.end_row <= len(lines):
        return
    first, last = around(lines, span, frame.context)
    gutter = max(frame.gutter, len(str(last)))
    room = max(frame.width - gutter - len(" | "), 2 * _LEAD)
    rows = _one_line if span.row == span.end_row else _several_lines
    for row in (_Row(None, ""), *rows(lines, span, first, last, room), _Row(None, "")):
        head = frame.paint("gutter", f"{'' if row.number is None else row.number:>{gutter}} |")
        content = row.content.rstrip()
        yield f"{head} {frame.paint(role, content) if row.marks else content}" if content else head


def around(lines: Sequence[str], span: Span, context: int = CONTEXT) -> tuple[int, int]:
    """The first and the last row to show; blank lines at the edges are left out."""
    first, last = max(1, span.row - context), min(len(lines), span.end_row + context)
    while first < span.row and not lines[first - 1].strip():
        first += 1
    while last > span.end_row and not lines[last - 1].strip():
        last -= 1
    return first, last


def _one_line(lines: Sequence[str], span: Span, first: int, last: int, room: int) -> Iterator[_Row]:
    cells = _cells(lines[span.row - 1])
    start, end = cells[min(span.column, len(cells) - 1)], cells[min(span.end_column, len(cells) - 1)]
    shift = max(0, min(start - _LEAD, cells[-1] - room))
    for row in range(first, last + 1):
        yield _Row(row, _window(lines[row - 1], shift, room))
        if row == span.row:
            yield _Row(None, " " * (start - shift) + "^" * max(1, min(end, shift + room) - start), marks=True)


def _several_lines(lines: Sequence[str], span: Span, first: int, last: int, room: int) -> Iterator[_Row]:
    room -= len("| ")
    long = span.end_row - span.row >= LONGEST
    for row in range(first, last + 1):
        if long and row == span.row + _ENDS:
            yield _Row(None, f"| {_CUT}")
        if long and span.row + _ENDS <= row <= span.end_row - _ENDS:
            continue
        yield _Row(row, ("| " if span.row < row <= span.end_row else "  ") + _window(lines[row - 1], 0, room))
        cells = _cells(lines[row - 1])
        if row == span.row:
            yield _Row(None, " " + "_" * (1 + min(cells[min(span.column, len(cells) - 1)], room - 1)) + "^", marks=True)
        elif row == span.end_row:
            yield _Row(None, "|" + "_" * min(max(cells[min(span.end_column, len(cells) - 1)], 1), room) + "^", marks=True)


def _width(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in {"Mn", "Me", "Cf"} else 1


def _cells(line: str) -> list[int]:
    """The terminal column at which each character begins, and the one behind the last."""
    cells = [0]
    for character in line:
        cells.append(cells[-1] + (_TAB - cells[-1] % _TAB if character == "\t" else _width(character)))
    return cells


def _window(line: str, shift: int, room: int) -> str:
    """The part of the line that stands in `room` columns behind the first `shift`; what is cut is marked."""
    cells = _cells(line)
    cut_left, cut_right = shift > 0 and bool(line), cells[-1] > shift + room
    start, stop = shift + cut_left, shift + room - cut_right
    shown: list[str] = []
    column = start
    for character, left, right in zip(line, cells, cells[1:], strict=False):
        if left < start or right > stop:
            continue
        shown.append(" " * (left - column) + _visible(character, right - left))
        column = right
    return _CUT * cut_left + "".join(shown) + _CUT * cut_right


def _visible(character: str, width: int) -> str:
    if character == "\t":
        return " " * width
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in {"Cc", "Cs"} else character
