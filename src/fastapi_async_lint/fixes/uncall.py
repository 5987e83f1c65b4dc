"""A call that is handed over already made -> the function and its arguments: `to_thread(f(x, k=1))` -> `to_thread(f, x, k=1)`.

The Change's span is the outer call. `argument` says which of its arguments is the inner call: a number from 0, or a keyword. `style` and
`clashes` say how the outer call takes a function's arguments: see parts/handing.py; or `bare`: not at all (`Depends(f())` -> `Depends(f)`),
which needs an inner call without any. Limits: further arguments behind it are refused, but for keywords behind a bare one.
"""

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.fixes.parts.handing import bound, function_first, must_bind, style_of
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.pieces import Piece, Replacement, Spot

KINDS = (cst.Call,)


def change(spot: Spot) -> tuple[Piece, ...]:
    """The pieces for one outer call."""
    outer = spot.node
    assert isinstance(outer, cst.Call), "KINDS says so"
    place = _place(outer.args, spot.argument("argument"))
    arg = outer.args[place]
    inner = arg.value
    if not isinstance(inner, cst.Call) or arg.star:
        raise Refusal("the argument is no call")
    style = style_of(spot, "bare")
    _require_last(outer.args[place + 1 :], style)
    if style == "bare" or not inner.args:
        if inner.args:
            raise Refusal("the inner call has arguments, which nobody would pass")
        return (Replacement(outer, _with_value(outer, place, inner.func)),)
    if style == "factory":
        given = _with_value(outer, place, inner.func)
        return (Replacement(outer, inner.with_changes(func=given.with_changes(lpar=(), rpar=()), lpar=(), rpar=())),)
    if arg.keyword is not None or must_bind(spot, style, inner):
        partial = bound(spot, inner.func, inner)
        return (Replacement(outer, _with_value(outer, place, partial.expression)), *partial.edits)
    return (Replacement(outer, _spread(outer, place, inner)),)


def _place(args: Sequence[cst.Arg], which: str) -> int:
    if which.isdecimal():
        if int(which) >= len(args) or any(arg.star or arg.keyword is not None for arg in args[: int(which) + 1]):
            raise Refusal("the call has no such argument")
        return int(which)
    for place, arg in enumerate(args):
        if arg.keyword is not None and arg.keyword.value == which:
            return place
    raise Refusal("the call has no such argument")


def _require_last(behind: Sequence[cst.Arg], style: str) -> None:
    if any(style != "bare" or arg.keyword is None for arg in behind):
        raise Refusal("further arguments stand behind it")


def _with_value(outer: cst.Call, place: int, value: cst.BaseExpression) -> cst.Call:
    args = list(outer.args)
    args[place] = args[place].with_changes(value=value)
    return outer.with_changes(args=args)


def _spread(outer: cst.Call, place: int, inner: cst.Call) -> cst.Call:
    """The outer call with the function and its arguments in place of the inner call, laid out as the inner call if that filled the outer."""
    arg = outer.args[place]
    is_hugged = isinstance(outer.whitespace_before_args, cst.SimpleWhitespace) and not isinstance(arg.comma, cst.Comma)
    if place == 0 and is_hugged:
        return function_first(inner, outer.func, inner.func).with_changes(lpar=outer.lpar, rpar=outer.rpar)
    spread = list(function_first(inner, outer.func, inner.func).args)
    spread[-1] = spread[-1].with_changes(comma=arg.comma, whitespace_after_arg=arg.whitespace_after_arg)
    return outer.with_changes(args=[*outer.args[:place], *spread])
