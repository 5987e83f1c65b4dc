"""Type variables of generic classes of the project, and what they stand for on a receiver: `repo: T` of a `Service[UserRepo]`."""

from collections.abc import Iterator

from msgspec.structs import replace

from fastapi_async_lint.facts import NOTHING, ExprId, Name, ScopeKind, Subscript
from fastapi_async_lint.inference import annotations, classes
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    EMPTY,
    ClassObject,
    Coroutine,
    External,
    ExternalInstance,
    Instance,
    TypeVariable,
    Value,
    Values,
    known,
    ordered,
    union,
)
from fastapi_async_lint.operands import operands
from fastapi_async_lint.program import ClassRef, Module


def variable(inference: Inference, module: int, number: ExprId, name: str) -> TypeVariable | None:
    """The type variable of a generic class that a name in an annotation or in a list of bases stands for; None for anything else,
    a function's own type variable among it.
    """
    if known(inference.evaluate(module, number)) and not _is_type_variable(inference, module, number):
        return None
    facts = inference.program.modules[module]
    for owner in (*_classes_around(facts, number), *_classes_with_base(facts, number)):
        if name in _variables(inference, owner):
            return TypeVariable(name, owner)
    return None


def resolved(inference: Inference, values: Values, receiver: Value | None) -> Values:
    """The values with what the receiver's class and its type arguments say of type variables in their place. Others stay what they are."""
    if not isinstance(receiver, Instance | ClassObject) or not is_open(values):
        return values
    return union(*(_resolved(inference, value, receiver) for value in ordered(values)))


def is_open(values: Values) -> bool:
    """There is a type variable among the values or in their type arguments."""
    return any(isinstance(value, TypeVariable) or any(map(is_open, _parts(value))) for value in values)


def _parts(value: Value) -> tuple[Values, ...]:
    match value:
        case Instance(arguments=parts) | ClassObject(arguments=parts) | External(arguments=parts) | ExternalInstance(arguments=parts):
            return parts
        case Coroutine(results=results):
            return (results,)
        case _:
            return ()


def _resolved(inference: Inference, value: Value, receiver: Instance | ClassObject) -> Values:
    match value:
        case TypeVariable():
            return _argument(inference, receiver, value) or frozenset((value,))
        case Instance() | ClassObject() | External() | ExternalInstance() if value.arguments:
            return frozenset((replace(value, arguments=tuple(resolved(inference, part, receiver) for part in value.arguments)),))
        case Coroutine(results=results, origin=origin):
            return frozenset((Coroutine(resolved(inference, results, receiver), origin),))
        case _:
            return frozenset((value,))


def _argument(inference: Inference, receiver: Instance | ClassObject, variable: TypeVariable) -> Values:
    """What the variable stands for on this receiver; empty where nothing says so."""
    return inference.ask(("type argument", receiver, variable), lambda: _found_argument(inference, receiver, variable))


def _found_argument(inference: Inference, receiver: Instance | ClassObject, variable: TypeVariable) -> Values:
    names = _variables(inference, variable.owner)
    if variable.what not in names:
        return EMPTY
    place = names.index(variable.what)
    if receiver.ref == variable.owner:
        return receiver.arguments[place] if place < len(receiver.arguments) else EMPTY
    for heir in classes.mro(inference, receiver.ref):
        if not isinstance(heir, ClassRef):
            continue
        for base in _subscripted_bases(inference, heir):
            if ClassObject(variable.owner) in inference.evaluate(heir.module, base.value):
                items = annotations.items(inference, heir.module, base.index)
                if place < len(items):
                    return resolved(inference, annotations.annotated(inference, heir.module, items[place]), receiver)
    return EMPTY


# ---------------------------------------------------------------------------------------------------- whose variable it is


def _is_type_variable(inference: Inference, module: int, number: ExprId) -> bool:
    values = inference.evaluate(module, number)
    return any(isinstance(value, External) and annotations.role_of(inference, value.path) == "type-variable" for value in values)


def _variables(inference: Inference, ref: ClassRef) -> tuple[str, ...]:
    """The names of the class's type variables: as declared, in the order of `Generic[...]` (a library's base that has all of them), else
    of their first use in its bases.
    """
    declared = inference.program.definition(ref).type_parameters
    if declared:
        return declared
    lists = [(base, _names_in(inference, ref.module, base.index)) for base in _subscripted_bases(inference, ref)]
    every = tuple(dict.fromkeys(name for _, names in lists for name in names))
    for base, names in lists if len(lists) > 1 else ():
        if len(names) == len(every) and any(isinstance(value, External) for value in inference.evaluate(ref.module, base.value)):
            return names
    return every


def _names_in(inference: Inference, module: int, number: ExprId) -> tuple[str, ...]:
    """The type variables that stand in a type expression, each once."""
    expressions = inference.program.modules[module].expressions
    found: dict[str, None] = {}
    for each in _inside(inference.program.modules[module], number):
        expression = expressions[each]
        if isinstance(expression, Name) and _is_type_variable(inference, module, each):
            found[expression.id] = None
    return tuple(found)


def _subscripted_bases(inference: Inference, ref: ClassRef) -> Iterator[Subscript]:
    for number in inference.program.definition(ref).bases:
        base = inference.program.modules[ref.module].expressions[number]
        if isinstance(base, Subscript):
            yield base


def _inside(module: Module, number: ExprId) -> Iterator[ExprId]:
    yield number
    for operand in operands(module.expressions[number]):
        yield from _inside(module, operand)


def _classes_around(module: Module, number: ExprId) -> Iterator[ClassRef]:
    scope = module.scope_at(number)
    while scope != NOTHING:
        here = module.facts.scopes[scope]
        if here.kind is ScopeKind.CLASS:
            yield ClassRef(module.number, here.owner)
        scope = here.parent


def _classes_with_base(module: Module, number: ExprId) -> Iterator[ClassRef]:
    """The class among whose bases the expression stands."""
    for definition, facts in enumerate(module.facts.classes):
        if any(number in _inside(module, base) for base in facts.bases if base >= number):
            yield ClassRef(module.number, definition)
