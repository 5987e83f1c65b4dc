"""The pattern of a `case` -> the names that it captures.

What captures the whole subject is bound to the subject's expression, an item of a sequence to an Unpacked of it. What is taken
out of a mapping or an object is Opaque.
"""

from typing import Any

import libcst as cst

from fastapi_async_lint.facts import NOTHING, ExprId, Unpacked
from fastapi_async_lint.syntax.draft import OPAQUE, Draft
from fastapi_async_lint.syntax.expressions import visit


def bind_pattern(draft: Draft, pattern: cst.MatchPattern, subject: ExprId) -> None:
    """Append what the pattern evaluates and bind what it captures, given the value that it is held against."""
    if isinstance(pattern, cst.MatchValue):
        visit(draft, pattern.value)
    elif isinstance(pattern, cst.MatchAs):
        if pattern.pattern is not None:
            bind_pattern(draft, pattern.pattern, subject)
        _capture(draft, pattern.name, subject)
    elif isinstance(pattern, cst.MatchOr):
        for choice in pattern.patterns:
            bind_pattern(draft, choice.pattern, subject)
    elif isinstance(pattern, cst.MatchList | cst.MatchTuple):
        _bind_sequence(draft, pattern.patterns, subject)
    elif isinstance(pattern, cst.MatchMapping):
        for element in pattern.elements:
            visit(draft, element.key)
            bind_pattern(draft, element.pattern, draft.add(OPAQUE))
        _capture(draft, pattern.rest, draft.add(OPAQUE))
    elif isinstance(pattern, cst.MatchClass):
        visit(draft, pattern.cls)
        for positional in pattern.patterns:
            bind_pattern(draft, positional.value, draft.add(OPAQUE))
        for named in pattern.kwds:
            bind_pattern(draft, named.pattern, draft.add(OPAQUE))


def _bind_sequence(draft: Draft, elements: Any, subject: ExprId) -> None:
    is_fixed = True
    for place, element in enumerate(elements):
        is_fixed = is_fixed and not isinstance(element, cst.MatchStar)
        item = draft.add(Unpacked(subject, place if is_fixed else NOTHING))
        if isinstance(element, cst.MatchStar):
            _capture(draft, element.name, item)
        else:
            bind_pattern(draft, element.value, item)


def _capture(draft: Draft, name: cst.Name | None, value: ExprId) -> None:
    if name is not None and name.value != "_":
        draft.bind(name.value, value)


def fits_everything(pattern: cst.MatchPattern) -> bool:
    """Whether the pattern matches whatever it is held against: a bare name, `_`, or one of these behind `|` or before `as`."""
    if isinstance(pattern, cst.MatchAs):
        return pattern.pattern is None or fits_everything(pattern.pattern)
    return isinstance(pattern, cst.MatchOr) and fits_everything(pattern.patterns[-1].pattern)
