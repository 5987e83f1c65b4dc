"""A list or dict that starts empty -> the functions that a program puts into it: handlers, by a decorator, an assignment or `append`."""

from collections.abc import Iterator

from fastapi_async_lint.facts import NOTHING, Attribute, Call, Display, Expression, ExprId, Mapping, Name, Parameter, ScopeKind
from fastapi_async_lint.inference import parameters
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    ANYTHING,
    EMPTY,
    ExternalInstance,
    FunctionObject,
    Value,
    Values,
    Wrapped,
    known,
    ordered,
    union,
)
from fastapi_async_lint.program import FunctionRef, Module

_ADDING = ("append", "add")
_FUNCTIONS = FunctionObject | Wrapped


def functions_in(inference: Inference, module: int, number: ExprId) -> Values:
    """The functions that are put into the empty container which the expression makes for a name of the module or an attribute of `self`,
    and UNKNOWN: which of them is taken out is never known. Empty unless all that the module itself puts in is known to be functions.
    """
    facts = inference.program.modules[module]
    found: list[Values] = []
    for name, owner in _places(facts, number):
        for put in _put(inference, facts, name, owner):
            values = _functions(inference, facts, put)
            if not values:
                return EMPTY
            found.append(values)
    return union(*found, ANYTHING) if found else EMPTY


def filled(inference: Inference, module: int, number: ExprId) -> Values:
    """The container that the expression makes, if it starts empty and functions are put into it; empty for anything else."""
    expression = inference.program.modules[module].expressions[number] if number != NOTHING else None
    if not (isinstance(expression, Display) and not expression.items) and not (isinstance(expression, Mapping) and not expression.keys):
        return EMPTY
    made = inference.evaluate(module, number)
    is_filled = any(isinstance(value, ExternalInstance) and value.arguments and known(value.arguments[-1]) for value in made)
    return made if is_filled else EMPTY


def _places(module: Module, number: ExprId) -> Iterator[tuple[str, int]]:
    """The names that the container is kept under, each with the class whose attribute it is."""
    for binding in module.bound_names.get(number, ()):
        if binding.scope == 0:
            yield binding.name, NOTHING
    for attribute in module.facts.attribute_bindings:
        if attribute.value == number:
            yield attribute.name, _class_around(module, attribute.base)


def _class_around(module: Module, number: ExprId) -> int:
    scope = module.scope_at(number)
    while scope != NOTHING and module.facts.scopes[scope].kind is not ScopeKind.CLASS:
        scope = module.facts.scopes[scope].parent
    return module.facts.scopes[scope].owner if scope != NOTHING else NOTHING


def _put(inference: Inference, module: Module, name: str, owner: int) -> Iterator[ExprId]:
    """What the module puts into that container, wherever it does."""
    program = inference.program
    for place, binding in program.item_bindings.get(name, ()):
        if place == module.number and _is_kept(module, binding.base, name, owner):
            yield binding.value
    for method in _ADDING:
        for site in program.calls_by_name.get(method, ()):
            call = program.expression(site) if site.module == module.number else None
            if isinstance(call, Call) and len(call.arguments) == 1:
                function = module.expressions[call.function]
                if isinstance(function, Attribute) and _is_kept(module, function.value, name, owner):
                    yield call.arguments[0].value


def _is_kept(module: Module, number: ExprId, name: str, owner: int) -> bool:
    """The expression reads that name of the module, or that attribute of the class's own instance."""
    expression: Expression = module.expressions[number]
    if owner == NOTHING:
        return expression == Name(name) and not any((scope, name) in module.bindings for scope in _function_scopes(module, number))
    return isinstance(expression, Attribute) and expression.name == name and _class_around(module, number) == owner


def _function_scopes(module: Module, number: ExprId) -> Iterator[int]:
    scope = module.scope_at(number)
    while scope not in (0, NOTHING):
        yield scope
        scope = module.facts.scopes[scope].parent


def _functions(inference: Inference, module: Module, number: ExprId) -> Values:
    """The functions that the expression may be, if it is nothing else that is known."""
    name = module.expressions[number]
    if isinstance(name, Name):
        for binding in module.reaching(module.scope_at(number), name.id, number):
            parameter = module.expressions[binding.value]
            if isinstance(parameter, Parameter):
                return _registered(inference, FunctionRef(module.number, parameter.function), parameter.index)
    values = known(inference.evaluate(module.number, number))
    return values if all(isinstance(value, _FUNCTIONS) for value in values) else EMPTY


def _registered(inference: Inference, ref: FunctionRef, index: int) -> Values:
    """The functions that the parameter takes: those that the function decorates, and those that calls pass."""
    found: list[Value] = list(_decorated(inference, ref)) if index == (1 if parameters.receiver_of(inference, ref) else 0) else []
    for given, offset in parameters.callers(inference, ref):
        passed = (
            given.values(inference, index - offset, inference.program.function(ref).parameters[index].name) if index >= offset else None
        )
        found += [value for value in ordered(passed or ()) if isinstance(value, _FUNCTIONS)]
    return union(*(frozenset((value,)) for value in found))


def _decorated(inference: Inference, ref: FunctionRef) -> Iterator[FunctionObject]:
    """The functions at module level under `@register`, or under `@register(...)` if it is `register` that returns this one."""
    program = inference.program
    outer = program.modules[ref.module].enclosing_function(ref.function)
    name = program.function(ref if outer == NOTHING else FunctionRef(ref.module, outer)).name
    candidates = program.decorated.get(name, ())
    for candidate in candidates if len(candidates) <= parameters.CANDIDATES else ():
        if program.modules[candidate.module].class_of(candidate.function) != NOTHING:
            continue
        values = (value for number in program.function(candidate).decorators for value in inference.evaluate(candidate.module, number))
        if any(isinstance(value, FunctionObject) and value.ref == ref for value in values):
            yield FunctionObject(candidate)
