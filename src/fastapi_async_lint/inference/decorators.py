"""A decorated function -> what its name is bound to."""

from fastapi_async_lint.catalogue import Type
from fastapi_async_lint.facts import ExprId, Parameter
from fastapi_async_lint.inference import annotations, attributes
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    ClassObject,
    Decorating,
    External,
    FunctionObject,
    Instance,
    Marked,
    Method,
    Offloaded,
    Unknown,
    Value,
    Values,
    Wrapped,
    ordered,
    union,
)
from fastapi_async_lint.program import FunctionRef

_MARKS = frozenset(("property", "cached-property", "staticmethod", "classmethod", "context-manager", "async-context-manager"))


def decorated(inference: Inference, ref: FunctionRef) -> Values:
    """What the name of the function is bound to, its decorators applied from the bottom up.

    A decorator that nothing is known of is taken to leave the function what it was: most register or wrap it.
    """
    return inference.ask(("decorated", ref), lambda: _decorated(inference, ref))


def _decorated(inference: Inference, ref: FunctionRef) -> Values:
    facts = inference.program.function(ref)
    values: Values = frozenset((FunctionObject(ref),))
    for number in reversed(facts.decorators):
        found = [applied(inference, decorator, values) for decorator in ordered(inference.evaluate(ref.module, number))]
        values = union(*found) or values
    return values


def roles(inference: Inference, ref: FunctionRef) -> frozenset[str]:
    """The roles of the function's decorators: property, classmethod, context-manager, abstract, overload, ..."""
    found = set()
    for number in inference.program.function(ref).decorators:
        for value in inference.evaluate(ref.module, number):
            if isinstance(value, External | Decorating):
                found.add(role(inference, value))
    return frozenset(found)


def has_unknown_decorator(inference: Inference, ref: FunctionRef) -> bool:
    """One of its decorators is not resolved, or belongs to a library that says nothing of it."""
    for number in inference.program.function(ref).decorators:
        for value in inference.evaluate(ref.module, number):
            if isinstance(value, Unknown) or (isinstance(value, External) and _is_unknown(inference, value.path)):
                return True
    return False


def _is_unknown(inference: Inference, path: str) -> bool:
    return inference.catalogue.function(path) is None and not inference.catalogue.is_class(path)


def role(inference: Inference, value: External | Decorating) -> str:
    """The role that the catalogue gives a decorator; empty for none."""
    entry = inference.catalogue.function(value.path)
    return entry.role if entry else ""


def marked(role: str, values: Values) -> Values:
    """The function under a decorator of that role."""
    return frozenset((Marked(role, values),))


def applied(inference: Inference, decorator: Value, values: Values) -> Values:
    """What `decorator(function)` gives."""
    match decorator:
        case External(path=path) | Decorating(path=path):
            return _applied_external(inference, path, values)
        case Method(owner=owner, name=name):
            member = inference.catalogue.member(owner, name)
            return _applied_entry(inference, member.method.returns if member and member.method else None, values)
        case Marked(role="accessor", inner=inner):
            return inner
        case FunctionObject():
            return _applied_own(inference, decorator, values)
        case ClassObject(ref=ref):
            calls = attributes.read_class(inference, Instance(ref), "__call__")
            wrapped = [Wrapped(call, values, FunctionRef(-1, -1), 0) for call in calls if isinstance(call, FunctionObject)]
            return frozenset(wrapped) or values
        case Offloaded():
            return frozenset((Offloaded(values),))
        case _:
            return values


def _applied_external(inference: Inference, path: str, values: Values) -> Values:
    entry = inference.catalogue.callable(path)
    if entry is None:
        return values
    if entry.role in _MARKS:
        return marked(entry.role, values)
    return _applied_entry(inference, entry.returns if entry.decorator else None, values)


def _applied_entry(inference: Inference, returns: Type | None, values: Values) -> Values:
    if returns is None:
        return values
    return annotations.of_type(inference, returns, None, Arguments(0, (), (values,))) or values


def _applied_own(inference: Inference, decorator: FunctionObject, values: Values) -> Values:
    """A decorator of the project: it returns the function itself, or a nested function that wraps it."""
    ref = decorator.ref
    facts = inference.program.function(ref)
    module = inference.program.modules[ref.module]
    offset = 1 if decorator.receiver is not None else 0
    found: list[Values] = []
    for number in facts.returns:
        for result in ordered(_results(inference, ref, number)):
            if (
                isinstance(result, FunctionObject)
                and module.enclosing_function(result.ref.function) == ref.function
                and result.ref.module == ref.module
            ):
                found.append(frozenset((Wrapped(result, values, ref, offset),)))
            elif isinstance(result, Marked | Offloaded | Wrapped):
                found.append(frozenset((result,)))
            else:
                found.append(values)
    return union(*found) or values


def _results(inference: Inference, ref: FunctionRef, number: ExprId) -> Values:
    """The functions that the decorator's return expression may be, without asking who passes what."""
    module = inference.program.modules[ref.module]
    expression = module.expressions[number]
    if isinstance(expression, Parameter):
        return frozenset()
    return inference.evaluate(ref.module, number)
