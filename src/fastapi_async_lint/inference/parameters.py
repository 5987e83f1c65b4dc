"""A parameter -> what callers pass: its annotation, its injected dependency, its default, else what the project's own calls pass."""

from typing import NamedTuple

from fastapi_async_lint.facts import NOTHING, Call, FunctionKind, Name, ParameterKind
from fastapi_async_lint.inference import annotations, classes, decorators
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    ANYTHING,
    EMPTY,
    ClassObject,
    Coroutine,
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
    container,
    known,
    ordered,
    union,
)
from fastapi_async_lint.program import ClassRef, FunctionRef, Ref

CANDIDATES = 60
"""Calls by the function's name that are looked at; a name called more often says nothing."""
CALLERS = 12
"""Calls that are taken into account."""
_LEADING = (ParameterKind.REGULAR, ParameterKind.POSITIONAL_ONLY)
_OF_CLASSES = ("__new__", "__init_subclass__", "__class_getitem__")
"""The methods that are called on the class without being decorated."""


def passed(inference: Inference, ref: FunctionRef, index: int) -> Values:
    """What the parameter may be."""
    return inference.ask(("parameter", ref, index), lambda: _passed(inference, ref, index))


def _passed(inference: Inference, ref: FunctionRef, index: int) -> Values:
    facts = inference.program.function(ref)
    parameter = facts.parameters[index]
    receiver = receiver_of(inference, ref) if index == 0 else None
    if receiver is not None:
        return frozenset((receiver.value,))
    declared = annotations.annotated(inference, ref.module, parameter.annotation) if parameter.annotation != NOTHING else EMPTY
    if parameter.kind is ParameterKind.VAR_POSITIONAL:
        return container("tuple", declared or ANYTHING)
    if parameter.kind is ParameterKind.VAR_KEYWORD:
        return container("dict", ANYTHING, declared or ANYTHING)
    if _says(inference, declared):
        return declared
    default = EMPTY
    if parameter.default != NOTHING:
        injected = annotations.provided_by(inference, ref.module, parameter.default)
        if known(injected):
            return injected
        default = inference.evaluate(ref.module, parameter.default)
    given = _from_callers(inference, ref, index)
    return union(default, given, declared if not known(given) else EMPTY) or ANYTHING


def _says(inference: Inference, values: Values) -> bool:
    """The declared type tells more than callers could: it is not `object`, a bare container, or "some callable"."""
    return any(not (isinstance(value, ExternalInstance) and _is_vague(inference, value)) for value in known(values))


def _is_vague(inference: Inference, value: ExternalInstance) -> bool:
    if value.path == "builtins.object" or annotations.role_of(inference, value.path) == "callable-type":
        return True
    return not value.arguments and value.path in _CONTAINERS


class Receiver(NamedTuple):
    """The first parameter of a method: its name, and what it is: an instance (`self`), or the class (`cls`)."""

    name: str
    value: Instance | ClassObject


def receiver_of(inference: Inference, ref: FunctionRef) -> Receiver | None:
    """The parameter that takes what the method is called on; None for plain functions and static methods."""
    module = inference.program.modules[ref.module]
    owner = module.class_of(ref.function)
    facts = module.facts.functions[ref.function]
    first = facts.parameters[0] if facts.parameters else None
    if owner == NOTHING or facts.kind is not FunctionKind.DEF or first is None or first.kind not in _LEADING:
        return None
    found = decorators.roles(inference, ref)
    if "staticmethod" in found:
        return None
    definition = ClassRef(ref.module, owner)
    if "classmethod" in found or facts.name in _OF_CLASSES or first.name == "cls":
        return Receiver(first.name, ClassObject(definition))
    return Receiver(first.name, Instance(definition))


def _from_callers(inference: Inference, ref: FunctionRef, index: int) -> Values:
    """What the project's own calls pass. What can be run is left out: one caller's callbacks must not mix with another's."""
    found = []
    for given, offset in callers(inference, ref):
        parameter = inference.program.function(ref).parameters[index]
        position = index - offset if parameter.kind is not ParameterKind.KEYWORD_ONLY else None
        if position is not None and position < 0:
            continue
        values = given.values(inference, position, parameter.name)
        if values is not None:
            found.append(frozenset(value for value in values if not _can_be_run(inference, value)))
    return union(*found)


def _can_be_run(inference: Inference, value: Value) -> bool:
    return isinstance(value, _CALLABLES) or (isinstance(value, External) and inference.catalogue.function(value.path) is not None)


_CONTAINERS = frozenset(("builtins.list", "builtins.tuple", "builtins.set", "builtins.dict"))
_CALLABLES = FunctionObject | Wrapped | Partial | Marked | Offloaded | Method | Generator | Manager | Coroutine


def callers(inference: Inference, ref: FunctionRef) -> list[tuple[Arguments, int]]:
    """The project's calls of the function: arguments, and how many leading parameters they do not pass (1 for a bound method)."""
    owner = inference.program.modules[ref.module].class_of(ref.function)
    sites = _sites(inference, ref, owner)
    found: list[tuple[Arguments, int]] = []
    if len(sites) <= CANDIDATES:
        for site in sites:
            offset = _calls(inference, site, ref, owner)
            if offset is not None:
                expression = inference.program.expression(site)
                assert isinstance(expression, Call)
                found.append((Arguments(site.module, expression.arguments), offset))
            if len(found) >= CALLERS:
                break
    return found + _wrapper_calls(inference, ref)


def _sites(inference: Inference, ref: FunctionRef, owner: int) -> list[Ref]:
    """The calls that may call the function, by name; a constructor's by the names of its class and the classes that inherit from it."""
    by_name = inference.program.calls_by_name
    name = inference.program.function(ref).name
    if name != "__init__" or owner == NOTHING:
        return list(by_name.get(name, ()))
    definition = ClassRef(ref.module, owner)
    heirs = classes.subclasses(inference, definition)
    names = {inference.program.definition(one).name for one in (definition, *heirs)}
    modules = {one.module for one in heirs}
    constructing = [site for one in sorted(names) for site in by_name.get(one, ())]
    return constructing + [site for site in by_name.get(name, ()) if site.module in modules]


def _calls(inference: Inference, site: Ref, ref: FunctionRef, owner: int) -> int | None:
    expression = inference.program.expression(site)
    assert isinstance(expression, Call)
    for value in ordered(inference.evaluate(site.module, expression.function)):
        match value:
            case FunctionObject(ref=found, receiver=receiver) if found == ref:
                return 0 if receiver is None else 1
            case ClassObject(ref=definition) if owner != NOTHING and inference.program.function(ref).name == "__init__":
                if ClassRef(ref.module, owner) in classes.mro(inference, definition):
                    return 1
            case Wrapped(inner=inner) | Marked(inner=inner):
                for item in ordered(inner):
                    if isinstance(item, FunctionObject) and item.ref == ref:
                        return 0 if item.receiver is None else 1
            case _:
                pass
    return None


def _wrapper_calls(inference: Inference, ref: FunctionRef) -> list[tuple[Arguments, int]]:
    """Calls of the function by the project's decorators around it: `func(session, *args)` in a wrapper."""
    found: list[tuple[Arguments, int]] = []
    for number in inference.program.function(ref).decorators:
        for decorator in ordered(inference.evaluate(ref.module, number)):
            if not isinstance(decorator, FunctionObject):
                continue
            target = inference.program.modules[decorator.ref.module]
            facts = inference.program.function(decorator.ref)
            offset = 1 if decorator.receiver is not None else 0
            if len(facts.parameters) <= offset:
                continue
            name = facts.parameters[offset].name
            scope = target.facts.scopes[facts.scope]
            for place in range(scope.start, scope.end):
                expression = target.expressions[place]
                if isinstance(expression, Call) and target.expressions[expression.function] == Name(name):
                    found.append((Arguments(decorator.ref.module, expression.arguments), 0))
    return found
