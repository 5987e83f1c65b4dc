"""Statements of a function -> whether they can move into a function of their own, and which names that must give back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from fastapi_async_lint.fixes.parts.flow import NONE, Flow
from fastapi_async_lint.fixes.parts.names import Binding, bindings, bound_by, target_names
from fastapi_async_lint.fixes.parts.outcome import Refusal
from fastapi_async_lint.fixes.parts.tree import Tree
from fastapi_async_lint.fixes.parts.walking import children

_LOOPS = cst.For | cst.While
_DEFINITIONS = cst.FunctionDef | cst.Lambda | cst.ClassDef

_FRAME_READERS = frozenset({"super", "locals", "vars", "dir", "eval", "exec"})


@dataclass(frozen=True, slots=True)
class Run:
    """Statements that follow one another in a suite of a function."""

    function: cst.FunctionDef
    suite: cst.IndentedBlock
    statements: tuple[cst.BaseStatement, ...]


def reads_frame(call: cst.Call) -> bool:
    """Whether a call's meaning hangs on the function that it stands in: `super()`, `locals()`, `eval(text)`."""
    if not isinstance(call.func, cst.Name) or call.func.value not in _FRAME_READERS:
        return False
    return not call.args or (call.func.value in ("eval", "exec") and len(call.args) == 1)


def require_movable(tree: Tree, run: Run) -> None:
    """Refusal unless the statements do the same in a function of their own, names apart."""
    for statement in run.statements:
        _require_movable(statement, is_in_loop=False, is_in_handler=False)
    assigned = {binding.name for binding in _bound_in(tree, run.statements)}
    for node in _own_nodes(run.function.body):
        if isinstance(node, cst.Global | cst.Nonlocal):
            shared = assigned & {item.name.value for item in node.names}
            if shared:
                raise Refusal(f"{min(shared)} is declared global or nonlocal")


def _require_movable(node: cst.CSTNode, *, is_in_loop: bool, is_in_handler: bool) -> None:
    match node:
        case cst.Return():
            raise Refusal("it returns from the function")
        case cst.Break() | cst.Continue() if not is_in_loop:
            raise Refusal("it leaves or continues a loop around it")
        case cst.Yield():
            raise Refusal("it yields")
        case cst.Await() | cst.CompFor(asynchronous=cst.Asynchronous()):
            raise Refusal("it awaits something")
        case cst.For(asynchronous=cst.Asynchronous()) | cst.With(asynchronous=cst.Asynchronous()):
            raise Refusal("it awaits something")
        case cst.Global() | cst.Nonlocal():
            raise Refusal("it declares a name global or nonlocal")
        case cst.Del() if list(target_names(node.target)):
            raise Refusal("it deletes a name")
        case cst.Raise(exc=None) if not is_in_handler:
            raise Refusal("it raises an exception again that is handled around it")
        case cst.Call(func=cst.Name(value=name)) if reads_frame(node):
            raise Refusal(f"{name}() looks at the function that it is called in")
        case _:
            pass
    for child in children(node):
        if isinstance(node, _DEFINITIONS) and child is node.body:
            continue
        in_loop = is_in_loop or (isinstance(node, _LOOPS) and child is node.body)
        in_handler = is_in_handler or isinstance(node, cst.ExceptHandler | cst.ExceptStarHandler)
        _require_movable(child, is_in_loop=in_loop, is_in_handler=in_handler)


# --------------------------------------------------------------------------------------------------------------- the names


def names_given_back(tree: Tree, run: Run) -> tuple[str, ...]:
    """The names that the statements bind and later ones read, in the order in which they are first bound. Refusal if they cannot be had."""
    inside = Flow(tree)
    bound = inside.along(run.statements, NONE)
    assigned = list(dict.fromkeys(binding.name for binding in _bound_in(tree, run.statements)))
    bound_elsewhere = _bound_elsewhere(tree, run)
    for name in assigned:
        if name in inside.read and name in bound_elsewhere:
            raise Refusal(f"{name} is read before it is assigned there")
    _require_nothing_shared(tree, run, frozenset(assigned), bound_elsewhere)
    needed, caught = _read_later(tree, run)
    for name in assigned:
        if name in caught:
            raise Refusal(f"{name} is read where its exceptions are handled")
    given = tuple(name for name in assigned if name in needed)
    for name in given:
        if bound is not None and name not in bound:
            raise Refusal(f"{name} is used later and assigned there only under a condition")
    return () if bound is None else given


def _bound_elsewhere(tree: Tree, run: Run) -> frozenset[str]:
    """The names that the function binds outside of the run, parameters included."""
    inner = {id(binding.node) for binding in _bound_in(tree, run.statements)}
    return frozenset(binding.name for binding in bindings(tree, run.function) if id(binding.node) not in inner)


def _require_nothing_shared(tree: Tree, run: Run, assigned: frozenset[str], bound_elsewhere: frozenset[str]) -> None:
    """Refusal if a nested function would see another variable than before: one that the run may call, or one in it with a name of both."""
    moved = {id(node) for statement in run.statements for node in _own_nodes(statement)}
    again = {id(node) for loop in _loops_around(tree, run) for node in _own_nodes(loop)}
    is_behind = False
    for node in _own_nodes(run.function.body):
        is_moved = id(node) in moved
        is_behind |= is_moved
        can_see = is_moved or not is_behind or (id(node) in again and not isinstance(node, cst.GeneratorExp))
        if can_see and isinstance(node, cst.FunctionDef | cst.Lambda | cst.ClassDef | cst.GeneratorExp):
            seen = Flow(tree)
            seen.through(node, NONE)
            shared = (seen.read | _declared(node)) & assigned & (bound_elsewhere if is_moved else assigned)
            if shared:
                raise Refusal(f"a function or generator in {run.function.name.value} uses {min(shared)} too")


def _loops_around(tree: Tree, run: Run) -> Iterator[cst.CSTNode]:
    for _, around in tree.ancestors(run.statements[0]):
        if around is run.function:
            return
        if isinstance(around, _LOOPS):
            yield around


def _declared(node: cst.CSTNode) -> set[str]:
    """The names that functions in a node declare nonlocal."""
    waiting, found = [node], set()
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, cst.Nonlocal):
            found |= {item.name.value for item in inner.names}
        waiting.extend(children(inner))
    return found


def _read_later(tree: Tree, run: Run) -> tuple[set[str], set[str]]:
    """The names that may be read after the run before they are bound anew, and those read where an exception of it leads."""
    later, caught = Flow(tree), Flow(tree)
    for below, around in tree.ancestors(run.statements[-1]):
        if isinstance(around, cst.IndentedBlock | cst.SimpleStatementSuite):
            places = [id(one) for one in around.body]
            later.along(list(around.body)[places.index(id(below)) + 1 :], NONE)
        elif isinstance(around, _LOOPS) and below is around.body:
            later.through(around, NONE)
        elif isinstance(around, cst.Try | cst.TryStar):
            if below is around.body:
                caught.along(around.handlers, NONE)
                later.along([around.orelse] if around.orelse else [], NONE)
            if around.finalbody is not None and below is not around.finalbody:
                caught.through(around.finalbody, NONE)
        if around is run.function:
            break
    return later.read, caught.read


def _bound_in(tree: Tree, statements: Iterable[cst.CSTNode]) -> Iterator[Binding]:
    for statement in statements:
        for node in _own_nodes(statement):
            yield from bound_by(tree, node)


def _own_nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The node and those in it, but for the bodies of functions and classes and the targets of comprehensions."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if isinstance(found, cst.CompFor):
            waiting.extend(child for child in reversed(list(children(found))) if child is not found.target)
        elif not isinstance(found, _DEFINITIONS):
            waiting.extend(reversed(list(children(found))))
