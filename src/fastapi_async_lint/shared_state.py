"""A function -> which globals, and which attributes of `self`, it and all that it runs read and change.

Only names tell states apart: two globals of one name, or the same attribute of two objects, count as one. What hangs on arguments is left out:
as a rule it belongs to one request. Constructors change what nobody else holds yet.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from fastapi_async_lint.callgraph import CallGraph, Runs
from fastapi_async_lint.facts import NOTHING, Attribute, Call, ExprId, Name
from fastapi_async_lint.inference.values import ExternalInstance, known
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.operands import operands

_FUNCTIONS = 300
"""How many functions are looked through for one answer; what lies behind is not seen."""
_CONSTRUCTORS = ("__init__", "__new__", "__post_init__")


class StateUse(NamedTuple):
    """States by name: `cache` for a global, `.total` for an attribute of `self`."""

    reads: frozenset[str]
    changes: frozenset[str]

    def of_globals(self) -> "StateUse":
        """Without attributes of `self`."""
        return StateUse(*(frozenset(state for state in states if not state.startswith(".")) for states in self))


class SharedState:
    """Answers for the functions of one program."""

    def __init__(self, graph: CallGraph) -> None:
        self._graph = graph
        self._program = graph.program
        self._own: dict[FunctionRef, StateUse] = {}
        self._all: dict[FunctionRef, StateUse] = {}
        classes = graph.inference.catalogue.classes.values()
        self._mutators = frozenset(name for record, _ in classes for name in record.mutators)

    def of(self, ref: FunctionRef) -> StateUse:
        """What the function and all that it runs use."""
        if ref not in self._all:
            seen, pending = {ref}, [ref]
            reads: set[str] = set()
            changes: set[str] = set()
            while pending:
                function = pending.pop()
                own = self.own(function)
                reads |= own.reads
                changes |= own.changes
                for operation in self._graph.operations(function):
                    following = {target.function for target in operation.targets if isinstance(target, Runs)} - seen
                    if len(seen) <= _FUNCTIONS:
                        seen |= following
                        pending += following
            self._all[ref] = StateUse(frozenset(reads), frozenset(changes))
        return self._all[ref]

    @cached_property
    def changed_in_place(self) -> frozenset[str]:
        """The states whose items some function of the program adds, takes away or replaces."""
        return frozenset(
            state
            for module in self._program.modules
            for number in range(len(module.facts.functions))
            for state, _ in self._changes_in_place(module, FunctionRef(module.number, number), set(module.body(number)))
        )

    def own(self, ref: FunctionRef) -> StateUse:
        """What the function's own body uses."""
        if ref not in self._own:
            module = self._program.modules[ref.module]
            body = set(module.body(ref.function))
            changes = frozenset(state for state, _ in self.changes(ref))
            reads = frozenset(state for number in body if (state := state_of(module, ref, number)))
            self._own[ref] = StateUse(reads, changes)
        return self._own[ref]

    def changes(self, ref: FunctionRef) -> Iterator[tuple[str, ExprId]]:
        """What the function's own body changes, and where."""
        module = self._program.modules[ref.module]
        if self._program.function(ref).name in _CONSTRUCTORS:
            return
        body = set(module.body(ref.function))
        for binding in module.facts.bindings:
            if binding.value in body and binding.scope == 0:
                yield binding.name, binding.at
        for written in module.facts.attribute_bindings:
            if written.value in body:
                if _is_receiver(module, ref, written.base):
                    yield f".{written.name}", written.at
                elif state := state_of(module, ref, written.base):
                    yield state, written.at
        yield from self._changes_in_place(module, ref, body)

    def _changes_in_place(self, module: Module, ref: FunctionRef, body: set[ExprId]) -> Iterator[tuple[str, ExprId]]:
        if self._program.function(ref).name in _CONSTRUCTORS:
            return
        changed = [(item.base, item.at) for item in module.facts.item_bindings]
        changed += [(deleted.base, deleted.at) for deleted in module.facts.deletions]
        for place in body:
            call = module.expressions[place]
            method = module.expressions[call.function] if isinstance(call, Call) else None
            if isinstance(method, Attribute) and self.mutates(module, method):
                changed.append((method.value, place))
        yield from ((state, at) for base, at in changed if base in body and (state := state_of(module, ref, base)))

    def mutates(self, module: Module, method: Attribute) -> bool:
        """The method of a library's object changes what it is called on."""
        inference = self._graph.inference
        return method.name in self._mutators and any(
            isinstance(value, ExternalInstance) and inference.catalogue.mutates(value.path, method.name)
            for value in known(inference.evaluate(module.number, method.value))
        )


def state_of(module: Module, ref: FunctionRef, number: ExprId) -> str:
    """The state that the expression reads: `cache`, `.total`; empty if it is none."""
    expression = module.expressions[number]
    if isinstance(expression, Attribute):
        return f".{expression.name}" if _is_receiver(module, ref, expression.value) else ""
    return expression.id if isinstance(expression, Name) and _is_global(module, number, expression.id) else ""


def states_in(module: Module, ref: FunctionRef, number: ExprId) -> Iterator[str]:
    """The states that going through the expression goes through: `.items` of `self.items.values()`, none of `list(self.items)`, a copy."""
    if state := state_of(module, ref, number):
        yield state
    expression = module.expressions[number]
    for operand in (expression.function,) if isinstance(expression, Call) else operands(expression):
        yield from states_in(module, ref, operand)


def _is_global(module: Module, number: ExprId, name: str) -> bool:
    scope = module.scope_at(number)
    while scope > 0:
        if (scope, name) in module.bindings:
            return False
        scope = module.facts.scopes[scope].parent
    return (0, name) in module.bindings


def _is_receiver(module: Module, ref: FunctionRef, number: ExprId) -> bool:
    expression = module.expressions[number]
    parameters = module.facts.functions[ref.function].parameters
    is_method = module.class_of(ref.function) != NOTHING and bool(parameters)
    return is_method and isinstance(expression, Name) and expression.id == parameters[0].name
