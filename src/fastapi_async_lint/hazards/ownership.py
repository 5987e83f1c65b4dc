"""An expression -> whether the object that it gives was made by this very run of its function, so that nobody else can be using it.

What a function makes, it may change in any thread; what it was given, or found in a global or an attribute, other tasks may use meanwhile.
In doubt it is not the function's own. What hangs on an own object of a library (a response's headers) is the function's own; what hangs on
an own object of the project may have been passed in.

An own container may hold what is not: in `list(users)` the list is new, the users are the others'. So each question says how often something
is taken out: `[node]` is own, and what it gives when an item is taken is own if `node` is. A question leads to others, and the object is own
if none of them ends at what others have.
"""

from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.callgraph import CallGraph, entry_of
from fastapi_async_lint.catalogue import OF_ARGUMENT, Entry, Type, type_of
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
    FunctionValue,
    Literal,
    Mapping,
    Name,
    Operation,
    Parameter,
    Subscript,
    Unpacked,
)
from fastapi_async_lint.facts import Comprehension as ComprehensionFact
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.decorators import has_unknown_decorator, roles
from fastapi_async_lint.inference.parameters import receiver_of
from fastapi_async_lint.inference.values import (
    ClassObject,
    External,
    ExternalInstance,
    FunctionObject,
    Instance,
    Method,
    Value,
    Values,
    known,
)
from fastapi_async_lint.modules import FunctionRef, Module

_QUESTIONS = 200
"""How many questions are asked for one answer."""
_TAKEN = 4
"""How deep into containers they go."""
_EXISTING = ("memoised", "getattr", "class-of", "import-module", "super")
"""The roles of functions that give what was there before."""


class _Question(NamedTuple):
    """Is what is taken out of the expression's object, the last of `taken` first, made by this run of the function?"""

    function: FunctionRef
    number: ExprId
    owns_receiver: bool
    taken: tuple[int, ...] = ()
    """What is taken each time: an element or a key (0), an item or a value (1), any of them (2)."""

    def of(self, number: ExprId, taken: tuple[int, ...] | None = None) -> "_Question":
        """The same of another expression of the function."""
        return self._replace(number=number, taken=self.taken if taken is None else taken)


_FOREIGN = _Question(FunctionRef(NOTHING, NOTHING), NOTHING, owns_receiver=False)
"""Where a question ends at what others have."""


class Ownership:
    """Answers for the functions of one program."""

    def __init__(self, graph: CallGraph) -> None:
        self._inference = graph.inference
        self._program = graph.program

    def is_own(self, ref: FunctionRef, number: ExprId, *, owns_receiver: bool = False) -> bool:
        """The function made the object itself. `owns_receiver`: its `self` was made by whoever runs it, for this run alone."""
        pending = [_Question(ref, number, owns_receiver)]
        asked = set(pending)
        while pending:
            question = pending.pop()
            if question.number == NOTHING or len(question.taken) > _TAKEN or len(asked) > _QUESTIONS:
                return False
            following = set(self._following(question)) - asked
            asked |= following
            pending += following
        return True

    def _following(self, asked: _Question) -> Iterator[_Question]:
        """The questions that must be answered with yes for this one to be."""
        module = self._program.modules[asked.function.module]
        taken = asked.taken
        expression = module.expressions[asked.number]
        match expression:
            case Literal():
                pass
            case Display(items=items) | ComprehensionFact(items=items):
                kept = items if len(items) != 2 or not isinstance(expression, ComprehensionFact) else _of_pair(items, taken)
                yield from (one for item in kept if taken for one in self._of_item(asked, module, item, taken[:-1]))
            case Mapping(keys=keys, values=values):
                for key, held in zip(keys, values, strict=True) if taken else ():
                    if key == NOTHING:
                        yield asked.of(held)
                    else:
                        for item in _of_pair((key, held), taken):
                            yield from self._of_item(asked, module, item, taken[:-1])
            case Operation(left=left, right=right):
                if taken:
                    yield from (asked.of(left), asked.of(right))
            case FunctionValue(function=function):
                if taken:  # a generator expression
                    made = FunctionRef(asked.function.module, function)
                    yield from (_Question(made, number, False, taken[:-1]) for number in self._program.function(made).yields)
            case Call() as call:
                yield from self._of_call(asked, call)
            case Entered(value=value) | Await(value=value):
                yield asked.of(value)
            case Element(value=value) | Unpacked(value=value):
                yield asked.of(value, (*taken, 0))
            case Subscript(value=value):
                yield asked.of(value, (*taken, 1))
            case Attribute(value=value):
                owners = known(self._inference.evaluate(module.number, value))
                yield from _demand(bool(owners) and all(isinstance(one, ExternalInstance) for one in owners))
                yield asked.of(value, ())
            case Choice(options=options):
                yield from (asked.of(option) for option in options)
            case Name(id=name):
                yield from self._of_name(asked, module, name)
            case _:
                yield _FOREIGN

    # ------------------------------------------------------------------------------------------------------------- names

    def _of_name(self, asked: _Question, module: Module, name: str) -> Iterator[_Question]:
        ref = asked.function
        scope = module.scope_at(asked.number)
        top = module.facts.functions[ref.function].scope
        while scope not in (top, NOTHING) and (scope, name) not in module.bindings:
            scope = module.facts.scopes[scope].parent
        yield from _demand(scope != NOTHING and module.function_at(module.facts.scopes[scope].start) == ref.function)
        bindings = [binding for binding in module.reaching(scope, name, asked.number) if binding.value != NOTHING]
        yield from _demand(bool(bindings))
        for binding in bindings:
            if not self._is_own_receiver(asked, module, binding.value):
                yield asked.of(binding.value)
        if asked.taken:
            yield from self._of_items(asked, module, name)

    def _is_own_receiver(self, asked: _Question, module: Module, value: ExprId) -> bool:
        expression = module.expressions[value]
        return isinstance(expression, Parameter) and expression.index == 0 and self._has_own_receiver(asked)

    def _has_own_receiver(self, asked: _Question) -> bool:
        receiver = receiver_of(self._inference, asked.function) if asked.owns_receiver and not asked.taken else None
        return receiver is not None and isinstance(receiver.value, Instance)

    def _of_items(self, asked: _Question, module: Module, name: str) -> Iterator[_Question]:
        """What the function puts into the container of that name."""
        body = set(module.body(asked.function.function))
        for item in module.facts.item_bindings:
            if item.base in body and module.expressions[item.base] == Name(name):
                yield from self._of_item(asked, module, item.value, asked.taken[:-1])
        for place in body:
            call = module.expressions[place]
            method = module.expressions[call.function] if isinstance(call, Call) else None
            if isinstance(call, Call) and isinstance(method, Attribute) and module.expressions[method.value] == Name(name):
                for value in known(self._inference.evaluate(module.number, call.function)):
                    if isinstance(value, Method) and self._inference.catalogue.mutates(value.owner, value.name):
                        drained = self._drained(value, call)
                        for argument in call.arguments:
                            is_spread = argument.stars or argument.value in drained
                            yield from self._of_item(asked, module, argument.value, asked.taken if is_spread else asked.taken[:-1])

    def _of_item(self, asked: _Question, module: Module, number: ExprId, taken: tuple[int, ...]) -> Iterator[_Question]:
        """What is put into a container; what cannot be changed may be the others' too."""
        values = self._inference.evaluate(module.number, number)
        is_fixed = [isinstance(one, ExternalInstance) and self._inference.catalogue.is_thread_safe(one.path) for one in values]
        if not is_fixed or not all(is_fixed):
            yield asked.of(number, taken)

    def _drained(self, method: Method, call: Call) -> tuple[ExprId | None, ...]:
        """The arguments whose elements the method takes."""
        entry = entry_of(self._inference, method)
        given = Arguments(0, call.arguments)
        found: tuple[ExprId | None, ...] = ()
        for run in entry.runs if entry is not None else ():
            if run.how == "iterate":
                found += given.positional() if run.argument == -1 else (given.expression(run.argument, run.name),)
        return found

    # ------------------------------------------------------------------------------------------------------------- calls

    def _of_call(self, asked: _Question, call: Call) -> Iterator[_Question]:
        function = self._program.modules[asked.function.module].expressions[call.function]
        receiver = function.value if isinstance(function, Attribute) else NOTHING
        values = known(self._inference.evaluate(asked.function.module, call.function))
        if not values:  # an unknown method of an own object gives what hangs on it
            yield asked.of(receiver, ())
            yield asked.of(receiver, (*asked.taken, 2))
        for value in values:
            yield from self._of_callee(asked, value, call, receiver)

    def _of_callee(self, asked: _Question, callee: Value, call: Call, receiver: ExprId) -> Iterator[_Question]:
        """What a call gives of what is called; `receiver` is what a method stands behind."""
        catalogue = self._inference.catalogue
        match callee:
            case ClassObject():
                yield from _demand(not asked.taken)
            case FunctionObject(ref=ref):
                facts = self._program.function(ref)
                is_kept = "memoised" in roles(self._inference, ref) or has_unknown_decorator(self._inference, ref)
                yield from _demand(bool(facts.returns) and not is_kept)
                yield from (_Question(ref, number, False, asked.taken) for number in facts.returns)
            case External():
                entry = entry_of(self._inference, callee)
                yield from self._of_library(asked, entry, call, receiver)
                for position in entry.changes if entry is not None else ():  # what is done to the object is done to these
                    yield asked.of(Arguments(0, call.arguments).expression(position) or NOTHING, ())
            case Method(owner=owner):
                if not catalogue.is_thread_safe(owner):
                    yield asked.of(receiver, ())
                yield from self._of_library(asked, entry_of(self._inference, callee), call, receiver)
            case ExternalInstance(path=path):
                yield from _demand(catalogue.calling(path) is not None)
                if not catalogue.is_thread_safe(path) and receiver != NOTHING:
                    yield asked.of(receiver, ())
            case _:
                yield _FOREIGN

    def _of_library(self, asked: _Question, entry: Entry | None, call: Call, receiver: ExprId) -> Iterator[_Question]:
        if entry is None:
            yield asked.of(receiver, ())
            return
        if entry.role == "super":
            yield from _demand(self._has_own_receiver(asked))
            return
        yield from _demand(not entry.shared and entry.role not in _EXISTING)
        if entry.returns is not None:
            yield from self._of_type(asked, entry.returns, asked.taken, call, receiver)
        elif asked.taken and any(_refers_to_receiver(item) for item in self._taken_from(entry.path, asked.taken[-1])):
            yield from self._of_filling(asked, call)

    def _of_filling(self, asked: _Question, call: Call) -> Iterator[_Question]:
        """What a container is made with: a container of the same items, of pairs of them, or by keywords the items themselves."""
        for argument in call.arguments:
            if argument.keyword:
                yield asked.of(argument.value, asked.taken[:-1])
            else:
                yield asked.of(argument.value)
                yield asked.of(argument.value, (*asked.taken[:-1], 2, 0))

    def _of_type(self, asked: _Question, type_: Type, taken: tuple[int, ...], call: Call, receiver: ExprId) -> Iterator[_Question]:
        """The same of what a catalogue's type describes. What a library makes without being given it is new, and so is all that it holds."""
        head, inside = type_
        if head in OF_ARGUMENT:
            yield from self._of_argument(asked, type_, taken, call)
        elif head == "self":
            yield asked.of(receiver, taken)
        elif len(head) == 2 and head[0] == "T" and head[1].isdigit():
            yield asked.of(receiver, (*taken, int(head[1])))
        elif head in ("|", "awaitable"):
            for member in inside:
                yield from self._of_type(asked, member, taken, call, receiver)
        elif head == "class":
            yield _FOREIGN
        elif inside and taken:
            for item in self._items(type_, taken[-1]):
                yield from self._of_type(asked, item, taken[:-1], call, receiver)

    def _items(self, type_: Type, kind: int) -> Iterator[Type]:
        """The types of what is taken out of a container: `T` of `list[T]`; any of its parts where its class's record does not say."""
        path = type_.head if "." in type_.head else f"builtins.{type_.head}"
        found = self._taken_from(path, kind)
        if not found or type_.head == "tuple":
            yield from type_.arguments
        for item in found:
            yield _filled(item, type_.arguments)

    def _taken_from(self, path: str, kind: int) -> list[Type]:
        """What iterating or indexing an object of the class gives."""
        catalogue = self._inference.catalogue
        entries = [catalogue.iterating(path, is_async=False), catalogue.indexing(path)]
        entries = entries if kind > 1 else entries[kind : kind + 1]
        return [entry.returns for entry in entries if entry is not None and entry.returns is not None]

    def _of_argument(self, asked: _Question, type_: Type, taken: tuple[int, ...], call: Call) -> Iterator[_Question]:
        position, name = None, ""
        for part in type_.arguments:
            if part.head.isdigit():
                position = int(part.head)
            elif "." not in part.head and not part.arguments and part.head != "None":
                name = part.head
        given = Arguments(asked.function.module, call.arguments)
        number = given.expression(position, name)
        if number is None:
            yield from _demand(not given.has_stars)
            return
        match type_.head:
            case "arg" | "awaited" | "entered":
                yield asked.of(number, taken)
            case "element":
                yield asked.of(number, (*taken, 0))
            case "result":
                values: Values = known(self._inference.evaluate(asked.function.module, number))
                yield from _demand(bool(values))
                for value in values:
                    yield from self._of_callee(asked._replace(taken=taken), value, Call(number, ()), NOTHING)
            case "instance" | "offloaded":
                yield from _demand(not taken)
            case _:
                yield _FOREIGN


def _of_pair(pair: tuple[ExprId, ...], taken: tuple[int, ...]) -> tuple[ExprId, ...]:
    """Of a key and its value those that may be taken."""
    return pair if not taken or taken[-1] > 1 else pair[taken[-1] : taken[-1] + 1]


def _demand(condition: bool) -> Iterator[_Question]:
    if not condition:
        yield _FOREIGN


def _refers_to_receiver(type_: Type) -> bool:
    head, inside = type_
    return (len(head) == 2 and head[0] == "T" and head[1].isdigit()) or any(map(_refers_to_receiver, inside))


def _filled(type_: Type, parts: tuple[Type, ...]) -> Type:
    """The type with `T0`, `T1` as the parts say."""
    head, inside = type_
    if len(head) == 2 and head[0] == "T" and head[1].isdigit():
        return parts[int(head[1])] if int(head[1]) < len(parts) else type_of("Any")
    return Type(head, tuple(_filled(item, parts) for item in inside))
