"""A place where a coroutine function would suspend -> what it reads before and changes behind it, which other tasks could change in between.

Without an `await`, what a coroutine function does to shared state cannot be interrupted: `if k not in cache: cache[k] = f(k)` computes once.
An await in between opens that section. State is shared unless the function made the object itself; it is told apart by how it is written.
A section that another await has opened already is not opened again.

Of what called functions use, globals and attributes of `self` are seen, by name (shared_state.py).

Limits: the same state under another name, and what hangs on arguments of called functions, are not seen. What lies behind a server of
its own (a database, a cache, a service) is shared with other processes anyway, and does not count.
"""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.callgraph import Runs
from fastapi_async_lint.facts import Attribute, Block, BlockKind, Call, Element, ExprId, Name, ScopeKind, Subscript
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.plans.parts.suspensions import Suspensions
from fastapi_async_lint.shared_state import StateUse, state_of, states_in
from fastapi_async_lint.spelling import spell


class _Write(NamedTuple):
    """What is changed, as written, when; `receiver` is the reading of the object that is only looked up to change it."""

    state: str
    at: ExprId
    receiver: ExprId


class _Use(NamedTuple):
    """What an expression uses of the shared state; `is_called`: a function of the project does, which it calls."""

    at: ExprId
    use: StateUse
    is_called: bool


def opened(analysis: Analysis, ref: FunctionRef, number: ExprId) -> list[str]:
    """For each piece of state that the function reads or changes before the expression `number` and changes behind it: a reason."""
    module = analysis.program.modules[ref.module]
    body = list(module.body(ref.function))
    writes = list(_writes(analysis, ref, module, set(body)))
    suspensions = Suspensions(analysis, ref)
    found = [*_of_memory(module, body, writes, suspensions, number), *_of_files(analysis, ref, suspensions, number)]
    return [*found, *_of_called(analysis, ref, suspensions, number), *_of_iterated(analysis, ref, number)]


def _of_iterated(analysis: Analysis, ref: FunctionRef, number: ExprId) -> Iterator[str]:
    """The shared containers that a loop around it goes through, and that other code changes."""
    module = analysis.program.modules[ref.module]
    changed = analysis.hazards.shared_state.changed_in_place
    for head in _heads_around(module, number):
        for state in states_in(module, ref, head):
            if state in changed:
                yield f"a loop goes through {state.removeprefix('.')}, which other tasks could change meanwhile"


def _heads_around(module: Module, number: ExprId) -> Iterator[ExprId]:
    """What the loops and comprehensions around the expression go through."""
    for loop in _loops_around(module, number, number):
        heads = [place for place in range(loop.start) if isinstance(module.expressions[place], Element)]
        yield from heads[-1:]
    scope = module.scope_at(number)
    while module.facts.scopes[scope].kind is ScopeKind.COMPREHENSION:
        for binding in module.facts.bindings:
            if binding.scope == scope and isinstance(module.expressions[binding.value], Element):
                yield binding.value
        scope = module.facts.scopes[scope].parent


def _of_called(analysis: Analysis, ref: FunctionRef, suspensions: Suspensions, number: ExprId) -> Iterator[str]:
    """The globals and attributes of `self` that are used before and behind it and changed, by functions of the project that are called there."""
    uses = list(_uses(analysis, ref))
    told: set[str] = set()
    for first in uses:
        for second in uses:
            if not (first.at <= number <= second.at and first.at < second.at and (first.is_called or second.is_called)):
                continue
            both = ((first.use.reads | first.use.changes) & second.use.changes) | (first.use.changes & second.use.reads)
            if both - told and not suspensions.part(first.at, second.at, is_change=bool(second.use.changes)):
                told |= both
                yield from (
                    f"{state.removeprefix('.')} is used before and behind it and changed in called functions" for state in sorted(both)
                )


def _uses(analysis: Analysis, ref: FunctionRef) -> Iterator[_Use]:
    """What calls use, and what the function itself does, in no order."""
    shared = analysis.hazards.shared_state
    module = analysis.program.modules[ref.module]
    for operation in analysis.graph.operations(ref):
        for target in operation.targets:
            if isinstance(target, Runs):
                use = shared.of(target.function)
                yield _Use(
                    operation.expression, use.of_globals() if _is_on_own(analysis, ref, operation.expression) else use, is_called=True
                )
    for place in module.body(ref.function):
        if state := state_of(module, ref, place):
            yield _Use(place, StateUse(frozenset((state,)), frozenset()), is_called=False)
    for state, place in shared.changes(ref):
        yield _Use(place, StateUse(frozenset(), frozenset((state,))), is_called=False)


def _is_on_own(analysis: Analysis, ref: FunctionRef, number: ExprId) -> bool:
    """It is a method's call on an object that the function made itself."""
    module = analysis.program.modules[ref.module]
    call = module.expressions[number]
    method = module.expressions[call.function] if isinstance(call, Call) else None
    return isinstance(method, Attribute) and analysis.hazards.ownership.is_own(ref, method.value)


def _of_files(analysis: Analysis, ref: FunctionRef, suspensions: Suspensions, number: ExprId) -> Iterator[str]:
    """The files that are used before and behind it, itself included, and changed by one of the two."""
    used = analysis.hazards.file_uses.accesses(ref)
    module = analysis.program.modules[ref.module]
    told = set()
    if any(one.at == number and one.changes for one in used) and any(_loops_around(module, number, number)):
        yield "it changes a file in each round of a loop: other tasks could see some of them alone"
    for first in used:
        for second in used:
            is_around = first.at <= number <= second.at and first.at < second.at
            is_same = first.file == second.file or not first.file or not second.file
            if not is_same or not is_around or not (first.changes or second.changes) or suspensions.part(first.at, second.at):
                continue
            name = first.file or second.file
            if name not in told:
                told.add(name)
                what = f"the file {name} is" if name else "files are"
                yield f"{what} used before and behind it and changed: other tasks could use {'it' if name else 'them'} in between"


def _of_memory(module: Module, body: list[ExprId], writes: list[_Write], suspensions: Suspensions, number: ExprId) -> list[str]:
    """The state of objects that is read before it and changed behind it, or in the next round of a loop around both, or changed before it
    and read behind it.
    """
    reads = _reads(module, body, writes)
    found = []
    for write in writes:
        earlier = [place for place in reads.get(write.state, ()) if place < number and place != write.receiver]
        earlier += [other.at for other in writes if other.state == write.state and other.at <= number]
        if write.at > number:
            rounds = [loop for loop in _loops_around(module, number, write.at) if write.at < loop.end]
            is_in_between = any(not suspensions.part(place, write.at, is_change=True) for place in earlier) or any(
                not suspensions.part(loop.start, loop.end, is_change=True) for loop in rounds
            )
        else:
            is_in_between = any(
                not (suspensions.part(place, loop.end, is_change=True) or suspensions.part(loop.start, write.at, is_change=True))
                for loop in _loops_around(module, write.at, number)
                for place in earlier
            )
        if is_in_between:
            found.append(f"{write.state} is read before it and changed behind it: other tasks could change it in between")
        if any(write.at <= number < place and not suspensions.part(write.at, place) for place in reads.get(write.state, ())):
            found.append(f"{write.state} is changed before it and read behind it: other tasks could change it in between")
    return list(dict.fromkeys(found))


def _loops_around(module: Module, first: ExprId, second: ExprId) -> Iterator[Block]:
    """The loops of one function that both stand in."""
    for block in module.facts.blocks:
        if block.kind is BlockKind.LOOP and block.start <= first and second < block.end:
            yield block


def _reads(module: Module, body: list[ExprId], writes: list[_Write]) -> dict[str, list[ExprId]]:
    """Where the states are read that are written; `a[i] += x` reads the item of what it is looked up to change."""
    states = {write.state for write in writes}
    bases = {write.receiver: write.state for write in writes}
    found: dict[str, list[ExprId]] = {}
    for place in body:
        expression = module.expressions[place]
        if isinstance(expression, Subscript) and expression.value in bases:
            found.setdefault(bases[expression.value], []).append(place)
        elif isinstance(expression, Name | Attribute):
            text = spell(module.expressions, place)
            if text in states:
                found.setdefault(text, []).append(place)
    return found


def _writes(analysis: Analysis, ref: FunctionRef, module: Module, body: set[ExprId]) -> Iterator[_Write]:
    """What the function changes of what it did not make itself."""
    owns = analysis.hazards.ownership.is_own
    facts = module.facts
    scope = facts.scopes[facts.functions[ref.function].scope]
    for binding in facts.bindings:
        if binding.value in body and not scope.start <= facts.scopes[binding.scope].start < scope.end:
            yield _Write(binding.name, binding.at, -1)
    for written in facts.attribute_bindings:
        if written.value in body and not owns(ref, written.base):
            yield _Write(f"{spell(module.expressions, written.base)}.{written.name}", written.at, -1)
    for item in facts.item_bindings:
        if item.value in body and not owns(ref, item.base):
            yield _Write(spell(module.expressions, item.base), item.at, item.base)
    for deleted in facts.deletions:
        if deleted.base in body and not owns(ref, deleted.base):
            text = spell(module.expressions, deleted.base)
            yield _Write(f"{text}.{deleted.name}" if deleted.name else text, deleted.at, deleted.base)
    for place in body:
        call = module.expressions[place]
        method = module.expressions[call.function] if isinstance(call, Call) else None
        if isinstance(method, Attribute) and analysis.hazards.shared_state.mutates(module, method) and not owns(ref, method.value):
            yield _Write(spell(module.expressions, method.value), place, method.value)
