"""Statements with suites (`if`, loops, `try`, `with`, `match`) -> blocks.

What decides whether a suite runs (a test, an iterable, a subject) stands before its block. The type of an `except` and the
pattern and guard of a `case`, which are looked at only if nothing before them fitted, stand in the block.
"""

import libcst as cst

from fastapi_async_lint.facts import NOTHING, BlockKind, Caught, Element, Entered, ExprId
from fastapi_async_lint.syntax.draft import Draft, Statement
from fastapi_async_lint.syntax.expressions import visit
from fastapi_async_lint.syntax.patterns import bind_pattern, fits_everything
from fastapi_async_lint.syntax.suites import visit_statements, visit_suite
from fastapi_async_lint.syntax.targets import bind_target

BRANCH = BlockKind.BRANCH
DEAD = BlockKind.DEAD
TYPING = BlockKind.TYPING


def _if(draft: Draft, node: cst.If) -> bool:
    """An `if` with all its `elif`s. What stands behind a test that is always true is one dead block."""
    ends = True
    rest = BRANCH
    is_nested = False
    test = NOTHING
    body_ends = False
    kind = rest
    link: cst.If | cst.Else | None = node
    while isinstance(link, cst.If):
        question = len(draft.expressions)
        test = visit(draft, link.test)
        draft.questions[test] = question
        kind, following = _kinds_of_sides(link.test)
        body_ends = visit_suite(draft, link.body, kind, test)
        link = link.orelse
        if rest is not BRANCH:
            continue
        if kind is not DEAD and kind is not TYPING:
            ends = ends and body_ends
        rest = following
        if rest is not BRANCH and isinstance(link, cst.If):
            draft.open_block(rest)
            is_nested = True
    if isinstance(link, cst.Else):
        else_ends = visit_suite(draft, link.body, BRANCH if is_nested else rest, test, holds=False)
        ends = ends and (else_ends or rest is not BRANCH)
    elif rest is BRANCH:
        ends = False
    if is_nested:
        draft.close_block()
    draft.guard = test if body_ends and node.orelse is None and kind is BRANCH and rest is BRANCH else NOTHING
    return ends


def _kinds_of_sides(test: cst.BaseExpression) -> tuple[BlockKind, BlockKind]:
    """The kinds of the two blocks that an `if` with this test has: its own, and what follows it as `elif` and `else`."""
    truth = _truth(test)
    if truth is not None:
        return (BRANCH, DEAD) if truth else (DEAD, BRANCH)
    if _is_type_checking(test):
        return TYPING, BRANCH
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not) and _is_type_checking(test.expression):
        return BRANCH, TYPING
    return (BlockKind.MAIN, BRANCH) if _is_main(test) else (BRANCH, BRANCH)


def _truth(test: cst.BaseExpression) -> bool | None:
    """Whether a constant test is true; None if it is no constant."""
    if isinstance(test, cst.Name):
        return {"True": True, "False": False, "None": False}.get(test.value)
    if isinstance(test, cst.Integer):
        return any(digit in test.value for digit in "123456789abcdefABCDEF") if test.value[:2] not in ("0b", "0B") else "1" in test.value
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        truth = _truth(test.expression)
        return None if truth is None else not truth
    return None


def _is_type_checking(test: cst.BaseExpression) -> bool:
    name = test.attr if isinstance(test, cst.Attribute) else test
    return isinstance(name, cst.Name) and name.value == "TYPE_CHECKING"


def _is_main(test: cst.BaseExpression) -> bool:
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return False
    sides = (test.left, test.comparisons[0].comparator)
    has_name = any(isinstance(side, cst.Name) and side.value == "__name__" for side in sides)
    has_main = any(isinstance(side, cst.SimpleString) and side.value.strip("'\"") == "__main__" for side in sides)
    return has_name and has_main and isinstance(test.comparisons[0].operator, cst.Equal)


def _while(draft: Draft, node: cst.While) -> bool:
    visit(draft, node.test)
    truth = _truth(node.test)
    has_break = _loop_body(draft, node.body, DEAD if truth is False else BlockKind.LOOP)
    else_ends = node.orelse is not None and visit_suite(draft, node.orelse.body, DEAD if truth else BRANCH)
    return not has_break and (truth is True or else_ends)


def _for(draft: Draft, node: cst.For) -> bool:
    iterable = visit(draft, node.iter)
    item = draft.locate(Element(iterable, node.asynchronous is not None), node.iter)
    bind_target(draft, node.target, item)
    if node.asynchronous is not None:
        draft.frame.has_await = True
    has_break = _loop_body(draft, node.body, BlockKind.LOOP, item)
    else_ends = node.orelse is not None and visit_suite(draft, node.orelse.body, BRANCH)
    return else_ends and not has_break


def _loop_body(draft: Draft, suite: cst.BaseSuite, kind: BlockKind, over: ExprId = NOTHING) -> bool:
    """Note down a loop's body; whether a `break` can leave it."""
    draft.frame.breaks.append(False)
    visit_suite(draft, suite, kind, over=over)
    return draft.frame.breaks.pop()


def _with(draft: Draft, node: cst.With) -> bool:
    is_async = node.asynchronous is not None
    managers = []
    for item in node.items:
        entered = draft.locate(Entered(visit(draft, item.item), is_async), item.item)
        managers.append(entered)
        if item.asname is not None:
            bind_target(draft, item.asname.name, entered)
    draft.open_block(BlockKind.WITH, entered=tuple(managers))
    visit_statements(draft, node.body.body)
    draft.close_block()
    return False  # the context manager may swallow what ends the suite


def _try(draft: Draft, node: cst.Try | cst.TryStar) -> bool:
    ends = visit_suite(draft, node.body, BlockKind.TRY)
    handlers = [_handler(draft, handler) for handler in node.handlers]
    if node.orelse is not None:
        ends = visit_suite(draft, node.orelse.body, BlockKind.TRY) or ends
    finally_ends = node.finalbody is not None and visit_suite(draft, node.finalbody.body, BlockKind.FINALLY)
    return finally_ends or (ends and all(handlers))


def _handler(draft: Draft, node: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
    draft.open_block(BlockKind.HANDLER)
    draft.frame.handlers += 1
    if node.type is not None:
        caught = visit(draft, node.type)
        if node.name is not None:
            bind_target(draft, node.name.name, draft.add(Caught(caught)))
    ends = visit_statements(draft, node.body.body)
    draft.frame.handlers -= 1
    draft.close_block()
    return ends


def _match(draft: Draft, node: cst.Match) -> bool:
    subject = visit(draft, node.subject)
    ends = True
    for case in node.cases:
        draft.open_block(BRANCH)
        bind_pattern(draft, case.pattern, subject)
        if case.guard is not None:
            visit(draft, case.guard)
        ends = visit_statements(draft, case.body.body) and ends
        draft.close_block()
    last = node.cases[-1]
    return ends and last.guard is None and fits_everything(last.pattern)


BRANCHES: dict[type[cst.CSTNode], Statement] = {
    cst.If: _if,
    cst.While: _while,
    cst.For: _for,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.Match: _match,
}
