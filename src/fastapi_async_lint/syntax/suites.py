"""A suite of statements -> a block, with what can never run split off as a dead block.

Behind `return`, `raise`, `continue` and `break` nothing of the same suite runs. Statements say so by returning True from their
handlers; compound ones do if all their ways through end so.
"""

from collections.abc import Sequence
from typing import Any

import libcst as cst

from fastapi_async_lint.facts import NOTHING, BlockKind, ExprId
from fastapi_async_lint.syntax.draft import STATEMENTS, Draft


def visit_suite(
    draft: Draft, suite: cst.BaseSuite, kind: BlockKind, test: ExprId = NOTHING, *, holds: bool = True, over: ExprId = NOTHING
) -> bool:
    """Note down a suite as a block of `kind`, which runs as `test` says, or for each item of `over`; whether control never reaches its end."""
    draft.open_block(kind, test, holds=holds, over=over)
    ends = visit_statements(draft, suite.body)
    draft.close_block()
    return ends


def visit_statements(draft: Draft, statements: Sequence[cst.CSTNode]) -> bool:
    """Note down statements; whether control never reaches the end. Those behind one that ends are a dead block, those behind an `if`
    without `else` that ends are a block which runs if its test is not true.
    """
    ends = has_dead = False
    guards = 0
    for statement in _flat(statements):
        if ends and not has_dead:
            has_dead = True
            draft.open_block(BlockKind.DEAD)
        handler = STATEMENTS.get(statement.__class__)
        if handler is not None and handler(draft, statement):
            ends = True
        elif statement.__class__ is cst.If and draft.guard != NOTHING and not ends:
            draft.open_block(BlockKind.BRANCH, draft.guard, holds=False)
            guards += 1
    if has_dead:
        draft.close_block()
    for _ in range(guards):
        draft.close_block()
    return ends


def _flat(statements: Sequence[Any]) -> Sequence[Any]:
    flat: list[Any] = []
    for statement in statements:
        if statement.__class__ is cst.SimpleStatementLine:
            flat.extend(statement.body)
        else:
            flat.append(statement)
    return flat


def is_stub(suite: cst.BaseSuite) -> bool:
    """Whether the suite does nothing: docstring, `pass`, `...`, `raise NotImplementedError` and nothing else."""
    return all(_does_nothing(statement) for statement in _flat(suite.body))


def _does_nothing(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.Expr):
        return isinstance(statement.value, cst.SimpleString | cst.ConcatenatedString | cst.Ellipsis)
    if isinstance(statement, cst.Raise):
        raised = statement.exc.func if isinstance(statement.exc, cst.Call) else statement.exc
        return isinstance(raised, cst.Name) and raised.value == "NotImplementedError"
    return isinstance(statement, cst.Pass)


def last_statement(suite: cst.CSTNode) -> cst.CSTNode:
    """The simple statement that ends last in `suite`: where it ends, the suite ends."""
    node: Any = suite
    while True:
        if isinstance(node, cst.If | cst.For | cst.While):
            node = node.orelse or node.body
        elif isinstance(node, cst.Try | cst.TryStar):
            node = node.finalbody or node.orelse or (node.handlers[-1] if node.handlers else node.body)
        elif isinstance(node, cst.Match):
            node = node.cases[-1]
        elif isinstance(node, _HAVE_SUITE):
            node = node.body
        elif isinstance(node, _HAVE_STATEMENTS):
            if not node.body:
                break
            node = node.body[-1]
        else:
            break
    last: cst.CSTNode = node
    return last


_HAVE_STATEMENTS = (cst.IndentedBlock, cst.SimpleStatementSuite, cst.SimpleStatementLine)
_HAVE_SUITE = (
    cst.Else,
    cst.Finally,
    cst.With,
    cst.FunctionDef,
    cst.ClassDef,
    cst.ExceptHandler,
    cst.ExceptStarHandler,
    cst.MatchCase,
)
