"""Comprehensions and generator expressions -> scopes of their own.

The first iterable is evaluated outside, before the scope; everything else inside, in the order in which it runs: clause by
clause, then the element.
"""

from typing import Any

import libcst as cst

from fastapi_async_lint.facts import (
    NOTHING,
    BlockKind,
    Comprehension,
    Element,
    ExprId,
    FunctionFacts,
    FunctionKind,
    FunctionValue,
    ScopeKind,
)
from fastapi_async_lint.syntax.draft import NOWHERE, Draft, Frame, Handler, Nodes
from fastapi_async_lint.syntax.expressions import starred, visit
from fastapi_async_lint.syntax.targets import bind_target


def _comprehension(draft: Draft, node: Any) -> ExprId:
    kind, parts = _KINDS[node.__class__]
    first = visit(draft, node.for_in.iter)
    draft.open_scope(ScopeKind.COMPREHENSION)
    _clauses(draft, node.for_in, first)
    items = tuple([_element(draft, getattr(node, part)) for part in parts])
    draft.close_scope()
    return draft.add(Comprehension(kind, items))


def _element(draft: Draft, node: cst.CSTNode) -> ExprId:
    return starred(draft, node) if isinstance(node, cst.StarredElement) else visit(draft, node)


def _clauses(draft: Draft, clause: cst.CompFor, iterable: ExprId) -> None:
    following: cst.CompFor | None = clause
    while following is not None:
        clause = following
        if clause.asynchronous is not None:
            draft.frame.has_await = True
        element = draft.locate(Element(iterable, clause.asynchronous is not None), clause.iter)
        bind_target(draft, clause.target, element)
        for condition in clause.ifs:
            visit(draft, condition.test)
        following = clause.inner_for_in
        if following is not None:
            iterable = visit(draft, following.iter)


def _generator_expression(draft: Draft, node: cst.GeneratorExp) -> ExprId:
    first = visit(draft, node.for_in.iter)
    function = len(draft.functions)
    draft.functions.append(None)
    draft.function_nodes.append(Nodes(node, node, node))
    outer, draft.frame = draft.frame, Frame(draft.qualify("<genexp>"))
    scope = draft.open_scope(ScopeKind.FUNCTION, function)
    draft.generator_scopes.add(scope)
    draft.open_block(BlockKind.BODY)
    _clauses(draft, node.for_in, first)
    element = _element(draft, node.elt)
    draft.close_block()
    draft.close_scope()
    frame, draft.frame = draft.frame, outer
    draft.functions[function] = FunctionFacts(
        name="<genexp>",
        qualname=frame.qualname,
        kind=FunctionKind.GENERATOR_EXPRESSION,
        scope=scope,
        is_async=frame.has_await,
        is_generator=True,
        is_stub=False,
        parameters=(),
        decorators=(),
        annotation=NOTHING,
        returns=(),
        yields=(element,),
        span=NOWHERE,
        name_span=NOWHERE,
    )
    return draft.add(FunctionValue(function))


_KINDS: dict[type[cst.CSTNode], tuple[str, tuple[str, ...]]] = {
    cst.ListComp: ("list", ("elt",)),
    cst.SetComp: ("set", ("elt",)),
    cst.DictComp: ("dict", ("key", "value")),
}
"""What each kind of comprehension makes, and the fields of its element."""

COMPREHENSIONS: dict[type[cst.CSTNode], Handler] = {
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.DictComp: _comprehension,
    cst.GeneratorExp: _generator_expression,
}

if hasattr(cst, "StarredDictComp"):
    _KINDS[cst.StarredDictComp] = ("dict", ("value",))
    COMPREHENSIONS[cst.StarredDictComp] = _comprehension
