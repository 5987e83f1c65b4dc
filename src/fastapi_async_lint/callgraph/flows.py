"""A value inside a function -> what becomes of it: called, iterated, awaited, handed to a thread, returned.

This is how a project's own wrappers are understood: a function that hands its parameter to an executor offloads, a decorator whose
wrapper calls its parameter runs it whenever the wrapper runs. Only names, partials and nested functions are followed.
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import msgspec

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
    ScopeId,
)
from fastapi_async_lint.inference import attributes
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import ClassObject, External, FunctionObject, Method, Value, Wrapped, ordered
from fastapi_async_lint.program import FunctionRef, Module, Ref


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
    starting: bool = False


class _OfParameter(msgspec.Struct, frozen=True, gc=False):
    """What does the function do with that parameter?"""

    function: FunctionRef
    index: int


class _OfName(msgspec.Struct, frozen=True, gc=False):
    """What becomes of the value of a local name, in the function and in those nested in it?"""

    function: FunctionRef
    scope: ScopeId
    name: str


class _OfValue(msgspec.Struct, frozen=True, gc=False):
    """What becomes of an expression's value, from the view of the function?"""

    function: FunctionRef
    number: ExprId


_Question: TypeAlias = _OfParameter | _OfName | _OfValue


class Flows:
    """Answers what functions do with their parameters; one per analysis.

    Functions that pass a value on to each other ask in circles, so no question waits for another's answer: each gets what is known so far,
    and is asked again when that has become more, until nothing does. Answers only grow, and whoever asks first gets the same ones.
    """

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._sorted: dict[_OfParameter, tuple[Use, ...]] = {}
        self._known: dict[_Question, frozenset[Use]] = {}
        self._asked_by: dict[_Question, dict[_Question, None]] = {}
        self._pending: dict[_Question, None] = {}

    def parameter(self, ref: FunctionRef, index: int) -> tuple[Use, ...]:
        """What the function does with that parameter; empty when it does nothing that is understood."""
        question = _OfParameter(ref, index)
        if question not in self._sorted:
            self._settle(question)
            self._sorted[question] = tuple(sorted(self._known[question], key=repr))
        return self._sorted[question]

    # ----------------------------------------------------------------------------------------------- until nothing grows

    def _settle(self, question: _Question) -> None:
        """Answer the question, and all that its answer rests on."""
        if question in self._known:
            return
        self._known[question] = frozenset()
        self._pending[question] = None
        while self._pending:
            following, _ = self._pending.popitem()
            answer = self._known[following].union(self._answer(following))
            if answer != self._known[following]:
                self._known[following] = answer
                self._pending.update(self._asked_by.get(following, {}))

    def _ask(self, question: _Question, asker: _Question) -> frozenset[Use]:
        """What is known so far; the asker is asked again when that is more."""
        self._asked_by.setdefault(question, {})[asker] = None
        if question not in self._known:
            self._known[question] = frozenset()
            self._pending[question] = None
        return self._known[question]

    def _answer(self, question: _Question) -> Iterator[Use]:
        match question:
            case _OfParameter(function=ref, index=index):
                facts = self._inference.program.function(ref)
                if index < len(facts.parameters):
                    yield from self._ask(_OfName(ref, facts.scope, facts.parameters[index].name), question)
            case _OfName():
                yield from self._of_name(question)
            case _OfValue(function=ref, number=number):
                module = self._inference.program.modules[ref.module]
                nested = FunctionRef(ref.module, module.function_at(number))
                if nested == ref:
                    yield from self._inside(module, question)
                else:
                    for use in self._ask(_OfValue(nested, number), question):
                        yield from self._lifted(module, question, nested, use)

    # --------------------------------------------------------------------------------------------------- what becomes of it

    def _of_name(self, question: _OfName) -> Iterator[Use]:
        module = self._inference.program.modules[question.function.module]
        bounds = module.facts.scopes[question.scope]
        for number in range(bounds.start, bounds.end):
            expression = module.expressions[number]
            if (
                type(expression) is Name
                and expression.id == question.name
                and not module.is_dead(number)
                and self._reads(module, number, question.name, question.scope)
            ):
                yield from self._ask(_OfValue(question.function, number), question)

    def _reads(self, module: Module, number: ExprId, name: str, scope: int) -> bool:
        here = module.scope_at(number)
        while here not in (scope, NOTHING):
            if (here, name) in module.bindings:
                return False
            here = module.facts.scopes[here].parent
        return here == scope

    def _lifted(self, module: Module, question: _OfValue, nested: FunctionRef, use: Use) -> Iterator[Use]:
        """A use in a nested function, as the outer one sees it: through what becomes of the nested function. Calling a coroutine function
        does not use the value yet; the coroutine does, where it says so.
        """
        if use.where not in ("now", "wrapper"):
            yield use
            return
        yield use._replace(where="wrapper", inside=nested)
        value = module.function_values.get(nested.function, NOTHING)
        if value == NOTHING:
            return
        makes_coroutine = self._inference.program.function(nested).is_async
        for outer in self._ask(_OfValue(question.function, value), question):
            if makes_coroutine and outer.where == "now":
                if use.where == "now":
                    yield use
            elif outer.how in ("call", "await") or outer.where == "wrapper":
                yield outer._replace(how=use.how if use.how != "call" else outer.how)

    def _inside(self, module: Module, question: _OfValue) -> Iterator[Use]:
        """The value is used by the function itself."""
        function, number = question.function, question.number
        for binding in module.bound_names.get(number, ()):
            if binding.scope:
                yield from self._ask(_OfName(function, binding.scope, binding.name), question)
        for parent in module.parents.get(number, ()):
            expression = module.expressions[parent]
            at = Ref(module.number, parent)
            match expression:
                case Call(function=callee) if callee == number:
                    yield Use("now", "call", at)
                    yield from self._awaited(question, parent)
                case Call():
                    yield from self._as_argument(module, question, parent, expression)
                case Element():
                    yield Use("now", "iterate", at)
                case Entered():
                    yield Use("now", "enter", at)
                case Await():
                    yield Use("now", "await", at)
                case Choice() | Display() | Attribute(name="__call__"):
                    yield from self._ask(_OfValue(function, parent), question)
                case _:
                    pass

    def _awaited(self, question: _OfValue, call: ExprId) -> Iterator[Use]:
        """Where the coroutine that a call makes is run, if not just awaited."""
        made = self._ask(_OfValue(question.function, call), question)
        yield from (use for use in made if use.how == "await" and use.where != "now")

    def _as_argument(self, module: Module, question: _OfValue, call: ExprId, expression: Call) -> Iterator[Use]:
        """The value is passed to something that may run it."""
        at = Ref(module.number, call)
        number = question.number
        given = Arguments(module.number, expression.arguments)
        for value in ordered(self._inference.evaluate(module.number, expression.function)):
            entry = entry_of(self._inference, value)
            if entry is not None:
                if entry.role == "partial":
                    yield from self._ask(_OfValue(question.function, call), question)
                for run in entry.runs:
                    passed = given.positional() if run.argument == -1 else (given.expression(run.argument, run.name),)
                    if number in passed:
                        yield Use(run.where, run.how, at, run.context, run.unwraps, run.injects, run.methods, starting=run.starting)
                        if run.how == "await":
                            yield from self._awaited(question, call)
                if entry.returns is not None and entry.returns.head == "offloaded":
                    yield Use("thread", "call", at)
                continue
            for target, offset in functions_of(self._inference, value):
                index = parameter_index(self._inference, target, given, number, offset)
                if index is not None:
                    for use in self._ask(_OfParameter(target, index), question):
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
            made = ordered(attributes.read_class(inference, value, "__init__"))
            return [(item.ref, 1) for item in made if isinstance(item, FunctionObject)]
        case Wrapped(inner=inner):
            return [found for item in ordered(inner) for found in functions_of(inference, item)]
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
