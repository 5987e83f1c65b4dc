"""An annotation -> its expression, with what is written in quotes read as if it were not.

`"Session"`, `Optional["Session"]`, `list["a.B"] | None` and the first argument of `Annotated["Session", ...]` name types; the other
arguments of `Annotated` and everything in `Literal[...]` are values and stay as they are. What is read out of a string has no
spans. A string that is no type expression stays a string.
"""

import keyword
import re
from typing import Any

import libcst as cst

from fastapi_async_lint.facts import NOTHING, Display, ExprId, Subscript
from fastapi_async_lint.syntax import nesting, parse
from fastapi_async_lint.syntax.draft import Draft
from fastapi_async_lint.syntax.expressions import OPERATORS, index, operation, starred, text_of, visit

LONGEST_ANNOTATION = 2000
"""Characters of the longest string that is read as a type."""

_NO_TYPE = re.compile(r"\b(?:lambda|for|yield|await)\b|:=|#")
"""What would open scopes, bind names or mark the function around it; no type is written with these."""


def visit_optional(draft: Draft, node: cst.Annotation | None) -> ExprId:
    """The annotation's expression, or NOTHING where there is none."""
    return NOTHING if node is None else visit_annotation(draft, node.annotation)


def visit_annotation(draft: Draft, node: cst.BaseExpression) -> ExprId:
    """Append the annotation `node`; its number."""
    if isinstance(node, cst.Name | cst.Attribute):
        return visit(draft, node)
    if isinstance(node, cst.Subscript):
        return _subscript(draft, node)
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        return _string(draft, node)
    if isinstance(node, cst.BinaryOperation):
        return _union(draft, node)
    if isinstance(node, cst.List | cst.Tuple):
        items = [
            starred(draft, element) if isinstance(element, cst.StarredElement) else visit_annotation(draft, element.value)
            for element in node.elements
        ]
        return draft.add(Display("list" if isinstance(node, cst.List) else "tuple", tuple(items)))
    return visit(draft, node)


def _subscript(draft: Draft, node: cst.Subscript) -> ExprId:
    value = visit(draft, node.value)
    written = _last_name(node.value)
    inner = index(draft, node) if written == "Literal" else _type_index(draft, node, first_only=written == "Annotated")
    return draft.locate(Subscript(value, inner), node)


def _type_index(draft: Draft, node: cst.Subscript, *, first_only: bool) -> ExprId:
    elements: Any = node.slice
    if any(not isinstance(element.slice, cst.Index) or element.slice.star for element in elements):
        return index(draft, node)
    numbers = [
        visit(draft, element.slice.value) if first_only and place else visit_annotation(draft, element.slice.value)
        for place, element in enumerate(elements)
    ]
    if len(numbers) == 1 and not isinstance(elements[0].comma, cst.Comma):
        return numbers[0]
    return draft.add(Display("tuple", tuple(numbers)))


def _last_name(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""


def _union(draft: Draft, node: cst.BinaryOperation) -> ExprId:
    spine: list[cst.BinaryOperation] = []
    link: cst.BaseExpression = node
    while isinstance(link, cst.BinaryOperation):
        spine.append(link)
        link = link.left
    left = visit_annotation(draft, link)
    for link in reversed(spine):
        right = visit_annotation(draft, link.right)
        left = operation(draft, OPERATORS[link.operator.__class__], left, right, link)
    return left


def _string(draft: Draft, node: cst.SimpleString | cst.ConcatenatedString) -> ExprId:
    text = text_of(node)
    inner = None if text is None else _parse(text.strip())
    if inner is None:
        return visit(draft, node)
    located, draft.located = draft.located, []
    number = visit_annotation(draft, inner)
    draft.located = located
    return number


def _parse(text: str) -> cst.BaseExpression | None:
    if text.isidentifier() and not keyword.iskeyword(text):
        return cst.Name(text)
    if not text or len(text) > LONGEST_ANNOTATION or _NO_TYPE.search(text) or nesting.measure(text) is not True:
        return None
    return parse.parse_expression(text)
