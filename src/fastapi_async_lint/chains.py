"""A function called on an object -> a chain of calls to something that blocks, as far as that object's class allows one.

A function's witness holds for some receiver: the base class's method calls `self.send()`, and one subclass's `send` blocks. Here the
receiver is known where a call on the loop names it, and calls on `self` lead only to what its class has. Likewise for arguments: what
stands under `if deliver:` is not reached by a call that leaves `deliver` at its default of False (guards.py).
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.callgraph import CallGraph, Operation, Runs
from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.effects import Effects, is_certain, leaf
from fastapi_async_lint.facts import NOTHING, ExprId
from fastapi_async_lint.guards import Constants, Guards
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.classes import mro
from fastapi_async_lint.inference.values import FunctionObject, Instance, Marked, Values, Wrapped
from fastapi_async_lint.program import ClassRef, FunctionRef, Ref


class Chain(NamedTuple):
    """`steps` are (function, expression) pairs; the last one's expression is the library's call."""

    entry: Entry
    certain: bool
    steps: tuple[tuple[FunctionRef, ExprId], ...]


class _State(NamedTuple):
    function: FunctionRef
    receiver: ClassRef | None
    constants: Constants = ()


class Chains:
    """Finds chains; one per analysis."""

    def __init__(self, graph: CallGraph, effects: Effects) -> None:
        self._graph = graph
        self._effects = effects
        self._guards = Guards(graph)
        self._kept: dict[tuple[_State, bool], Chain | None] = {}

    def shortest(self, call: tuple[FunctionRef, ExprId], target: Runs, cheap: bool) -> Chain | None:
        """The shortest chain from what the target of a call runs; a certain one if there is any. None if it cannot block on this receiver
        or with these arguments."""
        witness = self._effects.of(target.function, cheap)
        if witness is None:
            return None
        state = _State(target.function, target.receiver, () if target.through else self._guards.passed(*call, target.function, ()))
        key = (state, cheap)
        if key not in self._kept:
            found = self._search(state, cheap, only_certain=True) if witness.certain else None
            self._kept[key] = found or self._search(state, cheap, only_certain=False)
        found = self._kept[key]
        if found is None or target.through is None:
            return found
        return found._replace(steps=(self._place(target.through), *found.steps))

    def is_lazy(self, ref: FunctionRef, number: ExprId) -> bool:
        """The expression runs only until it has run once."""
        return self._guards.is_lazy(ref, number)

    def _search(self, start: _State, cheap: bool, only_certain: bool) -> Chain | None:
        reached: dict[_State, tuple[_State, ExprId, Ref | None, bool] | None] = {start: None}
        pending = deque((start,))
        while pending:
            state = pending.popleft()
            found = self._leaf(state, cheap, only_certain)
            if found is not None:
                return self._chain(state, found, reached)
            for operation in self._reached(state):
                certain = is_certain(operation) and not self._guards.is_lazy(state.function, operation.expression)
                if only_certain and not certain:
                    continue
                for target in self._following(operation, state, cheap):
                    receiver = state.receiver if operation.on_receiver and state.receiver else target.receiver
                    passed = (
                        ()
                        if target.through
                        else self._guards.passed(state.function, operation.expression, target.function, state.constants)
                    )
                    following = _State(target.function, receiver, passed)
                    if following not in reached:
                        reached[following] = (state, operation.expression, target.through, certain)
                        pending.append(following)
        return None

    def _reached(self, state: _State) -> Iterator[Operation]:
        """The operations of the function that may run with these arguments."""
        for operation in self._graph.operations(state.function):
            if self._guards.may_run(state.function, operation.expression, state.constants):
                yield operation

    def _leaf(self, state: _State, cheap: bool, only_certain: bool) -> tuple[Entry, bool, ExprId] | None:
        best: tuple[Entry, bool, ExprId] | None = None
        for operation in self._reached(state):
            found = leaf(operation, cheap)
            if found is None or found[0].level == "brief":
                continue
            certain = found[1] and not self._guards.is_lazy(state.function, operation.expression)
            if (certain or not only_certain) and (best is None or (certain and not best[1])):
                best = (found[0], certain, operation.expression)
        return best

    def _following(self, operation: Operation, state: _State, cheap: bool) -> list[Runs]:
        found = [
            target for target in operation.targets if isinstance(target, Runs) and self._effects.of(target.function, cheap) is not None
        ]
        if operation.on_receiver and state.receiver is not None:
            found = [target for target in found if self._has(state.receiver, target.function)]
        return sorted(found, key=lambda target: (self._graph.program.qualified(target.function), target.function))

    def _has(self, receiver: ClassRef, ref: FunctionRef) -> bool:
        """The class answers to the function's name with that very function."""
        module = self._graph.program.modules[ref.module]
        owner = module.class_of(ref.function)
        if owner == NOTHING or ClassRef(ref.module, owner) == receiver:
            return True
        found = read_class(self._graph.inference, Instance(receiver), module.facts.functions[ref.function].name)
        known = {one for value in found for one in _functions(value)}
        return ref in known or not known or not self._related(receiver, ClassRef(ref.module, owner))

    def _related(self, receiver: ClassRef, owner: ClassRef) -> bool:
        """They share an ancestor of the project, so that one's method may stand for the other's."""
        own = {base for base in mro(self._graph.inference, receiver) if isinstance(base, ClassRef)}
        return any(base in own for base in mro(self._graph.inference, owner))

    def _chain(
        self, state: _State, found: tuple[Entry, bool, ExprId], reached: dict[_State, tuple[_State, ExprId, Ref | None, bool] | None]
    ) -> Chain:
        entry, certain, at = found
        steps = [(state.function, at)]
        link = reached[state]
        while link is not None:
            state, at, through, sure = link
            certain = certain and sure
            steps = [(state.function, at), *([self._place(through)] if through is not None else []), *steps]
            link = reached[state]
        return Chain(entry, certain, tuple(steps))

    def _place(self, ref: Ref) -> tuple[FunctionRef, ExprId]:
        module = self._graph.program.modules[ref.module]
        return FunctionRef(ref.module, module.function_at(ref.expression)), ref.expression


def _functions(value: object) -> list[FunctionRef]:
    match value:
        case FunctionObject(ref=ref):
            return [ref]
        case Marked(inner=inner):
            return [ref for item in _each(inner) for ref in _functions(item)]
        case Wrapped(wrapper=wrapper, inner=inner):
            return [*_functions(wrapper), *(ref for item in _each(inner) for ref in _functions(item))]
        case _:
            return []


def _each(values: Values) -> list[object]:
    return sorted(values, key=repr)
