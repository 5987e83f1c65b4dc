"""A function -> why running it in a worker thread would change what it does, as sentences; none if it was scanned clean.

Followed is everything that the function runs in the same thread. A hazard is: what is bound to the event loop, to a thread, to the caller's
context or to the exception being handled; what changes something that other tasks may be using, without a lock; and every call that is not
known, since nobody can say what it does. What the function makes itself it may do anything to: nobody else can be using it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.callgraph import CallGraph, Operation, Runs, entry_of
from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.facts import (
    NOTHING,
    Attribute,
    Call,
    Element,
    Entered,
    ExprId,
    Subscript,
    Unpacked,
)
from fastapi_async_lint.hazards.file_use import FileUses
from fastapi_async_lint.hazards.ownership import Ownership
from fastapi_async_lint.hazards.shared_state import SharedState, containers_in
from fastapi_async_lint.hazards.surroundings import catches_stop, is_handling, is_locked
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.decorators import has_unknown_decorator
from fastapi_async_lint.inference.values import (
    ClassObject,
    Coroutine,
    External,
    ExternalInstance,
    Generator,
    Method,
    Unknown,
    Value,
    known,
    ordered,
)
from fastapi_async_lint.modules import FunctionRef, Module
from fastapi_async_lint.spelling import spell

_FUNCTIONS = 300
"""How many functions are looked through for one answer; more is a hazard of its own."""

WORDS = {
    "loop": "needs the event loop's own thread",
    "context": "changes a context variable, which its caller would not see",
    "thread": "depends on the thread that it runs in",
    "exception": "looks at the exception that is being handled",
    "main-thread": "is only allowed in the main thread",
    "stack": "looks at its callers",
    "stop": "may raise StopIteration, which cannot come out of an await",
    "process": "changes what the whole process sees",
    "lock": "takes a lock that it may leave held",
    "connection": "uses a connection that belongs to its thread",
}
"""What a catalogue's hazard means, behind the name of what has it."""


class Hazard(NamedTuple):
    """`kind` is the catalogue's word, or `state` (changes what others may use), `unknown`, `lazy`, `reraise`, `caution`; `sentence` says it."""

    kind: str
    sentence: str


class _State(NamedTuple):
    function: FunctionRef
    owns_receiver: bool


class Hazards:
    """Answers for the functions of one program."""

    def __init__(self, graph: CallGraph) -> None:
        self._graph = graph
        self._inference = graph.inference
        self._program = graph.program
        self.ownership = Ownership(graph)
        self.shared_state = SharedState(graph)
        self.file_uses = FileUses(graph)
        self._own: dict[_State, tuple[tuple[Hazard, ...], tuple[_State, ...]]] = {}

    def of(self, ref: FunctionRef, *, owns_receiver: bool = False, is_handling: bool = False) -> tuple[Hazard, ...]:
        """The hazards of the function and of all that it runs, each once. `is_handling`: it is called while an exception is handled."""
        start = _State(ref, owns_receiver)
        seen = {start}
        pending = [start]
        found: dict[Hazard, None] = {}
        while pending:
            state = pending.pop()
            hazards, following = self._look_through(state)
            found |= dict.fromkeys(hazards)
            pending += [next_state for next_state in following if next_state not in seen]
            seen.update(following)
            if len(seen) > _FUNCTIONS:
                found[Hazard("unknown", f"it runs more than {_FUNCTIONS} functions, too many to look through")] = None
                break
        found |= dict.fromkeys((*self._results(ref), *self._files(ref)))
        return tuple(hazard for hazard in found if is_handling or hazard.kind not in ("exception", "reraise"))

    def _look_through(self, state: _State) -> tuple[tuple[Hazard, ...], tuple[_State, ...]]:
        """The hazards in the function's own body, and the functions that it runs."""
        if state not in self._own:
            self._own[state] = ((), ())
            self._own[state] = (tuple(dict.fromkeys(self._in_body(state))), tuple(sorted(set(self._following(state)))))
        return self._own[state]

    def _following(self, state: _State) -> Iterator[_State]:
        for operation in self._graph.operations(state.function):
            for target in operation.targets:
                if isinstance(target, Runs):
                    yield _State(target.function, self._passes_own_receiver(state, operation, target))

    def _passes_own_receiver(self, state: _State, operation: Operation, target: Runs) -> bool:
        """The method runs on an object that the caller made, or makes by this very call."""
        module = self._program.modules[state.function.module]
        expression = module.expressions[operation.expression]
        if not isinstance(expression, Call):
            base = expression.value if isinstance(expression, Attribute | Entered | Element | Subscript | Unpacked) else NOTHING
            return self._is_own(state, base)
        function = module.expressions[expression.function]
        callees = known(self._inference.evaluate(state.function.module, expression.function))
        if callees and all(isinstance(callee, ClassObject) for callee in callees):
            return target.through is None
        is_handed = any(isinstance(callee, External | ExternalInstance | Method) for callee in callees)
        return isinstance(function, Attribute) and not is_handed and self._is_own(state, function.value)

    def _is_own(self, state: _State, number: ExprId) -> bool:
        return self.ownership.is_own(state.function, number, owns_receiver=state.owns_receiver)

    # ------------------------------------------------------------------------------------------------- one function's body

    def _in_body(self, state: _State) -> Iterator[Hazard]:
        module = self._program.modules[state.function.module]
        facts = module.facts.functions[state.function.function]
        if has_unknown_decorator(self._inference, state.function):
            yield Hazard("unknown", f"nothing is known of a decorator of {facts.qualname}")
        if facts.reraises:
            yield Hazard("reraise", f"{facts.qualname} raises again what its caller is handling")
        for number in module.body(state.function.function):
            if isinstance(module.expressions[number], Element):
                yield from self._of_container(state, module, number)
            match module.expressions[number]:
                case Call() as call:
                    yield from self._of_call(state, module, number, call)
                case Element(value=value) | Entered(value=value) | Unpacked(value=value):
                    yield from self._of_use(state, module, number, value)
                case Attribute(value=value):
                    yield from self._of_class(state, module, value)
                    yield from self._of_handed(state, module, number, value)
                case _:
                    pass
            yield from self._of_changed(state, module, number)
        yield from self._of_writes(state, module)

    def _of_changed(self, state: _State, module: Module, number: ExprId) -> Iterator[Hazard]:
        """What a library's callable changes that the function did not make."""
        catalogue = self._inference.catalogue
        for base in self.shared_state.changed_by(module, number):
            values = known(self._inference.evaluate(module.number, base))
            is_safe = values and all(isinstance(one, ExternalInstance) and catalogue.is_thread_safe(one.path) for one in values)
            if not is_safe and not self._is_own(state, base) and not self._is_locked(module, number):
                yield Hazard("state", f"it changes {spell(module.expressions, base)}, which other tasks may be using")

    def _of_handed(self, state: _State, module: Module, number: ExprId, receiver: ExprId) -> Iterator[Hazard]:
        """A library's method that is handed over, to be called here: `map(variable.set, values)`."""
        for parent in module.parents.get(number, ()):
            call = module.expressions[parent]
            if not isinstance(call, Call) or call.function == number or self._is_run_elsewhere(module, call, number):
                continue
            for value in ordered(known(self._inference.evaluate(module.number, number))):
                entry = entry_of(self._inference, value) if isinstance(value, Method) else None
                if entry is not None and entry.hazard:
                    yield from self._of_value(state, module, number, value, receiver)

    def _is_run_elsewhere(self, module: Module, call: Call, number: ExprId) -> bool:
        """The call hands this argument to another thread, or to the loop."""
        given = Arguments(module.number, call.arguments)
        for value in known(self._inference.evaluate(module.number, call.function)):
            entry = entry_of(self._inference, value)
            for run in entry.runs if entry is not None else ():
                passed = given.positional() if run.argument == -1 else (given.expression(run.argument, run.name),)
                if run.where != "now" and number in passed:
                    return True
        return False

    def _of_call(self, state: _State, module: Module, number: ExprId, call: Call) -> Iterator[Hazard]:
        values = self._inference.evaluate(module.number, call.function)
        function = module.expressions[call.function]
        receiver = function.value if isinstance(function, Attribute) else NOTHING
        is_unknown = not values or any(isinstance(value, Unknown) for value in values)
        if is_unknown and (receiver == NOTHING or not self._is_own(state, receiver)):
            yield Hazard("unknown", f"it calls {spell(module.expressions, call.function)}, of which nothing is known")
            return
        for value in ordered(known(values)):
            yield from self._of_value(state, module, number, value, receiver)

    def _of_value(self, state: _State, module: Module, number: ExprId, value: Value, receiver: ExprId) -> Iterator[Hazard]:
        match value:
            case External() | Method():
                entry = entry_of(self._inference, value)
            case ExternalInstance(path=path):
                entry = self._inference.catalogue.calling(path)
            case _:
                return
        name = spell(module.expressions, number)
        if entry is None:
            if not (isinstance(value, External) and self._inference.catalogue.is_harmless(value.path)):
                yield Hazard("unknown", f"it calls {name}, of which nothing is known")
            return
        yield from self._of_units(state, module, number, entry)
        is_own = receiver != NOTHING and self._is_own(state, receiver)
        if entry.hazard and (not is_own or entry.hazard == "connection") and not self._is_caught(module, number, entry):
            yield Hazard(entry.hazard, f"{entry.shown} {WORDS[entry.hazard]}")
        elif entry.caution:
            yield Hazard("caution", entry.caution)
        elif entry.owner and not is_own:
            yield from self._of_shared(module, number, entry, receiver)

    def _is_caught(self, module: Module, number: ExprId, entry: Entry) -> bool:
        """What it may raise is caught by the function itself, or a second argument comes instead; or what it looks at is what the function
        itself handles.
        """
        if entry.hazard == "stop":
            call = module.expressions[number]
            return catches_stop(self._inference, module, number) or (isinstance(call, Call) and len(call.arguments) > 1)
        return entry.hazard == "exception" and is_handling(module, number)

    def _is_locked(self, module: Module, number: ExprId) -> bool:
        return is_locked(self._inference, module, number)

    def _of_units(self, state: _State, module: Module, number: ExprId, entry: Entry) -> Iterator[Hazard]:
        """What a blocking call is given to work on that keeps state between calls, such as an open file."""
        call = module.expressions[number]
        if not entry.blocks or not isinstance(call, Call) or self._is_locked(module, number):
            return
        catalogue = self._inference.catalogue
        for argument in call.arguments:
            for value in ordered(known(self._inference.evaluate(module.number, argument.value))):
                if not isinstance(value, ExternalInstance) or not catalogue.is_bound(value.path) or catalogue.is_temporary(value.path):
                    continue
                if not self._is_own(state, argument.value):
                    what = f"{spell(module.expressions, argument.value)} ({value.path})"
                    yield Hazard("state", f"{what} keeps state between calls and is not made here")

    def _of_shared(self, module: Module, number: ExprId, entry: Entry, receiver: ExprId) -> Iterator[Hazard]:
        """A library's method on an object that others may be using."""
        catalogue = self._inference.catalogue
        if catalogue.is_thread_safe(entry.owner) or self._is_locked(module, number):
            return
        what = f"{spell(module.expressions, receiver)} ({entry.owner})" if receiver != NOTHING else entry.owner
        method = entry.path.rpartition(".")[2]
        if catalogue.is_bound(entry.owner):
            yield Hazard("state", f"{what} keeps state between calls and is not made here")
        elif catalogue.mutates(entry.owner, method):
            yield Hazard("state", f"it changes {what.removesuffix(f' ({entry.owner})')}, which other tasks may be using")
        elif entry.blocks and entry.level != "cheap":
            yield Hazard("state", f"{what} is not known to be thread-safe and is not made here")

    def _of_use(self, state: _State, module: Module, number: ExprId, value: ExprId) -> Iterator[Hazard]:
        """Iterating or entering an object. What is one's own may be bound to this thread, but to nothing else."""
        is_own = self._is_own(state, value)
        catalogue = self._inference.catalogue
        is_entered = isinstance(module.expressions[number], Entered)
        for one in ordered(known(self._inference.evaluate(module.number, value))):
            if not isinstance(one, ExternalInstance):
                continue
            entry = catalogue.entering(one.path, is_async=False) if is_entered else catalogue.iterating(one.path, is_async=False)
            hazard = (entry.hazard if entry is not None else "") or (catalogue.hazard(one.path) if is_entered else "")
            if hazard not in ("", "lock") and not (is_own and hazard == "thread"):
                yield Hazard(hazard, f"{one.path} {WORDS[hazard]}")
            elif entry is not None and not is_entered and not is_own:
                yield from self._of_shared(module, number, entry, value)

    def _of_container(self, state: _State, module: Module, number: ExprId) -> Iterator[Hazard]:
        """Going through a shared container that other code changes."""
        for place in containers_in(module, number):
            name = self.shared_state.state_of(state.function, place)
            container = module.expressions[place]
            if isinstance(container, Attribute):
                is_changed = self.shared_state.may_change(module, place) and not self._is_own(state, container.value)
                name = container.name
            else:
                is_changed = name in self.shared_state.changed_in_place
            if is_changed and not self._is_locked(module, number):
                yield Hazard("state", f"it goes through {name}, which other tasks may be changing")

    def _of_class(self, state: _State, module: Module, value: ExprId) -> Iterator[Hazard]:
        """Reading an attribute of an object that is bound to a thread."""
        for one in ordered(known(self._inference.evaluate(module.number, value))):
            if isinstance(one, ExternalInstance):
                hazard = self._inference.catalogue.hazard(one.path)
                if hazard not in ("", "lock") and not self._is_own(state, value):
                    yield Hazard(hazard, f"{spell(module.expressions, value)} ({one.path}) {WORDS[hazard]}")

    def _of_writes(self, state: _State, module: Module) -> Iterator[Hazard]:
        """Assignments to what the function did not make: globals, attributes, items."""
        function = module.facts.functions[state.function.function]
        scope = module.facts.scopes[function.scope]
        running = set(module.body(state.function.function))
        for binding in module.facts.bindings:
            is_foreign = not scope.start <= module.facts.scopes[binding.scope].start < scope.end
            if is_foreign and binding.value in running and not self._is_locked(module, binding.value):
                yield Hazard("state", f"it assigns {binding.name}, which other tasks may be using")
        for written in module.facts.attribute_bindings:
            if written.value in running and not self._is_own(state, written.base) and not self._is_locked(module, written.value):
                yield Hazard(
                    "state", f"it changes {spell(module.expressions, written.base)}.{written.name}, which other tasks may be using"
                )
        for item in module.facts.item_bindings:
            if item.value in running and not self._is_own(state, item.base) and not self._is_locked(module, item.value):
                yield Hazard("state", f"it changes {spell(module.expressions, item.base)}[...], which other tasks may be using")
        for deleted in module.facts.deletions:
            if deleted.base in running and not self._is_own(state, deleted.base) and not self._is_locked(module, deleted.base):
                what = f".{deleted.name}" if deleted.name else "[...]"
                yield Hazard("state", f"it changes {spell(module.expressions, deleted.base)}{what}, which other tasks may be using")

    # ------------------------------------------------------------------------------------------------------------ results

    def _files(self, ref: FunctionRef) -> Iterator[Hazard]:
        if self.file_uses.of(ref).renews:
            yield Hazard("state", "it reads a file and changes it, which other tasks may be using")

    def _results(self, ref: FunctionRef) -> Iterator[Hazard]:
        """What the function returns must not depend on the thread, nor go on working when it is used."""
        facts = self._program.function(ref)
        for number in facts.returns:
            for value in ordered(known(self._inference.evaluate(ref.module, number))):
                yield from self.result(value)

    def result(self, value: Value) -> Iterator[Hazard]:
        """Why the value must not come out of a worker thread."""
        catalogue = self._inference.catalogue
        match value:
            case Generator():
                yield Hazard("lazy", "it returns a generator, whose body would run on the event loop")
            case Coroutine():
                yield Hazard("loop", "it returns a coroutine")
            case ExternalInstance(path=path):
                iterating = catalogue.iterating(path, is_async=False)
                if iterating is not None and iterating.level == "certain":
                    yield Hazard("lazy", f"it returns a {iterating.owner}, which goes on working when it is iterated")
                if catalogue.hazard(path) == "thread":
                    yield Hazard("thread", f"it returns a {path}, which is bound to its thread")
            case _:
                return
