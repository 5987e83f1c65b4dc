"""A name or an import -> its values: scopes, reaching bindings, star imports, modules of the project and of libraries."""

from fastapi_async_lint.facts import NOTHING, Binding, ExprId, Imported, Parameter, ScopeId, ScopeKind
from fastapi_async_lint.inference import annotations, registries
from fastapi_async_lint.inference.engine import Inference
from fastapi_async_lint.inference.values import (
    ANYTHING,
    EMPTY,
    External,
    FunctionObject,
    ModuleObject,
    NamespaceObject,
    Nothing,
    Value,
    Values,
    Wrapped,
    known,
    union,
)


def read(inference: Inference, module: int, reader: ExprId, name: str) -> Values:
    """What `name` is where the expression `reader` stands."""
    facts = inference.program.modules[module]
    scope: ScopeId = facts.scope_at(reader)
    first = True
    while scope != NOTHING:
        here = facts.facts.scopes[scope]
        if (first or here.kind is not ScopeKind.CLASS) and (scope, name) in facts.bindings:
            bindings = facts.reaching(scope, name, reader)
            values = bound(inference, module, bindings)
            if here.kind is ScopeKind.MODULE and not _says(values):
                values = union(values, _assigned_from_outside(inference, module, name))
            return declared(inference, module, name, values) if here.kind is ScopeKind.MODULE else values
        first = first and here.kind is ScopeKind.COMPREHENSION
        scope = here.parent
    starred = _starred(inference, module, name)
    if starred is not None:
        return starred
    return builtin(inference, name)


def builtin(inference: Inference, name: str) -> Values:
    """What the builtin of that name is."""
    return frozenset((External(inference.catalogue.canonical(f"builtins.{name}")),))


def _says(values: Values) -> bool:
    return bool(known(values))


def bound(inference: Inference, module: int, bindings: list[Binding]) -> Values:
    """The union of what the bindings bind. A declared type wins over what is assigned, unless that is a container of known functions."""
    expressions = inference.program.modules[module].expressions
    declared = [binding for binding in bindings if binding.annotation != NOTHING and not isinstance(expressions[binding.value], Parameter)]
    for binding in declared:
        values = annotations.annotated(inference, module, binding.annotation)
        if known(values):
            return registries.filled(inference, module, binding.value) or values
    return union(*(inference.evaluate(module, binding.value) for binding in bindings if binding.value != NOTHING)) or ANYTHING


def member(inference: Inference, module: int, name: str) -> Values:
    """Attribute `name` of a module of the project, as other modules see it; empty where it has none."""
    return inference.ask(("member", module, name), lambda: _member(inference, module, name))


def _member(inference: Inference, module: int, name: str) -> Values:
    facts = inference.program.modules[module]
    found = EMPTY
    bindings = facts.bindings.get((0, name))
    if bindings:
        found = bound(inference, module, facts.remaining(bindings))
    if not _says(found):
        found = union(found, _assigned_from_outside(inference, module, name))
    if not found:
        found = submodule(inference, module, name) or _starred(inference, module, name) or EMPTY
    return declared(inference, module, name, found)


def declared(inference: Inference, module: int, name: str, values: Values) -> Values:
    """A name of a module as the project's own tables have it: what they name is no longer asked for its code, but for what it returns.

    A pattern stands for the module's plain functions: what makes a coroutine or a generator does not block when it is called.
    """
    own = inference.catalogue.own
    if not own.names and not own.modules:
        return values
    path = f"{inference.program.modules[module].source.module}.{name}"
    if path in own.names or (values and own.function(path) and all(_is_plain_function(inference, module, value) for value in values)):
        inference.declared[path] = frozenset(value for value in values if isinstance(value, FunctionObject | Wrapped))
        return frozenset((External(path),))
    return values


def _is_plain_function(inference: Inference, module: int, value: Value) -> bool:
    match value:
        case FunctionObject(ref=ref):
            facts = inference.program.function(ref)
            return ref.module == module and not facts.is_async and not facts.is_generator
        case Wrapped(wrapper=wrapper, inner=inner):
            makes = isinstance(wrapper, FunctionObject) and not inference.program.function(wrapper.ref).is_async
            return makes and all(_is_plain_function(inference, module, item) for item in inner)
        case _:
            return False


def submodule(inference: Inference, module: int, name: str) -> Values:
    """The module `name` inside a package of the project."""
    source = inference.program.modules[module].source
    if not source.is_package:
        return EMPTY
    number = inference.program.find_module(module, name, 1)
    return EMPTY if number is None else frozenset((ModuleObject(number),))


def _assigned_from_outside(inference: Inference, module: int, name: str) -> Values:
    """What other modules assign to `module.name`."""
    found = []
    for place, binding in inference.program.attribute_bindings.get(name, ())[:40]:
        base = inference.program.modules[place].expressions[binding.base]
        if getattr(base, "id", "self") in ("self", "cls"):
            continue
        if ModuleObject(module) in inference.evaluate(place, binding.base) and binding.value != NOTHING:
            found.append(inference.evaluate(place, binding.value))
    return union(*found)


def _starred(inference: Inference, module: int, name: str) -> Values | None:
    """What `from m import *` brings in under `name`, if anything does."""
    if name.startswith("_"):
        return None
    for starred in inference.program.modules[module].facts.star_imports:
        number = inference.program.find_module(module, starred.module, starred.level)
        if number is None:
            path = inference.catalogue.canonical(f"{starred.module}.{name}")
            if not starred.level and (inference.catalogue.function(path) or inference.catalogue.is_class(path)):
                return frozenset((External(path),))
        elif _exports(inference, number, name, {module}):
            values = member(inference, number, name)
            if values and not all(isinstance(value, Nothing) for value in values):
                return values
    return None


def _exports(inference: Inference, module: int, name: str, seen: set[int]) -> bool:
    """The module binds the name, or may get it from a star import; modules that import everything from each other end the search."""
    if module in seen:
        return False
    seen.add(module)
    facts = inference.program.modules[module]
    if (0, name) in facts.bindings or submodule(inference, module, name) or name in inference.program.attribute_bindings:
        return True
    for starred in facts.facts.star_imports:
        number = inference.program.find_module(module, starred.module, starred.level)
        if number is None or _exports(inference, number, name, seen):
            return True
    return False


def imported(inference: Inference, module: int, what: Imported) -> Values:
    """What an import statement binds."""
    number = inference.program.find_module(module, what.module, what.level)
    if not what.name:
        if number is not None:
            return frozenset((ModuleObject(number),))
        return _outside(inference, module, what.module)
    if number is not None:
        values = EMPTY if _is_own_submodule(inference, module, number, what.name) else member(inference, number, what.name)
        return values or submodule(inference, number, what.name) or ANYTHING
    inner = f"{what.module}.{what.name}" if what.module else what.name
    number = inference.program.find_module(module, inner, what.level)
    if number is not None:
        return frozenset((ModuleObject(number),))
    return ANYTHING if what.level else _outside(inference, module, inner)


def _is_own_submodule(inference: Inference, importer: int, package: int, name: str) -> bool:
    """`from . import name` in a package's own `__init__`: the submodule, not the name being bound."""
    return importer == package and inference.program.find_module(package, name, 1) is not None


def _outside(inference: Inference, module: int, path: str) -> Values:
    if inference.program.is_namespace(module, path):
        return frozenset((NamespaceObject(module, path),))
    if inference.program.is_first_party(module, path):
        return ANYTHING
    type_ = inference.catalogue.object_type(path)
    if type_ is not None:
        return annotations.of_type(inference, type_)
    return frozenset((External(inference.catalogue.canonical(path)),))
