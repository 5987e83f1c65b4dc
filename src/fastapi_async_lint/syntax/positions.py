r"""A parsed module and some of its nodes -> where these nodes and the comments stand.

LibCST's nodes do not know where they stand; only generating the code tells. Its own PositionProvider notes every node and
costs twice the parsing. Here the module is generated once, by a state that notes the number of tokens before and behind the
wanted nodes alone, for a fraction of that. This leans on names that LibCST does not promise (`CodegenState`, `_codegen` and what
they call), so `locate` falls back to the public provider where one of them is not what it was.

Rows count from 1 and end at \n, \r\n or \r; columns count characters from 0. Parentheses around an expression are not part of it.
LibCST forgets white space before the very first token of a file: columns of that row count from behind it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Any, NamedTuple, TypeAlias

import libcst as cst

from fastapi_async_lint.facts import Comment

Place: TypeAlias = tuple[int, int, int, int]
"""Row, column, end row and end column."""

NEWLINE = re.compile(r"\r\n?|\n")
"""What ends a row."""

SUPPRESSION = re.compile(r"noqa|fastapi-async-lint", re.IGNORECASE)
"""What a comment holds that may suppress."""


class Positions(NamedTuple):
    """Where things stand: the place of each wanted node by its id(), and the comments that may suppress."""

    places: dict[int, Place]
    comments: tuple[Comment, ...]


def locate(module: cst.Module, wanted: Iterable[cst.CSTNode], *, with_comments: bool) -> Positions:
    """Where the `wanted` nodes of `module` stand, and if asked for the comments that may suppress.

    Of a statement with a suite only the start counts; it ends where the last statement in it ends.
    """
    keys = {id(node) for node in wanted}
    try:
        return _locate_by_tokens(module, keys, with_comments=with_comments)
    except (AttributeError, ImportError, KeyError, TypeError):
        return locate_by_provider(module, keys, with_comments=with_comments)


# ----------------------------------------------------------------------------------------------------- by our own state


class _Closing:
    """Notes where the innermost open wanted node ends."""

    __slots__ = ("ends", "open", "tokens")

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.open: list[int] = []
        self.ends: dict[int, int] = {}

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self.ends[self.open.pop()] = len(self.tokens)


class _Ignoring:
    """For nodes that nobody asked about."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


def _locate_by_tokens(module: cst.Module, keys: set[int], *, with_comments: bool) -> Positions:
    tokens, starts, ends = _generate(module, keys)
    offsets = list(accumulate(map(len, tokens), initial=0))
    rows = _row_starts("".join(tokens))
    places: dict[int, Place] = {}
    for key, first in starts.items():
        start = offsets[first]
        end = offsets[ends[key]]
        row = bisect_right(rows, start)
        end_row = bisect_right(rows, end, row - 1)
        places[key] = (row, start - rows[row - 1], end_row, end - rows[end_row - 1])
    for key in keys - places.keys():
        raise KeyError(key)
    return Positions(places, tuple(_comments(tokens, offsets, rows)) if with_comments else ())


def _generate(module: cst.Module, keys: set[int]) -> tuple[list[str], dict[int, int], dict[int, int]]:
    """The module's tokens, and for each wanted node how many of them stand before it and up to its end."""
    from libcst._nodes.internal import CodegenState

    starts: dict[int, int] = {}
    ignoring = _Ignoring()

    class Recorder(CodegenState):
        before_codegen = after_codegen = staticmethod(id)  # type: ignore[assignment]  # the cheapest call that does nothing

        def pop_trailing_newline(self) -> None:
            """Leave the newline that a file without one at its end was given: nodes may end behind it."""

        def record_syntactic_position(self, node: cst.CSTNode, **_: Any) -> Any:
            key = id(node)
            if key not in keys:
                return ignoring
            starts[key] = len(tokens)
            closing.open.append(key)
            return closing

    state = Recorder(default_indent=module.default_indent, default_newline=module.default_newline)
    tokens = state.tokens
    state.__dict__["add_token"] = tokens.append
    closing = _Closing(tokens)
    module._codegen(state)  # noqa: SLF001 - see above
    return tokens, starts, closing.ends


def _row_starts(text: str) -> list[int]:
    """The offset at which each row of `text` begins."""
    if "\r" in text:
        return [0, *(newline.end() for newline in NEWLINE.finditer(text))]
    return list(accumulate((len(line) + 1 for line in text.split("\n")[:-1]), initial=0))


def _comments(tokens: list[str], offsets: list[int], rows: list[int]) -> Iterable[Comment]:
    """A comment is a token that starts with `#` and stands before a newline; text in an f-string does not."""
    newlines = ("\n", "\r", "\r\n")
    for place, token in enumerate(tokens):
        if token[:1] == "#" and SUPPRESSION.search(token) and tokens[place + 1] in newlines:
            row = bisect_right(rows, offsets[place])
            column = offsets[place] - rows[row - 1]
            line = bisect_right(offsets, rows[row - 1]) - 1
            yield Comment(row, column, token, not "".join(tokens[line:place]).strip())


# ---------------------------------------------------------------------------------------------- by LibCST's own provider


def locate_by_provider(module: cst.Module, keys: set[int], *, with_comments: bool) -> Positions:
    """The same by public means: slower, and what the quick way is tested against."""
    from libcst.metadata import MetadataWrapper, PositionProvider

    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    ranges = wrapper.resolve(PositionProvider)
    places: dict[int, Place] = {}
    comments: list[Comment] = []
    lines = NEWLINE.split(module.code) if with_comments else []
    for node, found in ranges.items():
        if id(node) in keys:
            places[id(node)] = (found.start.line, found.start.column, found.end.line, found.end.column)
        if with_comments and isinstance(node, cst.Comment) and SUPPRESSION.search(node.value):
            row, column = found.start.line, found.start.column
            comments.append(Comment(row, column, node.value, not lines[row - 1][:column].strip()))
    return Positions(places, tuple(sorted(comments, key=lambda comment: (comment.row, comment.column))))
