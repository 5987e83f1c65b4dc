"""A node -> the nodes in it that mean something: no white space, commas or parentheses."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from typing import TypeAlias

import libcst as cst

Scope: TypeAlias = cst.Module | cst.FunctionDef | cst.Lambda | cst.ClassDef | cst.BaseComp

_LAYOUT = frozenset(
    [
        "lpar",
        "rpar",
        "lbracket",
        "rbracket",
        "lbrace",
        "rbrace",
        "comma",
        "semicolon",
        "dot",
        "colon",
        "header",
        "footer",
        "leading_lines",
        "lines_after_decorators",
        "lines_after_at",
        "newline",
        "comment",
        "trailing_whitespace",
        "indent",
        "separator",
        "first_line",
        "empty_lines",
        "last_line",
    ]
)


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """The names of the fields of a class of nodes that may hold nodes with a meaning."""
    return tuple(field.name for field in fields(kind) if field.name not in _LAYOUT and not field.name.startswith("whitespace"))


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes directly in this one, in the order of the text but for keyword-only and default parameters."""
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, list | tuple):
            yield from (item for item in value if isinstance(item, cst.CSTNode))


def descend(node: cst.CSTNode, into: Callable[[cst.CSTNode], bool] = lambda _: True) -> Iterator[cst.CSTNode]:
    """The node and all nodes below it, a node before those in it; below a node only if `into` says so."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if into(found):
            waiting.extend(reversed(list(children(found))))
