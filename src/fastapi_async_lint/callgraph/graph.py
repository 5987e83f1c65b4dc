"""Functions -> their operations, each with what it may run: the call graph, computed function by function on demand."""

from collections.abc import Iterable, Iterator

from fastapi_async_lint.callgraph.conditions import blocks
from fastapi_async_lint.callgraph.flows import Flows, Use, entry_of, functions_of, parameter_index
from fastapi_async_lint.callgraph.targets import Creates, Hands, Library, Operation, Runs, Target
from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.facts import NOTHING, Attribute, Await, Call, Element, Entered, Expression, ExprId, FunctionKind, Subscript
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.decorators import roles
from fastapi_async_lint.inference.classes import external_bases, has_unknown_base, mro
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
    Nothing,
    Offloaded,
    Partial,
    Super,
    Unknown,
    Value,
    Values,
    Wrapped,
    known,
)
from fastapi_async_lint.program import ClassRef, FunctionRef, Module, Program, Ref

_DEPTH = 6


class CallGraph:
    """The operations of functions and modules; one per program."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.program: Program = inference.program
        self.flows = Flows(inference)
        self._operations: dict[FunctionRef, tuple[Operation, ...]] = {}
        self._properties = self._property_names()

    def _property_names(self) -> frozenset[str]:
        """Names under which the project or a library defines a property that runs code; reading any other attribute runs nothing."""
        names = set()
        for module in self.program.modules:
            for number, function in enumerate(module.facts.functions):
                if function.decorators and module.class_of(number) != NOTHING:
                    names.add(function.name)
        for record, _ in self.inference.catalogue.classes.values():
            names.update(record.properties)
        return frozenset(names)

    def operations(self, ref: FunctionRef) -> tuple[Operation, ...]:
        """What the function's body does, in order."""
        if ref not in self._operations:
            self._operations[ref] = ()
            module = self.program.modules[ref.module]
            self._operations[ref] = tuple(self._scan(module, module.body(ref.function)))
        return self._operations[ref]

    def module_operations(self, number: int, names: frozenset[str]) -> Iterator[Operation]:
        """The calls that a module makes on import, of callables with one of these last names."""
        from fastapi_async_lint.program import last_name

        module = self.program.modules[number]
        for place in module.top_level():
            expression = module.expressions[place]
            if type(expression) is Call and last_name(module.expressions[expression.function]) in names:
                operation = self._operation(module, place, expression)
                if operation is not None:
                    yield operation

    def calls_named(self, ref: FunctionRef, names: frozenset[str]) -> Iterator[Operation]:
        """The calls in a function's body of callables with one of these last names."""
        from fastapi_async_lint.program import last_name

        module = self.program.modules[ref.module]
        for place in module.body(ref.function):
            expression = module.expressions[place]
            if type(expression) is Call and last_name(module.expressions[expression.function]) in names:
                operation = self._operation(module, place, expression)
                if operation is not None:
                    yield operation

    def _scan(self, module: Module, places: Iterable[ExprId]) -> Iterator[Operation]:
        for place in places:
            operation = self._operation(module, place, module.expressions[place])
            if operation is not None:
                yield operation

    def _operation(self, module: Module, place: ExprId, expression: Expression) -> Operation | None:
        match expression:
            case Call():
                return self._call(module, place, expression)
            case Attribute(value=base, name=name) if name in self._properties:
                return self._made(module, place, self.inference.evaluate(module.number, base), lambda value: self._property(value, name))
            case Element(value=operand, is_async=is_async):
                values = self.inference.evaluate(module.number, operand)
                return self._made(module, place, values, lambda value: self._iterated(value, is_async))
            case Entered(value=operand, is_async=is_async):
                values = self.inference.evaluate(module.number, operand)
                return self._made(module, place, values, lambda value: self._entered(value, is_async))
            case Subscript(value=operand):
                values = self.inference.evaluate(module.number, operand)
                return self._made(module, place, values, self._indexed)
            case _:
                return None

    def _made(self, module: Module, place: ExprId, values: Values, targets) -> Operation | None:  # type: ignore[no-untyped-def]
        found: list[Target] = []
        for value in sorted(known(values), key=repr):
            found += targets(value)
        if not found:
            return None
        awaited = self._drop_synchronous(module, place, found)
        return Operation(place, tuple(dict.fromkeys(awaited)), True, len(known(values)))

    # ---------------------------------------------------------------------------------------------------------- calls

    def _call(self, module: Module, place: ExprId, call: Call) -> Operation:
        values = self.inference.evaluate(module.number, call.function)
        given = Arguments(module.number, call.arguments)
        here = Ref(module.number, place)
        found: list[Target] = []
        unresolved = not values
        for value in sorted(values, key=repr):
            if isinstance(value, Unknown):
                unresolved = True
                continue
            targets = self.expand(value, given, here)
            if targets is None:
                unresolved = True
            else:
                found += targets
        kept = self._drop_synchronous(module, place, found)
        return Operation(place, tuple(dict.fromkeys(kept)), not unresolved, len(values))

    def _drop_synchronous(self, module: Module, place: ExprId, targets: list[Target]) -> list[Target]:
        """What is awaited is asynchronous: of several candidates the synchronous ones are then out, and a library's call is no blocker."""
        if not self.is_awaited(module, place):
            return targets
        coroutines = any(isinstance(target, Creates) for target in targets)
        return [
            target
            for target in targets
            if not isinstance(target, Library) and not (coroutines and isinstance(target, Runs) and target.through is None)
        ]

    def is_awaited(self, module: Module, place: ExprId) -> bool:
        """The expression's value is awaited, directly or by what it is passed to (`gather`, `create_task`, `wait_for`)."""
        for parent in module.parents.get(place, ()):
            expression = module.expressions[parent]
            if isinstance(expression, Await):
                return True
            if isinstance(expression, Entered) and expression.is_async:
                return True
            if isinstance(expression, Element) and expression.is_async:
                return True
            if isinstance(expression, Call) and expression.function != place:
                for value in self.inference.evaluate(module.number, expression.function):
                    entry = entry_of(self.inference, value)
                    if entry is not None and any(run.how == "await" for run in entry.runs):
                        return True
        return False

    def expand(self, value: Value, given: Arguments | None, here: Ref, depth: int = 0) -> list[Target] | None:
        """What calling the value runs; None if nothing is known of it. Without `given` nothing is known of the arguments."""
        if depth > _DEPTH:
            return None
        match value:
            case FunctionObject(ref=ref) if self._is_memoised_once(ref):
                return []
            case FunctionObject(ref=ref):
                return [self._body(ref), *self._callbacks(value, given, here, depth)]
            case ClassObject(ref=ref):
                return [*self._construction(ref, given, here, depth), *self._callbacks(value, given, here, depth)]
            case Instance():
                return self._each(read_class(self.inference, value, "__call__"), given, here, depth)
            case External(path=path):
                return self._external(path, given, here, depth)
            case Method(owner=owner, name=name):
                member = self.inference.catalogue.member(owner, name)
                return None if member is None or member.method is None else self._entry(member.method, given, here, depth)
            case ExternalInstance(path=path):
                entry = self.inference.catalogue.calling(path)
                return None if entry is None else self._entry(entry, given, here, depth)
            case Wrapped(wrapper=wrapper, inner=inner):
                return [*(self.expand(wrapper, None, here, depth + 1) or []), *self._wrapped(value, inner, given, here, depth)]
            case Partial(inner=inner):
                return self.expand(inner, None, here, depth + 1)
            case Offloaded(inner=inner):
                return [Hands(item, "thread", "", False, False, here) for item in sorted(inner, key=repr)]
            case Marked(role="context-manager" | "async-context-manager"):
                return []
            case Marked(inner=inner):
                return self._each(inner, given, here, depth)
            case Decorating() | Coroutine() | Generator() | Manager() | Nothing() | Super():
                return []
            case _:
                return None

    def _each(self, values: Values, given: Arguments | None, here: Ref, depth: int) -> list[Target] | None:
        found: list[Target] = []
        for value in sorted(known(values), key=repr):
            found += self.expand(value, given, here, depth + 1) or []
        return found if known(values) else None

    def _body(self, ref: FunctionRef) -> Target:
        facts = self.program.function(ref)
        return Creates(ref) if facts.is_async or facts.is_generator else Runs(ref)

    def _is_memoised_once(self, ref: FunctionRef) -> bool:
        """A memoised function without parameters runs once in the life of the process."""
        facts = self.program.function(ref)
        return bool(facts.decorators) and not facts.parameters and "memoised" in roles(self.inference, ref)

    def _construction(self, ref: ClassRef, given: Arguments | None, here: Ref, depth: int) -> list[Target]:
        """Constructors, `__post_init__`, and what a library's base class does or calls when an instance is made."""
        found: list[Target] = []
        instance = Instance(ref)
        for name in ("__new__", "__init__", "__post_init__"):
            for item in sorted(read_class(self.inference, instance, name), key=repr):
                if isinstance(item, FunctionObject):
                    found.append(Runs(item.ref))
                elif isinstance(item, Method) and name == "__init__":
                    found += self._library_constructor(item.owner, given)
        if not any(isinstance(target, Runs) for target in found):
            for path in external_bases(self.inference, ref)[:1]:
                found += self._library_constructor(path, given)
        found += [Runs(hook) for hook in self.hooks(ref, "construct")]
        return found

    def _library_constructor(self, path: str, given: Arguments | None) -> list[Target]:
        entry = self.inference.catalogue.constructor(path)
        if entry is None or not entry.blocks or not blocks(self.inference, entry, given):
            return []
        return [Library(entry, entry.level == "certain")]

    def hooks(self, ref: ClassRef, where: str) -> list[FunctionRef]:
        """The methods of a class that a library runs at that occasion (construct, serialise): by name, or by a decorator in the class body."""
        found = []
        for path in external_bases(self.inference, ref):
            for hook in self.inference.catalogue.hooks(path):
                if hook.where == where:
                    for name in hook.names:
                        found += [item.ref for item in read_class(self.inference, Instance(ref), name) if isinstance(item, FunctionObject)]
        for ancestor in mro(self.inference, ref):
            if isinstance(ancestor, ClassRef):
                found += self.registered_hooks.get((ancestor, where), ())
        return sorted(set(found))

    @property
    def registered_hooks(self) -> dict[tuple[ClassRef, str], list[FunctionRef]]:
        """Methods that a decorator in their class's body registers as hooks of that class, by occasion."""
        return self._hooks

    _hooks: dict[tuple[ClassRef, str], list[FunctionRef]] = {}

    def set_hooks(self, found: dict[tuple[ClassRef, str], list[FunctionRef]]) -> None:
        self._hooks = found

    def _external(self, path: str, given: Arguments | None, here: Ref, depth: int) -> list[Target] | None:
        entry = self.inference.catalogue.function(path) or self.inference.catalogue.constructor(path)
        return None if entry is None else self._entry(entry, given, here, depth)

    def _entry(self, entry: Entry, given: Arguments | None, here: Ref, depth: int) -> list[Target]:
        found: list[Target] = []
        if entry.blocks and blocks(self.inference, entry, given):
            found.append(Library(entry, entry.level == "certain"))
        if given is not None and not (entry.decorator and not self._is_direct(entry, given)):
            for run in entry.runs:
                context = context_words(self.inference, run.context, given)
                for passed in self._passed(given, run.argument, run.name, run.how):
                    found += self._run(
                        passed, run.where, run.how, here, Use(run.where, run.how, here, context, run.unwraps, run.injects), depth
                    )
        return found

    def _is_direct(self, entry: Entry, given: Arguments) -> bool:
        """A decorator called with the function itself, not used as `@d` or as a factory."""
        return entry.decorator in ("plain", "both") and bool(given.positional() or given.leading)

    def _passed(self, given: Arguments, position: int | None, name: str, how: str) -> list[Value]:
        """The values of an argument. Where it is awaited, also what is awaited inside it: f() in `run(wait_for(f()))`."""
        if position == -1:
            sets = [self.inference.evaluate(given.module, number) for number in given.positional()]
        else:
            values = given.values(self.inference, position, name)
            sets = [values] if values is not None else []
            number = given.expression(position, name)
            if how == "await" and number is not None:
                sets += self._awaited_inside(given.module, number)
        return sorted((value for values in sets for value in known(values)), key=repr)

    def _awaited_inside(self, module: int, number: ExprId) -> list[Values]:
        expression = self.program.modules[module].expressions[number]
        if not isinstance(expression, Call):
            return []
        inner = Arguments(module, expression.arguments)
        found: list[Values] = []
        for value in sorted(self.inference.evaluate(module, expression.function), key=repr):
            entry = entry_of(self.inference, value)
            for run in entry.runs if entry is not None else ():
                if run.how == "await":
                    found.append(frozenset(self._passed(inner, run.argument, run.name, "await")))
        return found

    def _run(self, value: Value, where: str, how: str, here: Ref, use: Use, depth: int) -> list[Target]:
        """What it means that `value` is called, iterated, awaited or entered there."""
        if (
            isinstance(value, ExternalInstance)
            and value.path in ("builtins.list", "builtins.tuple", "builtins.dict", "builtins.set")
            and how != "iterate"
        ):
            inner = value.arguments[-1:] if value.path == "builtins.dict" else value.arguments
            return [
                target
                for part in inner
                for item in sorted(known(part), key=repr)
                for target in self._run(item, where, how, here, use, depth)
            ]
        if where != "now":
            return [Hands(value, where if how != "enter" else "thread", use.context, use.unwraps, use.injects, here)]
        match how:
            case "iterate":
                targets = self._iterated(value, is_async=False)
            case "enter":
                targets = self._entered(value, is_async=False)
            case "await":
                targets = []
            case _:
                targets = self.expand(value, None, here, depth + 1) or []
        return [
            target._replace(through=use.at) if isinstance(target, Runs) and use.at != here and target.through is None else target
            for target in targets
        ]

    # ------------------------------------------------------------------------------------------------- callables as arguments

    def _callbacks(self, callee: Value, given: Arguments | None, here: Ref, depth: int) -> list[Target]:
        """What a function of the project does with the callables, iterables and context managers that it is given."""
        found: list[Target] = []
        if given is None:
            return found
        for argument in given.written:
            if argument.stars:
                continue
            values = [value for value in self.inference.evaluate(given.module, argument.value) if _may_run(value)]
            if not values:
                continue
            for target, offset in functions_of(self.inference, callee):
                index = parameter_index(self.inference, target, given, argument.value, offset)
                if index is None:
                    continue
                for use in self.flows.parameter(target, index):
                    if use.where != "wrapper":
                        for value in sorted(values, key=repr):
                            found += self._run(value, use.where, use.how, here, use, depth + 1)
        return found

    def _wrapped(self, value: Wrapped, inner: Values, given: Arguments | None, here: Ref, depth: int) -> list[Target]:
        """What becomes of the decorated function when its wrapper runs."""
        if value.decorator.module < 0:
            return []
        found: list[Target] = []
        uses = self.flows.parameter(value.decorator, value.parameter)
        wrapper_is_async = isinstance(value.wrapper, FunctionObject) and self.program.function(value.wrapper.ref).is_async
        for item in sorted(inner, key=repr):
            own = isinstance(item, FunctionObject | Wrapped | Marked)
            for use in uses:
                if use.where in ("wrapper", "now"):
                    if use.how not in ("call", "await"):
                        continue
                    if wrapper_is_async and own:
                        found.append(Hands(item, "loop", "called by an async decorator", False, False, here))
                    else:
                        for target in self.expand(item, None, here, depth + 1) or []:
                            found.append(target._replace(through=use.at) if isinstance(target, Runs) and target.through is None else target)
                else:
                    found.append(Hands(item, use.where, use.context, use.unwraps, use.injects, here))
        return found

    # ------------------------------------------------------------------------------------------------------ other operations

    def _property(self, value: Value, name: str) -> list[Target]:
        match value:
            case Instance() | Super():
                found: list[Target] = []
                for item in sorted(read_class(self.inference, value, name), key=repr):
                    if isinstance(item, Marked) and item.role in ("property", "cached-property"):
                        found += [self._body(getter.ref) for getter in sorted(item.inner, key=repr) if isinstance(getter, FunctionObject)]
                return found
            case ExternalInstance(path=path):
                member = self.inference.catalogue.member(path, name)
                return self._plain_entry(member.prop if member else None)
            case _:
                return []

    def _plain_entry(self, entry: Entry | None) -> list[Target]:
        if entry is None or not entry.blocks or not blocks(self.inference, entry, Arguments(0, ())):
            return []
        return [Library(entry, entry.level == "certain")]

    def _iterated(self, value: Value, is_async: bool) -> list[Target]:
        match value:
            case Generator(ref=ref):
                facts = self.program.function(ref)
                return [] if facts.is_async else [Runs(ref)]
            case ExternalInstance(path=path, arguments=arguments):
                found = self._plain_entry(self.inference.catalogue.iterating(path, is_async))
                lazily = (
                    [item for part in arguments for item in part if isinstance(item, Generator)]
                    if path.startswith(("builtins.", "itertools."))
                    else []
                )
                del lazily
                return found
            case Instance() if not is_async:
                found = []
                for item in sorted(read_class(self.inference, value, "__iter__"), key=repr):
                    if isinstance(item, FunctionObject):
                        facts = self.program.function(item.ref)
                        found.append(Runs(item.ref))
                        if not facts.is_generator:
                            found += [
                                Runs(step.ref)
                                for step in sorted(read_class(self.inference, value, "__next__"), key=repr)
                                if isinstance(step, FunctionObject)
                            ]
                return found
            case _:
                return []

    def _entered(self, value: Value, is_async: bool) -> list[Target]:
        match value:
            case Manager(ref=ref, is_async=False):
                return [Runs(ref)]
            case ExternalInstance(path=path):
                if is_async:
                    return self._plain_entry(self.inference.catalogue.entering(path, is_async=True))
                return [
                    *self._plain_entry(self.inference.catalogue.entering(path, is_async=False)),
                    *self._plain_entry(self.inference.catalogue.leaving(path)),
                ]
            case Instance() if not is_async:
                found: list[Target] = []
                for name in ("__enter__", "__exit__"):
                    for item in sorted(read_class(self.inference, value, name), key=repr):
                        if isinstance(item, FunctionObject):
                            found.append(self._body(item.ref))
                        elif isinstance(item, Method):
                            owner = self.inference.catalogue
                            found += self._plain_entry(
                                owner.entering(item.owner, is_async=False) if name == "__enter__" else owner.leaving(item.owner)
                            )
                if not found:
                    for path in external_bases(self.inference, value.ref):
                        found += self._plain_entry(self.inference.catalogue.entering(path, is_async=False))
                        found += self._plain_entry(self.inference.catalogue.leaving(path))
                        if found:
                            break
                return found
            case _:
                return []

    def _indexed(self, value: Value) -> list[Target]:
        match value:
            case Instance():
                return [
                    self._body(item.ref)
                    for item in sorted(read_class(self.inference, value, "__getitem__"), key=repr)
                    if isinstance(item, FunctionObject)
                ]
            case ExternalInstance(path=path):
                return self._plain_entry(self.inference.catalogue.indexing(path))
            case _:
                return []

    def is_fully_known(self, ref: ClassRef) -> bool:
        """All bases of the class, and theirs, are resolved."""
        return not has_unknown_base(self.inference, ref)


def _may_run(value: Value) -> bool:
    return isinstance(
        value,
        FunctionObject | Wrapped | Partial | Generator | Manager | Method | Coroutine | Marked | Offloaded | External | ExternalInstance,
    )


def context_words(inference: Inference, words: str, given: Arguments) -> str:
    """The words with `{0}` replaced by the call's first string literal."""
    if "{0}" not in words:
        return words
    for position in (0,):
        literal = given.literal(inference, position - 0)
        if literal is not None and isinstance(literal.value, str):
            return words.replace("{0}", literal.value).rstrip()
    for name in ("path",):
        literal = given.literal(inference, None, name)
        if literal is not None and isinstance(literal.value, str):
            return words.replace("{0}", literal.value).rstrip()
    return words.replace(" {0}", "")


def kind_of(program: Program, ref: FunctionRef) -> FunctionKind:
    return program.function(ref).kind
