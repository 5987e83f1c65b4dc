"""Dotted names -> the objects that they name in the packages of this environment, and what looking at those tells.

For checks of the catalogue. What looking cannot tell (compiled code, names made at run time) is None, never a guess.
"""

import functools
import importlib
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable
from typing import Any


class NotInstalled(Exception):
    """The package, or something that it needs, is not in this environment."""


@functools.cache
def module(name: str) -> Any:
    """The imported module. Raises NotInstalled when it cannot be imported."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotInstalled(f"{name}: {error}") from error


@functools.cache
def resolve(path: str) -> Any:
    """The object of a dotted path. Raises NotInstalled when its package is absent, AttributeError when the package lacks it."""
    parts = path.split(".")
    try:
        try:
            return _resolved(parts)
        except AttributeError:
            for length in range(len(parts) - 1, 1, -1):  # a function of the same name may hide the module: arq.cron.cron
                hidden = sys.modules.get(".".join(parts[:length]))
                if hidden is not None and hasattr(hidden, parts[length]):
                    return functools.reduce(getattr, parts[length:], hidden)
            raise
    except ImportError as error:  # of something else that it needs, or raised for a name that has moved away
        raise NotInstalled(f"{path}: {error}") from error


def _resolved(parts: list[str]) -> Any:
    found, used = module(parts[0]), 1
    while used < len(parts) and isinstance(found, types.ModuleType):
        if not hasattr(found, parts[used]):
            here = ".".join(parts[: used + 1])
            try:
                importlib.import_module(here)
            except ModuleNotFoundError as error:
                # A namespace package has no file: its parts are installed one by one.
                if error.name != here or found.__spec__ is None or found.__spec__.origin is None:
                    raise
                raise AttributeError(f"no {here}") from error
        found, used = getattr(found, parts[used]), used + 1
    for part in parts[used:]:
        found = getattr(found, part)
    return found


def is_real(path: str) -> bool:
    """The path names something here."""
    try:
        resolve(path)
    except (AttributeError, NotInstalled):
        return False
    return True


def static(owner: type, name: str) -> Any:
    """The attribute as the class holds it: a static method, a property, a function; not what reading it gives."""
    try:
        return inspect.getattr_static(owner, name)
    except AttributeError:
        return getattr(owner, name)


def has(owner: type, name: str) -> bool | None:
    """Instances have that attribute."""
    held = (vars(ancestor).keys() | getattr(ancestor, "__annotations__", {}).keys() for ancestor in owner.__mro__)
    if hasattr(owner, name) or any(name in names for names in held):  # an enumeration's `name` is a property that its class hides
        return True
    if name in getattr(owner, "model_fields", {}):
        return True
    source = _source(owner)
    if re.search(rf"\b\w+\.{re.escape(name)}\s*(:|=[^=])|['\"]{re.escape(name)}['\"]", source):
        return True
    own = {name for ancestor in owner.__mro__[:-1] for name in vars(ancestor)}
    return None if not source or {"__getattr__", "__getattribute__"} & own else False


@functools.cache
def _source(owner: type) -> str:
    texts = []
    for ancestor in owner.__mro__:
        try:
            texts.append(inspect.getsource(ancestor))
        except (OSError, TypeError):  # a class that says it is from another module, or a compiled one
            methods = (item for item in vars(ancestor).values() if inspect.isfunction(item))
            texts += [inspect.getsource(item) for item in methods if not item.__code__.co_filename.startswith("<")]
    return "\n".join(texts)


def is_coroutine(function: Any) -> bool | None:
    """Calling it gives something to await: it, or what it wraps, is a coroutine function, or it is annotated with an awaitable."""
    while isinstance(function, (staticmethod, classmethod, functools.partialmethod, functools.partial)):
        function = function.__func__ if isinstance(function, (staticmethod, classmethod)) else function.func
    if isinstance(function, type):
        return hasattr(function, "__await__")
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(_unwrapped(function)):
        return True
    function = _unwrapped(function)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return False
    given = _given(function)
    return hasattr(given, "__await__") if isinstance(given, type) else None


def _unwrapped(function: Any) -> Any:
    """The function behind `functools.wraps`."""
    try:
        return inspect.unwrap(function)
    except ValueError:  # an object that answers to any attribute with itself
        return function


def _given(function: Any) -> Any:
    """What the function is annotated to return, without type arguments; None where it is not."""
    annotations = getattr(function, "__annotations__", None)
    given = annotations.get("return") if isinstance(annotations, dict) else None
    if isinstance(given, str):
        given = _named(given.split("[", maxsplit=1)[0], getattr(function, "__globals__", {}))
    return getattr(given, "__origin__", given)


def inherits(owner: type, base: type) -> bool:
    """The class is, or is registered as, a subclass of the other."""
    try:
        return issubclass(owner, base)
    except TypeError:  # a protocol that is not for run time
        return base in owner.__mro__


def instance_class(found: Any) -> type | None:
    """The class that the object is or stands for, as typing's generic forms do; None where it is no class."""
    found = typing.get_origin(found) or found
    return found if isinstance(found, type) else None


def is_asynchronous(found: Any) -> bool | None:
    """It is for code on the event loop: awaited, `async for`, `async with`, or a class or module that has such things."""
    if isinstance(found, types.ModuleType):
        members = [item for name, item in vars(found).items() if not name.startswith("_") and callable(item)]
        return any(is_asynchronous(item) for item in members) or None
    return _is_for_the_loop(found) if isinstance(found, type) else _awaits(found)


def _is_for_the_loop(owner: type) -> bool | None:
    """The class has something to await or to use with `async for` or `async with`, or makes something that has; None if it may make such."""
    if any(hasattr(owner, form) for form in _ASYNC_FORMS):
        return True
    told = True
    for function in (_plain(static(owner, name)) for name in dir(owner) if not name.startswith("_")):
        if inspect.isasyncgenfunction(function) or (inspect.isroutine(function) and is_coroutine(function)):
            return True
        given = _given(function)
        if isinstance(given, type) and any(hasattr(given, form) for form in _ASYNC_FORMS):
            return True
        told = told and not (inspect.isroutine(function) and given is None)
    return False if told else None


def _plain(function: Any) -> Any:
    """The function behind a static or class method, a property, and `functools.wraps`."""
    if isinstance(function, (staticmethod, classmethod)):
        function = function.__func__
    if isinstance(function, property):
        function = function.fget
    elif isinstance(function, functools.cached_property):
        function = function.func
    return _unwrapped(function)


_ASYNC_FORMS = ("__await__", "__aiter__", "__aenter__")


def _awaits(function: Any) -> bool | None:
    function = _plain(function)
    if inspect.isasyncgenfunction(function):
        return True
    given = _given(function)
    if isinstance(given, type) and given is not function and _is_for_the_loop(given):
        return True  # a factory
    return is_coroutine(function) if callable(function) else False


def _named(path: str, names: dict[str, Any]) -> Any:
    first, *rest = path.split(".")
    found = names.get(first)
    for part in rest:
        found = getattr(found, part, None)
    return found


def specimens(name: str) -> list[type]:
    """Classes made at run time under that class, which carry the methods that it stands for; empty for an ordinary class."""
    return _SPECIMENS[name]() if name in _SPECIMENS else []


@functools.cache
def _boto3_clients() -> list[type]:
    services = ("s3", "sqs", "rds", "dynamodb", "lambda", "polly", "bedrock-runtime")
    return [type(module("boto3").client(service, region_name="us-east-1")) for service in services]


@functools.cache
def _boto3_resources() -> list[type]:
    session = module("boto3").session.Session(region_name="us-east-1")
    found = [session.resource(service) for service in session.get_available_resources()]
    for resource in found:  # grows while it is walked: resources have sub-resources
        for make in (getattr(resource, name) for name in dir(resource) if name[:1].isupper()):
            part = _made(make)
            if part is not None and type(part).__name__ not in {type(item).__name__ for item in found}:
                found.append(part)
    return [type(item) for item in found]


def _made(make: Callable[..., Any]) -> Any:
    for identifiers in range(5):
        try:
            return make(*["1"] * identifiers)
        except (ValueError, TypeError):
            continue
    return None


@functools.cache
def _boto3_collections() -> list[type]:
    bucket = module("boto3").resource("s3", region_name="us-east-1").Bucket("b")
    return [type(bucket.objects), type(bucket.objects.all())]


_SPECIMENS: dict[str, Callable[[], list[type]]] = {
    "botocore.client.BaseClient": _boto3_clients,
    "boto3.resources.base.ServiceResource": _boto3_resources,
    "boto3.resources.collection.CollectionManager": _boto3_collections,
    "boto3.resources.collection.ResourceCollection": _boto3_collections,
}
