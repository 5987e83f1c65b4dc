"""What runs without a call being written: properties, iteration, entering and leaving `with`, indexing."""

from typing import TYPE_CHECKING

from fastapi_async_lint.callgraph.targets import Runs, Target
from fastapi_async_lint.inference.arguments import Arguments
from fastapi_async_lint.inference.attributes import read_class
from fastapi_async_lint.inference.classes import external_bases
from fastapi_async_lint.inference.values import (
    ExternalInstance,
    FunctionObject,
    Generator,
    Instance,
    Manager,
    Marked,
    Method,
    Super,
    Value,
    ordered,
)
from fastapi_async_lint.program import Ref

if TYPE_CHECKING:
    from fastapi_async_lint.callgraph.expansion import Expansion

_NO_ARGUMENTS = Arguments(0, ())


def read(expansion: "Expansion", value: Value, name: str) -> list[Target]:
    """Reading the attribute runs a property's getter."""
    match value:
        case Instance() | Super():
            found: list[Target] = []
            for item in ordered(read_class(expansion.inference, value, name)):
                if isinstance(item, Marked) and item.role in ("property", "cached-property"):
                    getters = [getter for getter in ordered(item.inner) if isinstance(getter, FunctionObject)]
                    found += [expansion.body(getter.ref, getter.receiver) for getter in getters]
            return found
        case ExternalInstance(path=path):
            member = expansion.inference.catalogue.member(path, name)
            return expansion.plain(member.prop if member else None, _NO_ARGUMENTS)
        case _:
            return []


def iterated(expansion: "Expansion", value: Value, is_async: bool, here: Ref) -> list[Target]:
    """Draining the value, or taking elements from it."""
    match value:
        case Generator(ref=ref, receiver=receiver):
            if expansion.program.function(ref).is_async:
                return []
            return [Runs(ref, None, receiver.ref if isinstance(receiver, Instance) else None)]
        case ExternalInstance(path=path):
            entry = expansion.inference.catalogue.iterating(path, is_async)
            return [*expansion.plain(entry, _NO_ARGUMENTS, value), *(expansion.held(entry, value, here) if entry else ())]
        case Instance() if not is_async:
            found: list[Target] = []
            for item in ordered(read_class(expansion.inference, value, "__iter__")):
                if isinstance(item, FunctionObject):
                    found.append(Runs(item.ref, None, value.ref))
                    if not expansion.program.function(item.ref).is_generator:
                        found += _methods(expansion, value, "__next__")
            return found
        case _:
            return []


def _methods(expansion: "Expansion", value: Instance, name: str) -> list[Target]:
    items = ordered(read_class(expansion.inference, value, name))
    return [expansion.body(item.ref, value) for item in items if isinstance(item, FunctionObject)]


def entered(expansion: "Expansion", value: Value, is_async: bool) -> list[Target]:
    """Entering and, at the end of the block, leaving the context manager."""
    catalogue = expansion.inference.catalogue
    match value:
        case Manager(ref=ref, is_async=False, receiver=receiver):
            return [Runs(ref, None, receiver.ref if isinstance(receiver, Instance) else None)]
        case ExternalInstance(path=path) if is_async:
            return expansion.plain(catalogue.entering(path, is_async=True), _NO_ARGUMENTS)
        case ExternalInstance(path=path):
            return _library_manager(expansion, path)
        case Instance() if not is_async:
            found = [*_methods(expansion, value, "__enter__"), *_methods(expansion, value, "__exit__")]
            inherited = [item.owner for item in ordered(read_class(expansion.inference, value, "__enter__")) if isinstance(item, Method)]
            for path in inherited or (external_bases(expansion.inference, value.ref) if not found else ()):
                found += _library_manager(expansion, path)
                if found:
                    break
            return found
        case _:
            return []


def _library_manager(expansion: "Expansion", path: str) -> list[Target]:
    catalogue = expansion.inference.catalogue
    return [
        *expansion.plain(catalogue.entering(path, is_async=False), _NO_ARGUMENTS),
        *expansion.plain(catalogue.leaving(path), _NO_ARGUMENTS),
    ]


def indexed(expansion: "Expansion", value: Value) -> list[Target]:
    """`value[...]`."""
    match value:
        case Instance():
            return _methods(expansion, value, "__getitem__")
        case ExternalInstance(path=path):
            return expansion.plain(expansion.inference.catalogue.indexing(path), _NO_ARGUMENTS)
        case _:
            return []
