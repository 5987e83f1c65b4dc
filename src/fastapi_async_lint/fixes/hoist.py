"""Statements -> a function of them that runs in a worker thread.

    with open(path) as file:                def in_worker():
        text = file.read()          ->          with open(path) as file:
    use(text)                                       text = file.read()
                                                return text
                                            text = await run(in_worker)
                                            use(text)

The Change's span is a call. `level` says what moves: the `with` that has the call among its items, or the innermost `statement` of a suite around
the call. `until` (`row:column:end_row:end_column`) names a call in the last statement of the same suite that moves too. `offloader` and
`style`: see parts/handing.py. Comments and strings stay as they are. Limits: what would run differently in a function of its own is refused;
each reason is a sentence in parts/moving.py.
"""

from collections.abc import Sequence

import libcst as cst

from fastapi_async_lint.facts import Span
from fastapi_async_lint.fixes.parts.awaiting import nearest_function, require_await_allowed
from fastapi_async_lint.fixes.parts.handing import style_of
from fastapi_async_lint.fixes.parts.imports import named, wanted_of
from fastapi_async_lint.fixes.parts.moving import Run, names_given_back, require_movable
from fastapi_async_lint.fixes.parts.names import free_name
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.pieces import Passage, Piece, Spot
from fastapi_async_lint.fixes.parts.tree import Tree

KINDS = (cst.Call,)

WORKER = "in_worker"
"""What the function is called if the file does not say that name yet."""


def change(spot: Spot) -> tuple[Piece, ...]:
    """The pieces for one run of statements."""
    tree = spot.tree
    run = _run(spot)
    require_await_allowed(tree, run.statements[0])
    require_movable(tree, run)
    given = names_given_back(tree, run)
    offloader = named(tree, run.statements[0], wanted_of(spot.argument("offloader")))
    worker = cst.Name(free_name(tree.text, WORKER))
    made = cst.Call(offloader.expression, [cst.Arg(worker)])
    awaited = cst.Await(cst.Call(made) if style_of(spot) == "factory" else made)
    start, end, before = _region(tree, run.statements)
    indent = tree.indent(run.statements[0])
    after = tree.code_of_lines(_hoisted(run.statements, worker, given, awaited), indent)
    ending = "" if before.endswith(("\r", "\n")) else tree.newline
    return (Passage(start, end, after.removesuffix(ending)), *offloader.edits)


def _run(spot: Spot) -> Run:
    call = spot.node
    assert isinstance(call, cst.Call), "KINDS says so"
    level = spot.argument("level")
    first: cst.BaseStatement
    if level == "with":
        first = _with_around(spot.tree, call)
    elif level == "statement":
        first = _statement_around(spot.tree, call)
    else:
        raise Refusal(f"the fix asks for the unknown level {level}")
    suite = spot.tree.parent(first)
    if not isinstance(suite, cst.IndentedBlock):
        raise Refusal("the statement shares its line with what it belongs to")
    places = {id(statement): place for place, statement in enumerate(suite.body)}
    begin = places[id(first)]
    end = begin
    if until := spot.arguments.get("until"):
        end = _place_of(spot.tree, until, suite, places)
    if end < begin:
        raise Refusal("the statements to be moved are not in this order in one suite")
    function = nearest_function(spot.tree, first)
    if function is None:
        raise Refusal("it stands outside of any function")
    return Run(function, suite, tuple(suite.body[begin : end + 1]))


def _with_around(tree: Tree, call: cst.Call) -> cst.With:
    for below, around in tree.ancestors(call):
        if isinstance(around, cst.With) and isinstance(below, cst.WithItem):
            return around
        if isinstance(around, cst.BaseStatement):
            break
    raise Refusal("no with statement opens with it")


def _statement_around(tree: Tree, call: cst.Call) -> cst.BaseStatement:
    for below, around in tree.ancestors(call):
        if isinstance(around, cst.IndentedBlock) and isinstance(below, cst.BaseStatement):
            return below
        if isinstance(around, cst.FunctionDef | cst.Lambda | cst.ClassDef | cst.Module):
            break
    raise Refusal("the statement shares its line with what it belongs to")


def _place_of(tree: Tree, until: str, suite: cst.IndentedBlock, places: dict[int, int]) -> int:
    """The place in the suite of the statement that holds the call that `until` names."""
    call = tree.find(Span(*map(int, until.split(":"))), KINDS)
    for below, around in tree.ancestors(call):
        if around is suite:
            return places[id(below)]
    raise Refusal("the statements to be moved are not in this order in one suite")


def _region(tree: Tree, statements: Sequence[cst.BaseStatement]) -> tuple[int, int, str]:
    """Where the whole rows of the statements begin and end, and their text."""
    first = statements[0]
    decorators = first.decorators if isinstance(first, cst.FunctionDef | cst.ClassDef) else ()
    start = tree.rows.starts[tree.place(decorators[0].decorator if decorators else first)[0] - 1]
    code = tree.code_of_lines([first.with_changes(leading_lines=()), *statements[1:]], tree.indent(first))
    if not tree.text.startswith(code, start):
        code = code.removesuffix(tree.newline)
        if tree.text[start:] != code:
            raise Refusal("the code is laid out in a way that cannot be reproduced")
    return start, start + len(code), code


def _hoisted(
    statements: Sequence[cst.BaseStatement], worker: cst.Name, given: Sequence[str], awaited: cst.Await
) -> list[cst.BaseStatement]:
    """The function and the statement that awaits it."""
    body = [statements[0].with_changes(leading_lines=()), *statements[1:]]
    if not given:
        done: cst.BaseSmallStatement = cst.Expr(awaited)
    else:
        body.append(cst.SimpleStatementLine([cst.Return(_names(given))]))
        done = cst.Assign([cst.AssignTarget(_names(given))], awaited)
    return [cst.FunctionDef(worker, cst.Parameters(), cst.IndentedBlock(body)), cst.SimpleStatementLine([done])]


def _names(names: Sequence[str]) -> cst.Name | cst.Tuple:
    if len(names) == 1:
        return cst.Name(names[0])
    return cst.Tuple([cst.Element(cst.Name(name)) for name in names], lpar=(), rpar=())
