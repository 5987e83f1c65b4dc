"""A function called on an object -> a chain of calls to something that blocks, as far as that object's class allows one.

What a function may do holds for some receiver: the base class's method calls `self.send()`, and one subclass's `send` blocks. Here the
receiver is known where a call on the loop names it, and calls on `self` lead only to what its class has. Likewise for arguments: what
stands under `if deliver:` is not reached by a call that leaves `deliver` at its default of False (guards.py).
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from fastapi_async_lint.callgraph import CallGraph, Operation, Runs
from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.chains.effects import Effects, is_certain, leaves
from fastapi_async_lint.chains.guards import Constants, Guards
from fastapi_async_lint.facts import NOTHING, ExprId
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.classes import mro
from fastapi_async_lint.inference.values import FunctionObject, Instance, Marked, Value, Wrapped, ordered
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


class _Leaf(NamedTuple):
    entry: Entry
    certain: bool
    at: ExprId
    through: Ref | None


class _Link(NamedTuple):
    """How a state was reached: the expression `at` in `state` runs it."""

    state: _State
    at: ExprId
    through: Ref | None
    certain: bool


_Links: TypeAlias = dict[_State, _Link | None]


class Chains:
    """Finds chains; one per analysis."""

    def __init__(self, graph: CallGraph, effects: Effects) -> None:
        self._graph = graph
        self._effects = effects
        self._guards = Guards(graph)
        self._kept: dict[tuple[_State, bool], tuple[Chain, ...]] = {}

    def of(self, call: tuple[FunctionRef, ExprId], target: Runs, *, cheap: bool) -> tuple[Chain, ...]:
        """For each category of blocking calls that the target of a call leads to, a shortest chain (a certain one if there is any): certain
        ones first, then shorter ones. Empty if it cannot block on this receiver or with these arguments.
        """
        if not self._effects.may_block(target.function, cheap=cheap):
            return ()
        state = _State(target.function, target.receiver, () if target.through else self._guards.passed(*call, target, ()))
        key = (state, cheap)
        if key not in self._kept:
            likely = self._search(state, cheap, only_certain=False)
            found = likely | self._search(state, cheap, only_certain=True) if likely else {}
            self._kept[key] = tuple(sorted(found.values(), key=lambda chain: (not chain.certain, len(chain.steps), chain.entry.shown)))
        found_chains = self._kept[key]
        if target.through is None:
            return found_chains
        return tuple(chain._replace(steps=(self._place(target.through), *chain.steps)) for chain in found_chains)

    def through_helpers(self, operation: Operation, *, cheap: bool) -> list[Chain]:
        """For the library callables that the operation hands to a helper, which calls them there: the chains to those calls."""
        found = [library for library in leaves(operation, cheap=cheap) if library.entry.level != "brief"]
        return [Chain(library.entry, library.certain, (self._place(library.through),)) for library in found if library.through is not None]

    def is_lazy(self, ref: FunctionRef, number: ExprId) -> bool:
        """The expression runs only until it has run once."""
        return self._guards.is_lazy(ref, number)

    def _search(self, start: _State, cheap: bool, only_certain: bool) -> dict[str, Chain]:
        """The first chain to each category, breadth first."""
        found: dict[str, Chain] = {}
        links: _Links = {start: None}
        pending = deque((start,))
        while pending:
            state = pending.popleft()
            for leaf in self._leaves(state, cheap, only_certain):
                if leaf.entry.category not in found:
                    found[leaf.entry.category] = self._chain(state, leaf, links)
            for operation in self._reached(state):
                certain = is_certain(operation) and not self._guards.is_lazy(state.function, operation.expression)
                if certain or not only_certain:
                    for target in self._following(operation, state, cheap):
                        following = self._next(state, operation, target)
                        if following not in links:
                            links[following] = _Link(state, operation.expression, target.through, certain)
                            pending.append(following)
        return found

    def _next(self, state: _State, operation: Operation, target: Runs) -> _State:
        receiver = state.receiver if operation.on_receiver and state.receiver else target.receiver
        if target.through is not None:
            return _State(target.function, receiver)
        return _State(target.function, receiver, self._guards.passed(state.function, operation.expression, target, state.constants))

    def _reached(self, state: _State) -> Iterator[Operation]:
        """The operations of the function that may run with these arguments, and more than once in the life of the process."""
        for operation in self._graph.operations(state.function):
            if self._guards.runs_once(state.function, operation.expression):
                continue
            if self._guards.may_run(state.function, operation.expression, state.constants):
                yield operation

    def _leaves(self, state: _State, cheap: bool, only_certain: bool) -> list[_Leaf]:
        """What the function itself calls that blocks, certain ones first."""
        found = []
        for operation in self._reached(state):
            lazy = self._guards.is_lazy(state.function, operation.expression)
            for library in leaves(operation, cheap=cheap):
                certain = library.certain and not lazy
                if library.entry.level != "brief" and (certain or not only_certain):
                    found.append(_Leaf(library.entry, certain, operation.expression, library.through))
        return sorted(found, key=lambda leaf: (not leaf.certain, leaf.at))

    def _following(self, operation: Operation, state: _State, cheap: bool) -> list[Runs]:
        found = [
            target for target in operation.targets if isinstance(target, Runs) and self._effects.may_block(target.function, cheap=cheap)
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

    def _chain(self, state: _State, leaf: _Leaf, links: _Links) -> Chain:
        certain = leaf.certain
        steps = [(state.function, leaf.at), *([self._place(leaf.through)] if leaf.through is not None else [])]
        link = links[state]
        while link is not None:
            certain = certain and link.certain
            through = [self._place(link.through)] if link.through is not None else []
            steps = [(link.state.function, link.at), *through, *steps]
            link = links[link.state]
        return Chain(leaf.entry, certain, tuple(steps))

    def _place(self, ref: Ref) -> tuple[FunctionRef, ExprId]:
        module = self._graph.program.modules[ref.module]
        return FunctionRef(ref.module, module.function_at(ref.expression)), ref.expression


def _functions(value: Value) -> list[FunctionRef]:
    match value:
        case FunctionObject(ref=ref):
            return [ref]
        case Marked(inner=inner):
            return [ref for item in ordered(inner) for ref in _functions(item)]
        case Wrapped(wrapper=wrapper, inner=inner):
            return [*_functions(wrapper), *(ref for item in ordered(inner) for ref in _functions(item))]
        case _:
            return []
