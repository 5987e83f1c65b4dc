"""Text -> where its calls of a function stand."""

import libcst as cst

from fastapi_async_lint.facts import Span
from fastapi_async_lint.fixes.parts.walking import descend
from fastapi_async_lint.syntax.positions import locate


def calls_of(text: str, name: str) -> list[Span]:
    """The spans of the calls of a function by its bare name, in the order of the text."""
    module = cst.parse_module(text)
    calls = [node for node in descend(module) if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == name]
    places = locate(module, calls, with_comments=False).places
    return [Span(*places[id(call)]) for call in calls]
