"""Registrations -> roles: which function is handed to what, and where that runs it.

A role comes from a decorator (`@app.get("/x")`), from a call (`add_task(f)`, `Depends(f)`, `Thread(target=f)`, `asyncio.run(f())`),
from a library's base class (`WebSocketEndpoint.on_connect`), or from being a validator or serialiser of a model that a path
operation takes or returns. execution-model.md is the truth table; the catalogue holds it as data.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fastapi_async_lint.callgraph import CallGraph, Hands, context_words, entry_of
from fastapi_async_lint.catalogue import Entry, Run
from fastapi_async_lint.contexts.models import Models
from fastapi_async_lint.facts import NOTHING, AttributeBinding, Call, ExprId, FunctionId, ScopeKind
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.classes import external_bases
from fastapi_async_lint.inference.decorators import applied
from fastapi_async_lint.inference.protocols import is_async_callable
from fastapi_async_lint.inference.values import (
    ClassObject,
    Coroutine,
    Decorating,
    External,
    ExternalInstance,
    FunctionObject,
    Generator,
    Instance,
    Manager,
    Marked,
    Method,
    Offloaded,
    Partial,
    Value,
    Values,
    Wrapped,
    ordered,
)
from fastapi_async_lint.program import ClassRef, FunctionRef, Module, Ref

_FUNCTION = "{function}"


class Role(NamedTuple):
    """`where` is loop, thread, process, own-loop, later or never; `context` is in words, empty where there are none."""

    where: str
    context: str
    by_kind: bool = False
    """It runs there because of what it is: declared `def` it would run in a thread, declared `async def` on the loop."""
    starting: bool = False
    """It runs there only while the application starts or stops."""


class Roles:
    """Collects the roles of all functions of a program."""

    def __init__(self, graph: CallGraph, counted: frozenset[int]) -> None:
        self.graph = graph
        self.inference = graph.inference
        self.program = graph.program
        self.counted = counted
        """The modules whose registrations count: not the tests'."""
        self.found: dict[FunctionRef, list[Role]] = {}
        self.models = Models(graph)
        self._hook_names = self.inference.catalogue.hook_names()
        self._endpoints: list[tuple[FunctionRef, str, Ref]] = []

    def collect(self) -> dict[FunctionRef, tuple[Role, ...]]:
        """All roles; also tells the call graph which methods are hooks of their classes."""
        counted = [module for module in self.program.modules if module.number in self.counted]
        names = self.inference.catalogue.running_names()
        names |= self._names_of_helpers(counted, self.inference.catalogue.running_names(decorators=False))
        for module in counted:
            for number in range(len(module.facts.functions)):
                self._of_decorators(FunctionRef(module.number, number))
        for module in counted:
            for number in range(len(module.facts.classes)):
                self._of_base_classes(ClassRef(module.number, number))
            for binding in module.facts.attribute_bindings:
                self._of_assignment(module, binding)
            bodies = [module.top_level(), *(module.body(number) for number in range(len(module.facts.functions)))]
            for body in bodies:
                for operation in self.graph.calls_named(module, body, names):
                    self._of_targets(operation.targets)
        for ref, context, call in self._endpoints:
            self._of_models(ref, context, call)
        return {ref: tuple(dict.fromkeys(sorted(roles))) for ref, roles in sorted(self.found.items())}

    def _names_of_helpers(self, modules: Iterable[Module], names: frozenset[str]) -> set[str]:
        """The names of the project's own functions that may hand a parameter over: they have some, and their bodies call such names."""
        numbers = frozenset(module.number for module in modules)
        calls = (ref for name in names for ref in self.program.calls_by_name.get(name, ()) if ref.module in numbers)
        holders = {FunctionRef(ref.module, self._holder(self.program.modules[ref.module], ref.expression)) for ref in calls}
        functions = [self.program.function(ref) for ref in holders if ref.function != NOTHING]
        return {facts.name for facts in functions if any(parameter.name not in ("self", "cls") for parameter in facts.parameters)}

    def _holder(self, module: Module, number: ExprId) -> FunctionId:
        """The outermost function around an expression."""
        function = module.function_at(number)
        while function != NOTHING and module.enclosing_function(function) != NOTHING:
            function = module.enclosing_function(function)
        return function

    # ----------------------------------------------------------------------------------------------------- registrations

    def _of_decorators(self, ref: FunctionRef) -> None:
        facts = self.program.function(ref)
        values: Values = frozenset((FunctionObject(ref),))
        for number in reversed(facts.decorators):
            for decorator in ordered(self.inference.evaluate(ref.module, number)):
                self._apply(decorator, values, Ref(ref.module, number), ref)
                values = applied(self.inference, decorator, values)

    def _apply(self, decorator: Value, values: Values, at: Ref, ref: FunctionRef) -> None:
        entry, given = self._entry_and_arguments(decorator)
        if entry is not None:
            for run in entry.runs:
                context = context_words(self.inference, run.context, given, decorator.call if isinstance(decorator, Decorating) else None)
                if run.argument == 0:
                    for value in ordered(values):
                        self._register(value, run, context, at, ref)
                elif given is not None:
                    passed = given.values(self.inference, run.argument, run.name)
                    for value in ordered(passed or ()):
                        self._register(value, run, context, at, ref)
            return
        if isinstance(decorator, FunctionObject):
            offset = 1 if decorator.receiver is not None else 0
            for use in self.graph.expansion.flows.parameter(decorator.ref, offset):
                if use.where not in ("now", "wrapper") and (use.how == "call" or (use.how == "await" and use.where == "own-loop")):
                    for value in ordered(values):
                        self._hand(
                            Hands(value, use.where, use.how, use.context, use.unwraps, use.injects, use.methods, use.at, use.starting)
                        )

    def _entry_and_arguments(self, decorator: Value) -> tuple[Entry | None, Arguments | None]:
        if isinstance(decorator, Decorating):
            entry = self.inference.catalogue.callable(decorator.path)
            call = self.program.expression(decorator.call) if decorator.call else None
            given = Arguments(decorator.call.module, call.arguments) if decorator.call and isinstance(call, Call) else None
            return entry, given
        if isinstance(decorator, External | Method):
            return entry_of(self.inference, decorator), None
        return None, None

    def _register(self, value: Value, run: Run, context: str, at: Ref, ref: FunctionRef) -> None:
        if run.where in ("construct", "serialise"):
            module = self.program.modules[ref.module]
            owner = module.class_of(ref.function)
            if owner != NOTHING:
                self.graph.expansion.hooks.register(ClassRef(ref.module, owner), run.where, ref)
            return
        self._hand(Hands(value, run.where, run.how, context, run.unwraps, run.injects, run.methods, at, run.starting))

    def _of_base_classes(self, ref: ClassRef) -> None:
        for path in external_bases(self.inference, ref):
            for hook in self.inference.catalogue.hooks(path):
                if hook.where in ("construct", "serialise", "now"):
                    continue
                for name in hook.names:
                    for item in ordered(read_class(self.inference, Instance(ref), name)):
                        if isinstance(item, FunctionObject | Wrapped):
                            context = hook.context or f"{self.program.definition(ref).name}.{name}"
                            self._hand(Hands(item, hook.where, "call", context, False, False, (), Ref(ref.module, 0), hook.starting))

    def _of_assignment(self, module: Module, binding: AttributeBinding) -> None:
        """`app.openapi = f` puts a function in the place of a method that the library calls."""
        if binding.value == NOTHING or binding.name not in self._hook_names:
            return
        for base in ordered(self.inference.evaluate(module.number, binding.base)):
            if isinstance(base, ExternalInstance):
                for hook in self.inference.catalogue.hooks(base.path):
                    if binding.name in hook.names:
                        for value in ordered(self.inference.evaluate(module.number, binding.value)):
                            at = Ref(module.number, binding.value)
                            self._hand(Hands(value, hook.where, "call", hook.context, False, False, (), at, hook.starting))

    def _of_targets(self, targets: Iterable[object]) -> None:
        for target in targets:
            if isinstance(target, Hands):
                if target.where in ("construct", "serialise"):
                    self._hook_of_class_body(target)
                else:
                    self._hand(target)

    def _hook_of_class_body(self, target: Hands) -> None:
        """`Field(default_factory=f)` in a class body."""
        module = self.program.modules[target.call.module]
        scope = module.facts.scopes[module.scope_at(target.call.expression)]
        owner = scope.owner if scope.kind is ScopeKind.CLASS else NOTHING
        if owner != NOTHING:
            for ref, _ in self.functions(target.value):
                self.graph.expansion.hooks.register(ClassRef(target.call.module, owner), target.where, ref)

    # ------------------------------------------------------------------------------------------------------------- roles

    def _hand(self, target: Hands) -> None:
        where = target.where
        is_async = is_async_callable(self.inference, target.value, target.unwraps)
        if isinstance(target.value, Generator):
            is_async = self.program.function(target.value.ref).is_async
        if where == "kind":
            where = "loop" if is_async else "thread"
        elif where == "thread" and isinstance(target.value, Coroutine):
            where = "loop"
        if where == "loop" and isinstance(target.value, Coroutine):
            return
        if isinstance(target.value, Wrapped):
            self._hand_wrapped(target, target.value, where)
            return
        for ref, own in self._handed(target):
            self._add(ref, where if own else "thread", target)
            if target.injects:
                self._endpoints.append((ref, target.context, target.call))

    def _hand_wrapped(self, target: Hands, value: Wrapped, where: str) -> None:
        """The wrapper is shared by all that it wraps: it runs there, but the context is the wrapped function's."""
        for ref, _ in self.functions(value.wrapper):
            self.found.setdefault(ref, []).append(Role(where, ""))
        expanded = self.graph.expansion.expand(value, None, target.call) or ()
        for inner in expanded:
            if isinstance(inner, Hands) and inner.value != value:
                self._hand(inner._replace(context=target.context))
        for item in ordered(value.inner):
            for ref, _ in self.functions(item):
                if where != "loop" or self.program.function(ref).is_async:
                    self._add(ref, where, target)
                if target.injects:
                    self._endpoints.append((ref, target.context, target.call))

    def _add(self, ref: FunctionRef, where: str, target: Hands) -> None:
        self.found.setdefault(ref, []).append(Role(where, self._words(target.context, ref), target.where == "kind", target.starting))

    def _handed(self, target: Hands) -> Iterator[tuple[FunctionRef, bool]]:
        if target.how == "instance" and isinstance(target.value, ClassObject):
            yield from self.functions(target.value)
            for name in target.methods:
                for item in ordered(read_class(self.inference, Instance(target.value.ref), name)):
                    yield from self.functions(item)
        else:
            yield from self.functions(target.value)

    def _words(self, context: str, ref: FunctionRef) -> str:
        """The context in words; a single word, which names nothing, gets the function's name."""
        facts = self.program.function(ref)
        if context and " " not in context and context not in (facts.name, facts.qualname):
            context = f"{context} {_FUNCTION}"
        return context.replace(_FUNCTION, facts.qualname)

    def functions(self, value: Value) -> Iterator[tuple[FunctionRef, bool]]:
        """The functions whose bodies run when the value runs; False for those that it runs in a thread of its own accord."""
        match value:
            case FunctionObject(ref=ref) | Generator(ref=ref) | Manager(ref=ref):
                yield ref, True
            case Coroutine(origin=origin) if origin is not None:
                yield origin, True
            case ClassObject(ref=ref):
                for name in ("__new__", "__init__", "__post_init__"):
                    for item in ordered(read_class(self.inference, Instance(ref), name)):
                        if isinstance(item, FunctionObject):
                            yield item.ref, True
            case Instance():
                for item in ordered(read_class(self.inference, value, "__call__")):
                    yield from self.functions(item)
            case Wrapped(wrapper=wrapper, inner=inner):
                yield from self.functions(wrapper)
                if not is_async_callable(self.inference, wrapper):
                    for item in ordered(inner):
                        yield from self.functions(item)
            case Partial(inner=one):
                yield from self.functions(one)
            case Marked(inner=inner):
                for item in ordered(inner):
                    yield from self.functions(item)
            case Offloaded(inner=inner):
                for item in ordered(inner):
                    for ref, _ in self.functions(item):
                        yield ref, False
            case _:
                return

    def _of_models(self, ref: FunctionRef, context: str, call: Ref) -> None:
        """Validators of what a path operation or dependency takes, serialisers of what it returns: on the loop whatever it is itself."""
        for hook, words in self.models.taken(ref):
            self.found.setdefault(hook, []).append(Role("loop", f"{words} of {context}" if context else words))
        for hook, words in self.models.returned(ref, call):
            self.found.setdefault(hook, []).append(Role("loop", f"{words} of {context}" if context else words))
