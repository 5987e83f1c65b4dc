"""Roles and the call graph -> which functions run on the event loop, and in which context.

On the loop are: every coroutine function and async generator of the application, and every other function that a library runs there.
Not on the loop is what only runs in an event loop of its own (`asyncio.run(main())` in a script) and what stands in tests.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from fastapi_async_lint.callgraph import CallGraph, Creates, Hands, Operation, Runs, entry_of
from fastapi_async_lint.contexts.roles import Role, Roles
from fastapi_async_lint.facts import Call, Display, ExprId, Name
from fastapi_async_lint.inference.values import Coroutine
from fastapi_async_lint.program import FunctionRef, Module

_Edges: TypeAlias = dict[FunctionRef, frozenset[FunctionRef]]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a function on the loop runs, in words; `starting` if that is only while the application starts or stops."""

    words: str
    starting: bool = False


@dataclass(frozen=True, slots=True)
class Contexts:
    """The functions on the loop, in program order, each with its context; and every function's roles."""

    loop: dict[FunctionRef, Context]
    roles: dict[FunctionRef, tuple[Role, ...]]
    reached: frozenset[FunctionRef]
    """The synchronous functions that code on the loop may run."""
    created: frozenset[FunctionRef]
    """The coroutine functions that the project's own code calls."""


def determine(graph: CallGraph, counted: frozenset[int]) -> Contexts:
    """The contexts of a program's functions. Modules outside `counted` (tests) are not the application's."""
    roles = Roles(graph, counted).collect()
    program = graph.program
    roots = [
        FunctionRef(module.number, number)
        for module in program.modules
        if module.number in counted
        for number, facts in enumerate(module.facts.functions)
        if facts.is_async or any(role.where == "loop" for role in roles.get(FunctionRef(module.number, number), ()))
    ]
    edges, spawned = _edges(graph, roots)
    own = _in_own_loop(graph, roots, edges, roles)
    loop = [root for root in roots if root not in own]
    words = _words(graph, loop, edges, roles, spawned)
    return Contexts(words, roles, frozenset(edges) - set(roots), frozenset(following for ref in edges for following in edges[ref]))


def _edges(graph: CallGraph, roots: Iterable[FunctionRef]) -> tuple[_Edges, frozenset[FunctionRef]]:
    """For everything that is reached from the roots: what it runs, creates, or hands to the loop; and what is started as a task of its own."""
    spawned: set[FunctionRef] = set()
    found: _Edges = {}
    pending = deque(roots)
    while pending:
        ref = pending.popleft()
        if ref in found:
            continue
        graph.expansion.touched.discard(ref)
        following = set()
        operations = graph.operations(ref)
        module = graph.program.modules[ref.module]
        taken = {number for operation in operations for number in _taken_to_threads(module, operation)}
        for operation in operations:
            for target in operation.targets:
                match target:
                    case Runs(function=function):
                        following.add(function)
                    case Creates(function=function) if graph.program.function(function).is_async and operation.expression not in taken:
                        following.add(function)
                    case Hands(value=Coroutine(origin=origin), where="loop", how="await") if origin is not None:
                        following.add(origin)
                        if not graph.is_awaited(module, operation.expression):
                            spawned.add(origin)
                    case _:
                        pass
        found[ref] = frozenset(following)
        for touched in graph.expansion.touched & found.keys():
            del found[touched]
            pending.append(touched)
        graph.expansion.touched.clear()
        pending.extend(sorted(function for function in following if function not in found))
    return found, frozenset(spawned)


def _taken_to_threads(module: Module, operation: Operation) -> Iterator[ExprId]:
    """What makes the coroutines that a thread runs on a loop of its own: `main()` in `to_thread(asyncio.run, main())`."""
    hands = [target for target in operation.targets if isinstance(target, Hands)]
    call = module.expressions[operation.expression]
    is_taken = any(target.where == "own-loop" and isinstance(target.value, Coroutine) for target in hands)
    if not is_taken or not isinstance(call, Call) or all(target.where in ("own-loop", "loop") for target in hands):
        return
    for argument in call.arguments:
        listed = module.expressions[argument.value]
        for number in listed.items if isinstance(listed, Display) else (argument.value,):
            expression = module.expressions[number]
            if isinstance(expression, Name):
                yield from (binding.value for binding in module.reaching(module.scope_at(number), expression.id, number))
            else:
                yield number


def _reach(starts: Iterable[FunctionRef], edges: _Edges) -> set[FunctionRef]:
    found = set()
    pending = list(starts)
    while pending:
        ref = pending.pop()
        if ref not in found:
            found.add(ref)
            pending.extend(edges.get(ref, ()))
    return found


def _serves(graph: CallGraph, ref: FunctionRef) -> bool:
    """It runs the server itself: whatever loop it is in is the server's."""
    module = graph.program.modules[ref.module]
    for number in module.body(ref.function):
        expression = module.expressions[number]
        if isinstance(expression, Call):
            entries = (entry_of(graph.inference, value) for value in graph.inference.evaluate(module.number, expression.function))
            if any(entry is not None and entry.role == "serves" for entry in entries):
                return True
    return False


def _leads_to_server(graph: CallGraph, ref: FunctionRef, edges: _Edges) -> bool:
    return any(_serves(graph, reached) for reached in _reach([ref], edges))


def _lent_by_starters(graph: CallGraph, served: Iterable[FunctionRef], edges: _Edges) -> _Edges:
    """What starters of loops call because it was passed to them, if only something else that is passed runs the server: each of it is on
    a loop of its own. By the functions that call it.
    """
    if not served:
        return {}
    passed = graph.expansion.passed_coroutines()
    own = {ref: followed - passed.get(ref, frozenset()) for ref, followed in edges.items()}
    callers = {reached for ref in served if not _leads_to_server(graph, ref, own) for reached in _reach([ref], own) if reached in passed}
    return {ref: frozenset(one for one in passed[ref] if not _leads_to_server(graph, one, edges)) for ref in callers}


def _in_own_loop(
    graph: CallGraph,
    roots: Iterable[FunctionRef],
    edges: _Edges,
    roles: dict[FunctionRef, tuple[Role, ...]],
) -> set[FunctionRef]:
    """What is reached from `asyncio.run`, or in another process, alone."""
    starts = {ref for ref in roots if any(role.where in ("own-loop", "process") for role in roles.get(ref, ()))}
    served = {ref for ref in starts if _leads_to_server(graph, ref, edges)}
    lent = _lent_by_starters(graph, served, edges)
    edges = {ref: followed - lent.get(ref, frozenset()) for ref, followed in edges.items()}
    starts = (starts - served).union(*lent.values())
    if not starts:
        return set()
    reached_by_some = {following for ref, followed in edges.items() for following in followed if following != ref}
    others = [
        ref
        for ref in roots
        if any(role.where == "loop" for role in roles.get(ref, ())) or (ref not in starts and ref not in reached_by_some)
    ]
    return _reach(starts, edges) - _reach(others, edges)


def _words(
    graph: CallGraph,
    loop: list[FunctionRef],
    edges: _Edges,
    roles: dict[FunctionRef, tuple[Role, ...]],
    spawned: frozenset[FunctionRef],
) -> dict[FunctionRef, Context]:
    """Each function's own role in words, else that of the nearest function with a role that leads to it."""
    shared = graph.expansion.callers_of_parameters()
    own: dict[FunctionRef, Context] = {}
    for ref in loop:
        labels = [(role.starting, role.context) for role in roles.get(ref, ()) if role.where == "loop" and role.context]
        if labels:
            starting, text = min(labels)
            own[ref] = Context(text, starting)
        elif ref in spawned and ref not in shared:
            own[ref] = Context(f"task {graph.program.function(ref).qualname}")
    reached_by_some = {following for ref, followed in edges.items() for following in followed if following != ref}
    busy = _reach([ref for ref in loop if (not own[ref].starting if ref in own else ref not in reached_by_some)], edges)
    nearest = dict(own)
    pending = deque(sorted(own, key=lambda ref: (own[ref].starting, ref)))
    while pending:
        ref = pending.popleft()
        for following in sorted(edges.get(ref, ())) if ref not in shared else ():
            if following not in nearest:
                nearest[following] = nearest[ref]
                pending.append(following)
    found = {}
    for ref in loop:
        if ref in own:
            text = own[ref].words
        else:
            facts = graph.program.function(ref)
            kind = "async generator" if facts.is_generator else "coroutine" if facts.is_async else "callback"
            text = f"{kind} {facts.qualname}" + (f", {nearest[ref].words}" if ref in nearest else "")
        found[ref] = Context(text, ref not in busy and ref in nearest and nearest[ref].starting)
    return found
