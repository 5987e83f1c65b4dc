"""A function -> which globals, and which attributes of `self`, it and all that it runs read and change.

Only names tell states apart: two globals of one name, or the same attribute of two objects, count as one. What hangs on arguments is left out:
as a rule it belongs to one request. Constructors change what nobody else holds yet.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from fastapi_async_lint.callgraph import CallGraph, Runs, entry_of
from fastapi_async_lint.facts import NOTHING, Attribute, Call, ExprId, Imported, Name
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.classes import mro
from fastapi_async_lint.inference.parameters import receiver_of
from fastapi_async_lint.inference.values import External, ExternalInstance, Instance, known, ordered
from fastapi_async_lint.modules import ClassRef, FunctionRef, Module, last_name
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
        self._aliases: dict[int, frozenset[str]] = {}
        self._receivers: dict[FunctionRef, str] = {}
        catalogue = graph.inference.catalogue
        self._mutators = frozenset(name for record, _ in catalogue.classes.values() for name in record.mutators)
        self._changers = catalogue.changing_names()

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

    def may_change(self, module: Module, number: ExprId) -> bool:
        """The expression is an attribute whose items some function of the program adds, takes away or replaces."""
        expression = module.expressions[number]
        classes = self._changed_attributes.get(expression.name, ()) if isinstance(expression, Attribute) else ()
        if not classes or not isinstance(expression, Attribute):
            return False
        inference = self._graph.inference
        owners = inference.evaluate(module.number, expression.value)
        return any(
            owner is None or not isinstance(value, Instance) or owner in mro(inference, value.ref) or value.ref in mro(inference, owner)
            for owner in classes
            for value in owners
        )

    @cached_property
    def _changed_attributes(self) -> dict[str, set[ClassRef | None]]:
        """The attributes whose items are changed, with the classes of their objects; None where that is not known."""
        found: dict[str, set[ClassRef | None]] = {}
        for module in self._program.modules:
            for number in range(len(module.facts.functions)):
                ref = FunctionRef(module.number, number)
                for base, _ in self._changed(module, ref, set(module.body(number))):
                    attribute = module.expressions[base]
                    if isinstance(attribute, Attribute):
                        owners = self._graph.inference.evaluate(module.number, attribute.value)
                        classes = {owner.ref if isinstance(owner, Instance) else None for owner in owners}
                        found.setdefault(attribute.name, set()).update(classes or {None})
        return found

    def own(self, ref: FunctionRef) -> StateUse:
        """What the function's own body uses."""
        if ref not in self._own:
            module = self._program.modules[ref.module]
            body = set(module.body(ref.function))
            changes = frozenset(state for state, _ in self.changes(ref))
            reads = frozenset(state for number in body if (state := self.state_of(ref, number)))
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
                if self._is_receiver(ref, written.base):
                    yield f".{written.name}", written.at
                elif state := self.state_of(ref, written.base):
                    yield state, written.at
        yield from self._changes_in_place(module, ref, body)

    def _changes_in_place(self, module: Module, ref: FunctionRef, body: set[ExprId]) -> Iterator[tuple[str, ExprId]]:
        yield from ((state, at) for base, at in self._changed(module, ref, body) if (state := self.state_of(ref, base)))

    def _changed(self, module: Module, ref: FunctionRef, body: set[ExprId]) -> Iterator[tuple[ExprId, ExprId]]:
        """The objects whose items the body adds, takes away or replaces, and where."""
        if self._program.function(ref).name in _CONSTRUCTORS:
            return
        changed = [(item.base, item.at) for item in module.facts.item_bindings]
        changed += [(deleted.base, deleted.at) for deleted in module.facts.deletions]
        yield from ((base, at) for base, at in changed if base in body)
        for place in sorted(body):
            yield from ((base, place) for base in self.changed_by(module, place))

    def changed_by(self, module: Module, place: ExprId) -> Iterator[ExprId]:
        """The objects that a library's callable changes: what its method is called on, or taken from to be called by others; the arguments
        that it changes.
        """
        expression = module.expressions[place]
        if isinstance(expression, Attribute):
            is_called = any(_calls(module, parent, place) for parent in module.parents.get(place, ()))
            if not is_called and self.mutates(module, expression):
                yield expression.value
        elif isinstance(expression, Call):
            method = module.expressions[expression.function]
            if isinstance(method, Attribute) and self.mutates(module, method):
                yield method.value
            if last_name(method) in self._changers or last_name(method) in self._renamed(module):
                yield from self._changed_arguments(module, expression)

    def _changed_arguments(self, module: Module, call: Call) -> Iterator[ExprId]:
        inference = self._graph.inference
        given = Arguments(module.number, call.arguments)
        for value in ordered(known(inference.evaluate(module.number, call.function))):
            is_class = isinstance(value, External) and inference.catalogue.function(value.path) is None
            entry = None if is_class else entry_of(inference, value)
            for position in entry.changes if entry is not None else ():
                if (number := given.expression(position)) is not None:
                    yield number

    def _renamed(self, module: Module) -> frozenset[str]:
        """The names under which the module imports what changes its arguments."""
        if module.number not in self._aliases:
            self._aliases[module.number] = frozenset(
                binding.name
                for binding in module.facts.bindings
                if binding.value != NOTHING
                and isinstance(imported := module.expressions[binding.value], Imported)
                and imported.name in self._changers
            )
        return self._aliases[module.number]

    def mutates(self, module: Module, method: Attribute) -> bool:
        """The method of a library's object changes what it is called on."""
        inference = self._graph.inference
        return method.name in self._mutators and any(
            isinstance(value, ExternalInstance) and inference.catalogue.mutates(value.path, method.name)
            for value in known(inference.evaluate(module.number, method.value))
        )

    def state_of(self, ref: FunctionRef, number: ExprId) -> str:
        """The state that the expression reads: `cache`, `.total`; empty if it is none."""
        module = self._program.modules[ref.module]
        expression = module.expressions[number]
        if isinstance(expression, Attribute):
            return f".{expression.name}" if self._is_receiver(ref, expression.value) else ""
        return expression.id if isinstance(expression, Name) and _is_global(module, number, expression.id) else ""

    def states_in(self, ref: FunctionRef, number: ExprId) -> Iterator[str]:
        """The states that going through the expression goes through: `.items` of `self.items.values()`, none of `list(self.items)`, a copy."""
        module = self._program.modules[ref.module]
        yield from (state for place in containers_in(module, number) if (state := self.state_of(ref, place)))

    def _is_receiver(self, ref: FunctionRef, number: ExprId) -> bool:
        expression = self._program.modules[ref.module].expressions[number]
        if not isinstance(expression, Name):
            return False
        if ref not in self._receivers:
            receiver = receiver_of(self._graph.inference, ref)
            self._receivers[ref] = receiver.name if receiver is not None else ""
        return expression.id == self._receivers[ref]


def containers_in(module: Module, number: ExprId) -> Iterator[ExprId]:
    """What going through the expression goes through: itself, and what it is made of; of a method's call what that is called on."""
    yield number
    expression = module.expressions[number]
    if isinstance(expression, Call):
        method = module.expressions[expression.function]
        if isinstance(method, Attribute):
            yield from containers_in(module, method.value)
        return
    for operand in operands(expression):
        yield from containers_in(module, operand)


def _calls(module: Module, parent: ExprId, function: ExprId) -> bool:
    call = module.expressions[parent]
    return isinstance(call, Call) and call.function == function


def _is_global(module: Module, number: ExprId, name: str) -> bool:
    scope = module.scope_at(number)
    while scope > 0:
        if (scope, name) in module.bindings:
            return False
        scope = module.facts.scopes[scope].parent
    return (0, name) in module.bindings
