"""A callable and its arguments -> what calling it runs, creates and hands over."""

from collections.abc import Iterable, Sequence

from fastapi_async_lint.callgraph import implicit
from fastapi_async_lint.callgraph.conditions import certainty
from fastapi_async_lint.callgraph.flows import Flows, Use, entry_of, functions_of, parameter_index
from fastapi_async_lint.callgraph.hooks import Hooks
from fastapi_async_lint.callgraph.targets import Creates, Hands, Library, Runs, Target
from fastapi_async_lint.callgraph.wording import context_words
from fastapi_async_lint.catalogue import Entry, Run
from fastapi_async_lint.facts import NOTHING, Argument, Call, Display, ExprId
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.classes import external_bases
from fastapi_async_lint.inference.decorators import roles
from fastapi_async_lint.inference.protocols import element
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
    Value,
    Values,
    Wrapped,
    known,
    ordered,
)
from fastapi_async_lint.program import ClassRef, FunctionRef, Ref

_DEPTH = 6
_CONTAINERS = frozenset(("builtins.list", "builtins.tuple", "builtins.dict", "builtins.set"))


class Expansion:
    """Expands callables; one per program. What coroutine functions do with the callables passed to them is kept for their own operations."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self.program = inference.program
        self.flows = Flows(inference)
        self.hooks = Hooks(inference)
        self.passed: dict[Ref, set[Value]] = {}
        """Callables that reach a call in a coroutine function through a parameter, by that call."""
        self.touched: set[FunctionRef] = set()
        """The coroutine functions whose entries in `passed` have grown since this was last emptied."""

    def expand(self, value: Value, given: Arguments | None, here: Ref, depth: int = 0) -> list[Target] | None:
        """What calling the value runs; None if nothing is known of it. Without `given` nothing is known of the arguments."""
        if depth > _DEPTH:
            return None
        match value:
            case FunctionObject(ref=ref) if self._runs_once(ref):
                return []
            case FunctionObject(ref=ref, receiver=receiver):
                return [self.body(ref, receiver), *self._callbacks(value, given, here, depth)]
            case ClassObject(ref=ref):
                return [*self.construction(ref, given), *self._callbacks(value, given, here, depth)]
            case Instance():
                return self._each(read_class(self.inference, value, "__call__"), given, here, depth)
            case External() | Method():
                entry = entry_of(self.inference, value)
                return None if entry is None else self._entry(entry, value, given, here, depth)
            case ExternalInstance(path=path):
                entry = self.inference.catalogue.calling(path)
                return None if entry is None else self._entry(entry, value, given, here, depth)
            case Wrapped(wrapper=wrapper, inner=inner):
                return [*(self.expand(wrapper, None, here, depth + 1) or []), *self._wrapped(value, inner, here, depth)]
            case Partial(inner=inner, call=call):
                return self.expand(inner, self._bound_by(call, given), here, depth + 1)
            case Offloaded(inner=inner):
                return [Hands(item, "thread", "call", "", False, False, (), here) for item in ordered(inner)]
            case Marked(role="context-manager" | "async-context-manager"):
                return []
            case Marked(inner=inner):
                return self._each(inner, given, here, depth)
            case Decorating() | Coroutine() | Generator() | Manager() | Nothing() | Super():
                return []
            case _:
                return None

    def _bound_by(self, call: Ref, given: Arguments | None) -> Arguments:
        """The arguments that a partial's callable gets: those of the partial, then those of its call."""
        made = self.program.expression(call)
        bound = Arguments(call.module, made.arguments if isinstance(made, Call) else ()).after(1)
        return Arguments(call.module, (), (), bound) if given is None else Arguments(given.module, given.written, given.leading, bound)

    def _each(self, values: Values, given: Arguments | None, here: Ref, depth: int) -> list[Target] | None:
        found: list[Target] = []
        for value in ordered(known(values)):
            found += self.expand(value, given, here, depth + 1) or []
        return found if known(values) else None

    def body(self, ref: FunctionRef, receiver: Value | None = None) -> Target:
        """Calling the function runs its body, or makes a coroutine or generator."""
        facts = self.program.function(ref)
        if facts.is_async or facts.is_generator:
            return Creates(ref)
        return Runs(ref, None, receiver.ref if isinstance(receiver, Instance | ClassObject) else None)

    def _runs_once(self, ref: FunctionRef) -> bool:
        """A memoised function without parameters runs once in the life of the process."""
        facts = self.program.function(ref)
        return bool(facts.decorators) and not facts.parameters and "memoised" in roles(self.inference, ref)

    def construction(self, ref: ClassRef, given: Arguments | None) -> list[Target]:
        """Constructors, `__post_init__`, and what a library's base class does or calls when an instance is made."""
        found: list[Target] = []
        instance = Instance(ref)
        for name in ("__new__", "__init__", "__post_init__"):
            for item in ordered(read_class(self.inference, instance, name)):
                if isinstance(item, FunctionObject):
                    found.append(Runs(item.ref, None, ref))
                elif isinstance(item, Method) and name == "__init__":
                    found += self._library_constructor(item.owner, given)
        if not found:
            for path in external_bases(self.inference, ref)[:1]:
                found += self._library_constructor(path, given)
        return [*found, *(Runs(hook, None, ref) for hook in self.hooks.of(ref, "construct"))]

    def _library_constructor(self, path: str, given: Arguments | None) -> list[Target]:
        return self.plain(self.inference.catalogue.constructor(path), given)

    def plain(self, entry: Entry | None, given: Arguments | None, callee: Value | None = None) -> list[Target]:
        """The library callable itself, if this use of it blocks."""
        certain = None if entry is None else certainty(self.inference, entry, given, _holder(callee))
        return [] if entry is None or certain is None else [Library(entry, certain and entry.level == "certain")]

    # ------------------------------------------------------------------------------------------------ what libraries run

    def _entry(self, entry: Entry, callee: Value, given: Arguments | None, here: Ref, depth: int) -> list[Target]:
        found = self.plain(entry, given, callee)
        if given is None:
            return found
        decorates = bool(entry.decorator) and not (entry.decorator in ("plain", "both") and bool(given.positional() or given.leading))
        for run in entry.runs:
            if decorates and run.argument == 0 and given.expression(None, run.name) is None:
                continue
            for passed in self._passed(callee, given, run):
                found += self._run(passed, _use(self.inference, run, given, here), here, depth)
                found += self._taken_along(passed, self._passed_on(run, given), here, depth)
        return found

    def _passed_on(self, run: Run, given: Arguments) -> Arguments:
        """The arguments that what is run gets: those behind it, or those in `args=`."""
        if run.passes == "rest" and run.argument is not None:
            return given.after(run.argument + 1)
        number = given.expression(None, "args") if run.passes == "args" else None
        listed = None if number is None else self.program.modules[given.module].expressions[number]
        return Arguments(given.module, tuple(Argument(item) for item in listed.items) if isinstance(listed, Display) else ())

    def _taken_along(self, value: Value, given: Arguments, here: Ref, depth: int) -> list[Target]:
        """What is handed over with a callable that runs it on a loop of its own: `main()` of `submit(asyncio.run, main())`."""
        if depth > _DEPTH:
            return []
        match value:
            case Partial(inner=inner, call=call):
                return self._taken_along(inner, self._bound_by(call, given), here, depth + 1)
            case External() | Method():
                entry = entry_of(self.inference, value)
                runs = [run for run in entry.runs if run.where == "own-loop"] if entry is not None else []
                return [
                    target
                    for run in runs
                    for passed in self._passed(value, given, run)
                    for target in self._run(passed, _use(self.inference, run, given, here), here, depth + 1)
                ]
            case FunctionObject():
                return self._callbacks(value, given, here, depth, "own-loop")
            case _:
                return []

    def held(self, entry: Entry, holder: Value, here: Ref) -> list[Target]:
        """What an entry runs of what the object itself holds: `map` its function, `enumerate` its iterable."""
        found: list[Target] = []
        for run in entry.runs:
            if run.held is not None:
                for passed in self._passed(holder, Arguments(0, ()), run):
                    found += self._run(passed, _use(self.inference, run, Arguments(0, ()), here), here, 1)
        return found

    def _passed(self, callee: Value, given: Arguments, run: Run) -> Sequence[Value]:
        """The values that are run. Where an argument is awaited, also what is awaited inside it: f() in `run(wait_for(f()))`."""
        sets: list[Values] = []
        if run.held is not None:
            parts: tuple[Values, ...] = getattr(_holder(callee), "arguments", ())
            sets += parts[run.held : run.held + 1]
        elif run.argument == -1:
            sets += [self.inference.evaluate(given.module, number) for number in given.positional()]
        else:
            values = given.values(self.inference, run.argument, run.name)
            sets += [values] if values is not None else []
            number = given.expression(run.argument, run.name)
            if run.how == "await" and number is not None:
                sets += self._awaited_inside(given.module, number)
        return ordered([value for values in sets for value in known(values)])

    def _awaited_inside(self, module: int, number: ExprId) -> list[Values]:
        expression = self.program.modules[module].expressions[number]
        if not isinstance(expression, Call):
            return []
        found: list[Values] = []
        for value in ordered(self.inference.evaluate(module, expression.function)):
            entry = entry_of(self.inference, value)
            awaiting = [run for run in entry.runs if run.how == "await"] if entry is not None else []
            found += [frozenset(self._passed(value, Arguments(module, expression.arguments), run)) for run in awaiting]
        return found

    def _run(self, value: Value, use: Use, here: Ref, depth: int) -> list[Target]:
        """What it means that `value` is used so."""
        if isinstance(value, ExternalInstance) and value.path in _CONTAINERS and use.how in ("call", "instance"):
            inner = value.arguments[-1:] if value.path == "builtins.dict" else value.arguments
            return [target for part in inner for item in ordered(known(part)) for target in self._run(item, use, here, depth)]
        if use.how == "await" and not isinstance(value, Coroutine):
            awaited = self._coroutines_in(value)
            if awaited:
                return [target for item in awaited for target in self._run(item, use, here, depth)]
        if use.where != "now":
            return [
                Hands(
                    value,
                    use.where if use.how != "enter" else "thread",
                    use.how,
                    use.context,
                    use.unwraps,
                    use.injects,
                    use.methods,
                    here,
                    use.starting,
                )
            ]
        if use.how == "call" and use.at != here and self._in_coroutine_function(use.at):
            self._pass_on(value, use.at)
            return [target for target in self.expand(value, None, here, depth + 1) or [] if isinstance(target, Creates)]
        match use.how:
            case "iterate":
                targets = implicit.iterated(self, value, is_async=False, here=here)
            case "enter":
                targets = implicit.entered(self, value, is_async=False)
            case "await":
                targets = []
            case _:
                targets = self.expand(value, None, here, depth + 1) or []
        return list(_seen_through(targets, use.at, here))

    def callers_of_parameters(self) -> frozenset[FunctionRef]:
        """The coroutine functions that call what callers pass to them, such as the wrappers of decorators: whom they run depends on the caller."""
        return frozenset(FunctionRef(at.module, self.program.modules[at.module].function_at(at.expression)) for at in self.passed)

    def passed_coroutines(self) -> dict[FunctionRef, frozenset[FunctionRef]]:
        """For those: the coroutine functions that are passed to them."""
        found: dict[FunctionRef, set[FunctionRef]] = {}
        for at, values in list(self.passed.items()):
            made = found.setdefault(FunctionRef(at.module, self.program.modules[at.module].function_at(at.expression)), set())
            for value in ordered(values):
                made.update(target.function for target in self.expand(value, None, at, 1) or [] if isinstance(target, Creates))
        return {ref: frozenset(functions) for ref, functions in found.items()}

    def _coroutines_in(self, value: Value) -> Sequence[Value]:
        """The coroutines that a container or a generator expression holds: `gather(*(f(x) for x in xs))`."""
        if not isinstance(value, Generator | ExternalInstance):
            return []
        return ordered([item for item in element(self.inference, value, is_async=False) if isinstance(item, Coroutine)])

    def _in_coroutine_function(self, at: Ref) -> bool:
        module = self.program.modules[at.module]
        function = module.function_at(at.expression)
        return function != NOTHING and module.facts.functions[function].is_async

    def _pass_on(self, value: Value, at: Ref) -> None:
        """The coroutine function that calls its parameter is code on the loop: the call is its own operation."""
        known_values = self.passed.setdefault(at, set())
        if value not in known_values:
            known_values.add(value)
            self.touched.add(FunctionRef(at.module, self.program.modules[at.module].function_at(at.expression)))

    # ------------------------------------------------------------------------------------------- callables as arguments

    def _callbacks(self, callee: Value, given: Arguments | None, here: Ref, depth: int, only: str = "") -> list[Target]:
        """What a function of the project does with the callables, iterables and context managers that it is given; `only` there, if anywhere."""
        found: list[Target] = []
        if given is None:
            return found
        for argument in given.written:
            if argument.stars:
                continue
            values = ordered(known(self.inference.evaluate(given.module, argument.value)))
            for target, offset in functions_of(self.inference, callee) if values else ():
                index = parameter_index(self.inference, target, given, argument.value, offset)
                for use in self.flows.parameter(target, index) if index is not None else ():
                    if use.where != "wrapper" and only in ("", use.where):
                        for value in values:
                            found += self._run(value, use, here, depth + 1)
        return found

    def _wrapped(self, value: Wrapped, inner: Values, here: Ref, depth: int) -> list[Target]:
        """What becomes of the decorated function when its wrapper runs."""
        if value.decorator.module < 0:
            return []
        found: list[Target] = []
        for item in ordered(inner):
            for use in self.flows.parameter(value.decorator, value.parameter):
                if use.where not in ("wrapper", "now"):
                    found += self._run(item, use, here, depth + 1)
                elif use.how in ("call", "await"):
                    found += self._run(item, use._replace(where="now", how="call"), here, depth + 1)
        return found


def _seen_through(targets: Iterable[Target], at: Ref, here: Ref) -> Iterable[Target]:
    for target in targets:
        yield target._replace(through=at) if isinstance(target, Runs | Library) and at != here and target.through is None else target


def _use(inference: Inference, run: Run, given: Arguments, here: Ref) -> Use:
    words = context_words(inference, run.context, given, here)
    return Use(run.where, run.how, here, words, run.unwraps, run.injects, run.methods, starting=run.starting)


def _holder(callee: Value | None) -> Value | None:
    """The object that a method is called on; what is called itself holds what it holds."""
    return callee.receiver if isinstance(callee, Method) and callee.receiver is not None else callee
