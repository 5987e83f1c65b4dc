"""Text -> LibCST's tree, or why there is none."""

import ast
import re
import warnings

import libcst as cst

from fastapi_async_lint.facts import Problem

_PLACE = re.compile(r"^(?:parser|tokenizer) error: (?:error at (\d+):(\d+): )?")


def parse_module(text: str) -> cst.Module | Problem:
    """The tree of a module, or the problem that keeps it from being one. The text must have passed nesting.py."""
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        return _by_interpreter(text) or _by_libcst(error)


def parse_expression(text: str) -> cst.BaseExpression | None:
    """The tree of an expression, or None if it is none. The text must have passed nesting.py."""
    try:
        return cst.parse_expression(text)
    except cst.ParserSyntaxError:
        return None


def _by_interpreter(text: str) -> Problem | None:
    """What the running Python says about text that LibCST refuses: it words it better and knows the place better."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return Problem(f"syntax error: {error.msg}", max(error.lineno or 1, 1), max((error.offset or 1) - 1, 0))
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def _by_libcst(error: cst.ParserSyntaxError) -> Problem:
    place = _PLACE.match(error.message)
    message = _PLACE.sub("", error.message)
    if place is None or place[1] is None:
        return Problem(f"cannot be parsed: {message}", max(error.raw_line, 1), max(error.raw_column, 0))
    return Problem(f"cannot be parsed: {message}", max(int(place[1]), 1), int(place[2]))
