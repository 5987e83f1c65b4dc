"""A call -> the same call made by an offloader: `run(f, a, k=c)`, awaited.

The offloader and how it takes its arguments come with the Change. `offloader`: a PATH (imports.py). `style`: `call` if it takes the function
and then all of its arguments; `positional` if it takes no keywords; `factory` if it gives a function that is to be called. `clashes`:
keywords, with commas between them, that a `call` offloader takes for itself. Where arguments cannot be handed on, all are bound by
functools.partial; a `**mapping` may hold any keyword.

Arguments keep their layout, comments and trailing comma: the function becomes the first of them.
"""

import libcst as cst

from fastapi_async_lint.findings import Edit
from fastapi_async_lint.fixes.parts.awaiting import require_await_allowed
from fastapi_async_lint.fixes.parts.imports import Naming, Wanted, named, wanted_of
from fastapi_async_lint.fixes.parts.names import bindings, names_hidden
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.pieces import Piece, Replacement, Spot, bare
from fastapi_async_lint.fixes.parts.tree import Tree

PARTIAL = (Wanted("functools", "partial", False),)

STYLES = ("call", "positional", "factory")


def offloaded(spot: Spot, function: cst.BaseExpression, call: cst.Call) -> tuple[Piece, ...]:
    """The pieces that put `await OFFLOADER(function, arguments of the call)` in place of the spot's node."""
    old = spot.node
    assert isinstance(old, cst.BaseExpression), "what is offloaded is an expression"
    require_await_allowed(spot.tree, old)
    offloader = named(spot.tree, old, wanted_of(spot.argument("offloader")))
    style = style_of(spot)
    edits: tuple[Edit, ...] = offloader.edits
    if must_bind(spot, style, call):
        partial = bound(spot, function, call)
        edits += partial.edits
        made = cst.Call(offloader.expression, [cst.Arg(partial.expression)])
        made = cst.Call(made) if style == "factory" else made
    elif style == "factory":
        made = call.with_changes(func=cst.Call(offloader.expression, [cst.Arg(function)]), lpar=(), rpar=())
    else:
        made = function_first(call, offloader.expression, function)
    return (Replacement(old, cst.Await(made)), *edits)


def style_of(spot: Spot, *further: str) -> str:
    """How the offloader takes the arguments."""
    style = spot.argument("style")
    if style not in (*STYLES, *further):
        raise Refusal(f"the fix asks for the unknown style {style}")
    return style


def must_bind(spot: Spot, style: str, call: cst.Call) -> bool:
    """Whether the offloader cannot hand all arguments on."""
    clashes = {word.strip() for word in spot.arguments.get("clashes", "").split(",")}
    keywords = {arg.keyword.value for arg in call.args if arg.keyword is not None}
    has_mapping = any(arg.star == "**" for arg in call.args)
    if style == "positional":
        return bool(keywords) or has_mapping
    return bool(keywords & clashes) or (has_mapping and clashes != {""})


def bound(spot: Spot, function: cst.BaseExpression, call: cst.Call) -> Naming:
    """`functools.partial(function, arguments of the call)`."""
    partial = named(spot.tree, spot.node, PARTIAL)
    return Naming(function_first(call, partial.expression, function), partial.edits)


def function_first(call: cst.Call, callee: cst.BaseExpression, function: cst.BaseExpression) -> cst.Call:
    """`callee(function, arguments of the call)`, laid out as the call."""
    if not call.args:
        before, behind = call.whitespace_before_args, cst.SimpleWhitespace("")
        kept = before if isinstance(before, cst.ParenthesizedWhitespace) else behind
        return call.with_changes(
            func=callee, args=[cst.Arg(function, whitespace_after_arg=kept)], whitespace_before_args=behind, lpar=(), rpar=()
        )
    comma = cst.Comma(whitespace_after=_gap(call.whitespace_before_args))
    args = [cst.Arg(function, comma=comma), *(arg.with_changes(value=_parenthesised(arg.value)) for arg in call.args)]
    return call.with_changes(func=callee, args=args, lpar=(), rpar=())


def _gap(before_first: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """What stands between the first argument and the next if this stands before the first: a line break again, without its comments."""
    if not isinstance(before_first, cst.ParenthesizedWhitespace):
        return cst.SimpleWhitespace(" ")
    ending = cst.TrailingWhitespace(newline=before_first.first_line.newline)
    return before_first.with_changes(first_line=ending, empty_lines=())


def _parenthesised(value: cst.BaseExpression) -> cst.BaseExpression:
    """A generator expression that was a call's only argument gets parentheses of its own."""
    if isinstance(value, cst.GeneratorExp) and not value.lpar:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value


def require_builtin(tree: Tree, node: cst.CSTNode, name: str) -> None:
    """Refusal if the name of a builtin means something else where the node stands."""
    if name in names_hidden(tree, node) or any(binding.name == name for binding in bindings(tree, tree.module)):
        raise Refusal(f"{name} is something else here")


def without_parentheses(call: cst.Call) -> cst.Call:
    """The call without its own parentheses."""
    found = bare(call)
    assert isinstance(found, cst.Call), "without parentheses it is still a call"
    return found
