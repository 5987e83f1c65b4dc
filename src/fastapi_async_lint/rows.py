"""One file's text -> its rows as Python counts them, those on which a comment can stand, and where one does.

A comment cannot stand where a row ends inside a string or in a backslash: there it has to wait for the end of the last row that is joined so,
and is about all of them. flake8 and ruff read a `noqa` that way.

Limit: the tokenizer is that of the Python that runs us. A text that it cannot read has no such rows.
"""

import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_ROWS = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")


@dataclass(frozen=True, slots=True)
class CommentRows:
    """`joined` are the first and last rows of what takes several rows without a place for a comment before the last."""

    joined: tuple[tuple[int, int], ...] = ()
    comments: Mapping[int, int] = field(default_factory=dict)
    """Row -> column of the comment on it."""

    def around(self, row: int) -> tuple[int, int]:
        """The first and last of the rows that are joined with a row; twice the row itself where it stands alone."""
        return next((rows for rows in self.joined if rows[0] <= row <= rows[1]), (row, row))

    def of(self, row: int) -> int:
        """The row on which a comment about a row can stand."""
        return self.around(row)[1]


@lru_cache(maxsize=4)
def comment_rows(text: str) -> CommentRows | None:
    """The rows of a text; None if it cannot be read."""
    joined: list[tuple[int, int]] = []
    comments: dict[int, int] = {}
    first = depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            kind = tokenize.tok_name[token.type]
            first = first or token.start[0]
            depth += kind.endswith("STRING_START") - kind.endswith("STRING_END")
            if kind in {"NEWLINE", "NL"} and not depth:
                if first < token.start[0]:
                    joined.append((first, token.start[0]))
                first = 0
            elif kind == "COMMENT":
                comments[token.start[0]] = token.start[1]
            elif kind == "DEDENT":
                first = 0  # it stands at what follows, behind comments and blank rows
    except (tokenize.TokenError, SyntaxError):
        return None
    return CommentRows(tuple(joined), comments)


def lines_with_ends(text: str) -> list[str]:
    """The rows as Python counts them, each with what ends it."""
    return _ROWS.split(text)


def logical_line_end(lines: Sequence[str], first: int) -> int:
    """The row where the logical line that starts at `first` ends; `first` itself where that cannot be told."""
    remaining = iter(lines[first - 1 :])
    try:
        for token in tokenize.generate_tokens(lambda: next(remaining, "")):
            if token.type == tokenize.NEWLINE:
                return first - 1 + token.start[0]
    except (tokenize.TokenError, SyntaxError):
        pass
    return first
