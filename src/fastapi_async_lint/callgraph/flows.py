"""A value inside a function -> what becomes of it: called, iterated, awaited, handed to a thread, returned.

This is how a project's own wrappers are understood: a function that hands its parameter to an executor offloads, a decorator whose
wrapper calls its parameter runs it whenever the wrapper runs. Only names, partials and nested functions are followed.
"""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.facts import (
    NOTHING,
    Attribute,
    Await,
    Call,
    Choice,
    Display,
    Element,
    Entered,
    ExprId,
    Name,
)
from fastapi_async_lint.inference import attributes
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import ClassObject, External, FunctionObject, Method, Value, Wrapped
from fastapi_async_lint.program import FunctionRef, Module, Ref

_DEPTH = 5


class Use(NamedTuple):
    """A use of a value: `where` it runs as in the catalogue (or `wrapper`: whenever the nested function `inside` runs), and the expression that does it."""

    where: str
    how: str
    at: Ref
    context: str = ""
    unwraps: bool = False
    injects: bool = False
    methods: tuple[str, ...] = ()
    inside: FunctionRef | None = None


class Flows:
    """Answers what functions do with their parameters; one per analysis."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._kept: dict[tuple[FunctionRef, int], tuple[Use, ...]] = {}

    def parameter(self, ref: FunctionRef, index: int, depth: int = 0) -> tuple[Use, ...]:
        """What the function does with that parameter; empty when it does nothing that is understood."""
        key = (ref, index)
        if key not in self._kept:
            self._kept[key] = ()
            facts = self._inference.program.function(ref)
            if index < len(facts.parameters) and depth < _DEPTH:
                module = self._inference.program.modules[ref.module]
                self._kept[key] = tuple(
                    sorted(set(self._of_name(module, ref.function, facts.scope, facts.parameters[index].name, depth)), key=repr)
                )
        return self._kept[key]

    def _of_name(self, module: Module, function: int, scope: int, name: str, depth: int) -> Iterator[Use]:
        """What becomes of the value of a local name, in the function and in those nested in it."""
        bounds = module.facts.scopes[scope]
        for number in range(bounds.start, bounds.end):
            expression = module.expressions[number]
            if (
                type(expression) is Name
                and expression.id == name
                and not module.is_dead(number)
                and self._reads(module, number, name, scope)
            ):
                yield from self._of_value(module, function, number, depth)

    def _reads(self, module: Module, number: ExprId, name: str, scope: int) -> bool:
        here = module.scope_at(number)
        while here not in (scope, NOTHING):
            if (here, name) in module.bindings:
                return False
            here = module.facts.scopes[here].parent
        return here == scope

    def _of_value(self, module: Module, function: int, number: ExprId, depth: int) -> Iterator[Use]:
        """What becomes of an expression's value, from the view of `function`; what a nested function does is seen through what becomes of that function."""
        inside = module.function_at(number)
        if inside != function:
            for use in self._inside(module, inside, number, depth):
                yield from self._lifted(module, function, inside, use, depth)
            return
        yield from self._inside(module, function, number, depth)

    def _lifted(self, module: Module, function: int, inside: int, use: Use, depth: int) -> Iterator[Use]:
        """A use in a nested function, as the outer one sees it."""
        if use.where not in ("now", "wrapper"):
            yield use
            return
        if depth >= _DEPTH:
            return
        nested = FunctionRef(module.number, inside)
        yield use._replace(where="wrapper", inside=nested)
        value = module.function_values.get(inside, NOTHING)
        if value == NOTHING:
            return
        for outer in self._of_value(module, function, value, depth + 1):
            if outer.how in ("call", "await") or outer.where == "wrapper":
                yield outer._replace(how=use.how if use.how != "call" else outer.how)

    def _inside(self, module: Module, function: int, number: ExprId, depth: int) -> Iterator[Use]:
        if depth > _DEPTH:
            return
        for binding in module.bound_names.get(number, ()):
            if binding.scope:
                yield from self._of_name(module, function, binding.scope, binding.name, depth + 1)
        for parent in module.parents.get(number, ()):
            expression = module.expressions[parent]
            at = Ref(module.number, parent)
            match expression:
                case Call(function=callee) if callee == number:
                    yield Use("now", "call", at)
                    yield from self._awaited(module, function, parent, depth)
                case Call():
                    yield from self._as_argument(module, function, parent, expression, number, depth)
                case Element():
                    yield Use("now", "iterate", at)
                    if any(isinstance(module.expressions[outer], Call) for outer in module.parents.get(parent, ())):
                        continue
                case Entered():
                    yield Use("now", "enter", at)
                case Await():
                    yield Use("now", "await", at)
                case Choice() | Display():
                    yield from self._of_value(module, function, parent, depth + 1)
                case Attribute(name="__call__"):
                    yield from self._of_value(module, function, parent, depth + 1)
                case _:
                    pass

    def _awaited(self, module: Module, function: int, call: ExprId, depth: int) -> Iterator[Use]:
        """Where the coroutine that a call makes is run, if not just awaited."""
        yield from (use for use in self._of_value(module, function, call, depth + 1) if use.how == "await" and use.where != "now")

    def _as_argument(self, module: Module, function: int, call: ExprId, expression: Call, number: ExprId, depth: int) -> Iterator[Use]:
        """The value is passed to something that may run it."""
        at = Ref(module.number, call)
        given = Arguments(module.number, expression.arguments)
        for value in sorted(self._inference.evaluate(module.number, expression.function), key=repr):
            entry = entry_of(self._inference, value)
            if entry is not None:
                if entry.role == "partial":
                    yield from self._of_value(module, function, call, depth + 1)
                for run in entry.runs:
                    passed = given.positional() if run.argument == -1 else (given.expression(run.argument, run.name),)
                    if number in passed:
                        yield Use(run.where, run.how, at, run.context, run.unwraps, run.injects, run.methods)
                        if run.how == "await":
                            yield from self._awaited(module, function, call, depth)
                if entry.returns is not None and entry.returns.head == "offloaded":
                    yield Use("thread", "call", at)
                continue
            for target, offset in functions_of(self._inference, value):
                index = parameter_index(self._inference, target, given, number, offset)
                if index is not None:
                    for use in self.parameter(target, index, depth + 1):
                        yield use if use.where != "wrapper" else use._replace(at=at)


def entry_of(inference: Inference, value: Value) -> Entry | None:
    """The catalogue entry of a library's callable."""
    match value:
        case External(path=path):
            return inference.catalogue.function(path) or inference.catalogue.constructor(path)
        case Method(owner=owner, name=name):
            member = inference.catalogue.member(owner, name)
            return member.method if member else None
        case _:
            return None


def functions_of(inference: Inference, value: Value) -> list[tuple[FunctionRef, int]]:
    """The functions of the project whose parameters take the arguments of a call of `value`, with the number of parameters already bound."""
    match value:
        case FunctionObject(ref=ref, receiver=receiver):
            return [(ref, 0 if receiver is None else 1)]
        case ClassObject():
            made = attributes.read_class(inference, value, "__init__")
            return [(item.ref, 1) for item in made if isinstance(item, FunctionObject)]
        case Wrapped(inner=inner):
            return [found for item in sorted(inner, key=repr) for found in functions_of(inference, item)]
        case _:
            return []


def parameter_index(inference: Inference, target: FunctionRef, given: Arguments, number: ExprId, offset: int) -> int | None:
    """The parameter of `target` that takes the argument expression `number`; the catch-all for what is beyond the named ones."""
    parameters = inference.program.function(target).parameters
    place = offset
    for argument in given.written:
        if argument.keyword:
            if argument.value == number:
                return next((index for index, parameter in enumerate(parameters) if parameter.name == argument.keyword), None)
        elif argument.stars == 0:
            if argument.value == number:
                return place if place < len(parameters) else None
            place += 1
        else:
            return None
    return None
