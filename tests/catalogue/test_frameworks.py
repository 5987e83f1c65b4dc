"""The catalogue files of frameworks against the installed packages: names exist, arguments stand where they are said to, coroutines are ones."""

import functools
import importlib
import importlib.util
import inspect
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.entries import type_of
from fastapi_async_lint.catalogue.load import libraries
from fastapi_async_lint.catalogue.schema import Behaviour, ClassEntry, FunctionEntry, Library, Run
from tools.checking.excuses import made_up

FRAMEWORKS = [
    "aiocache",
    "anyio",
    "apscheduler",
    "arq",
    "asgiref",
    "asyncer",
    "authlib",
    "backoff",
    "cachetools",
    "classy_fastapi",
    "click",
    "dependency_injector",
    "dramatiq",
    "fastapi",
    "fastapi_cache",
    "fastapi_limiter",
    "fastapi_pagination",
    "fastapi_restful",
    "fastapi_users",
    "fastapi_utils",
    "gunicorn",
    "httpx_sse",
    "hypercorn",
    "itsdangerous",
    "jinja2",
    "loguru",
    "multipart",
    "opentelemetry",
    "prometheus_client",
    "pydantic",
    "pydantic_settings",
    "python_multipart",
    "retry",
    "rq",
    "schedule",
    "sentry_sdk",
    "slowapi",
    "socketio",
    "sse_starlette",
    "starlette",
    "starlette_context",
    "strawberry",
    "structlog",
    "tenacity",
    "typer",
    "uvicorn",
]

# Names that only older releases have; applications still use those.
HISTORIC = {
    "fastapi_limiter.FastAPILimiter",
    "pydantic.BaseSettings",
    "pydantic.class_validators.root_validator",
    "pydantic.class_validators.validator",
    "pydantic.decorator.validate_arguments",
    "pydantic.env_settings.BaseSettings",
    "pydantic.generics.GenericModel",
    "pydantic.tools.parse_obj_as",
    "starlette.applications.Starlette.add_event_handler",
    "starlette.applications.Starlette.add_websocket_route",
    "starlette.applications.Starlette.exception_handler",
    "starlette.applications.Starlette.middleware",
    "starlette.applications.Starlette.on_event",
    "starlette.applications.Starlette.route",
    "starlette.applications.Starlette.websocket_route",
    "starlette.routing.Router.add_event_handler",
    "starlette.routing.Router.on_event",
    "starlette.routing.Router.route",
    "starlette.routing.Router.shutdown",
    "starlette.routing.Router.startup",
    "starlette.routing.Router.websocket_route",
}

# Arguments that only other releases take, or that the library which another one mirrors takes.
HISTORIC_ARGUMENTS = {
    "fastapi_restful.tasks.repeat_every.on_complete",
    "fastapi_restful.tasks.repeat_every.on_exception",
    "starlette.applications.Starlette.on_shutdown",
    "starlette.applications.Starlette.on_startup",
    "starlette.routing.Router.on_shutdown",
    "starlette.routing.Router.on_startup",
}

# No such name exists: the catalogue says more of an object than its class does.
INVENTED = frozenset(made_up())

# Aliases that mean "behaves like": version 1's interface, and the classes behind the functions.
LOOSE_ALIASES = {"pydantic.v1", "asgiref.sync.SyncToAsync", "asgiref.sync.AsyncToSync"}

# Methods that a class looks up by name on subclasses and does not define itself.
LOOKED_UP = {
    "starlette.endpoints.HTTPEndpoint",
    "fastapi_utils.Resource",
    "fastapi_restful.Resource",
    "socketio.AsyncNamespace",
}

# Modules of an installed package that need another one.
NEEDED = {
    "authlib.integrations.httpx_client": "httpx",
    "authlib.integrations.requests_client": "requests",
    "authlib.integrations.starlette_client": "httpx",
    "dramatiq.brokers.rabbitmq": "pika",
    "dramatiq.brokers.redis": "redis",
    "fastapi_pagination.ext.sqlalchemy": "sqlalchemy",
    "fastapi_pagination.ext.sqlmodel": "sqlmodel",
    "opentelemetry.sdk": "opentelemetry.sdk",
    "starlette.middleware.sessions": "itsdangerous",
}

# Plain functions that return an awaitable.
RETURN_AWAITABLES = {
    "anyio.getnameinfo",
    "anyio.wait_readable",
    "anyio.wait_socket_readable",
    "anyio.wait_socket_writable",
    "anyio.wait_writable",
    "authlib.integrations.httpx_client.AsyncOAuth2Client.fetch_token",
    "authlib.integrations.httpx_client.AsyncOAuth2Client.introspect_token",
    "authlib.integrations.httpx_client.AsyncOAuth2Client.refresh_token",
    "authlib.integrations.httpx_client.AsyncOAuth2Client.revoke_token",
    "authlib.integrations.starlette_client.StarletteOAuth1App.delete",
    "authlib.integrations.starlette_client.StarletteOAuth1App.get",
    "authlib.integrations.starlette_client.StarletteOAuth1App.patch",
    "authlib.integrations.starlette_client.StarletteOAuth1App.post",
    "authlib.integrations.starlette_client.StarletteOAuth1App.put",
    "authlib.integrations.starlette_client.StarletteOAuth2App.delete",
    "authlib.integrations.starlette_client.StarletteOAuth2App.get",
    "authlib.integrations.starlette_client.StarletteOAuth2App.patch",
    "authlib.integrations.starlette_client.StarletteOAuth2App.post",
    "authlib.integrations.starlette_client.StarletteOAuth2App.put",
    "loguru._logger.Logger.complete",
    "strawberry.Schema.subscribe",
    "strawberry.dataloader.DataLoader.load",
    "strawberry.dataloader.DataLoader.load_many",
}


@cache
def library(name: str) -> Library:
    """The file of a library."""
    return libraries([name])[name]


@cache
def catalogue(name: str) -> Catalogue:
    """The file of a library and of all that it requires."""
    return merge(libraries([name]).values())


def resolve(path: str) -> Any:
    """The object behind a dotted path; AttributeError or ImportError where there is none. Skips where the package is not installed."""
    pytest.importorskip(path.partition(".")[0])
    for prefix, needed in NEEDED.items():
        if path.startswith(prefix):
            pytest.importorskip(needed)
    try:
        return _walk(path)
    except AttributeError:
        module, _, name = path.rpartition(".")  # a function that hides the module it comes from: `dramatiq.actor.actor`
        if module not in sys.modules:
            raise
        return getattr(sys.modules[module], name)


def _walk(path: str) -> Any:
    """What attribute after attribute gives, submodules imported on the way."""
    parts = path.split(".")
    found: Any = importlib.import_module(parts[0])
    for position, part in enumerate(parts[1:], start=2):
        name = ".".join(parts[:position])
        if inspect.ismodule(found) and not hasattr(found, part) and importlib.util.find_spec(name):
            importlib.import_module(name)
        found = getattr(found, part)
    return found


def is_coroutine_function(subject: Any) -> bool:
    """It is one, or wraps one."""
    while isinstance(subject, functools.partial):
        subject = subject.func
    return inspect.iscoroutinefunction(subject) or inspect.iscoroutinefunction(inspect.unwrap(subject))


def functions() -> Iterator[tuple[str, FunctionEntry]]:
    """Every function of these files, by each of its names."""
    for name in FRAMEWORKS:
        for entry in library(name).functions:
            for path in entry.names:
                yield path, entry


def classes() -> Iterator[ClassEntry]:
    """Every class of these files."""
    for name in FRAMEWORKS:
        yield from library(name).classes


def methods(record: ClassEntry) -> Iterator[tuple[str, bool]]:
    """Each method that the record names, and whether it is said to be a coroutine function."""
    for listed in (record.certain, record.likely, record.cheap, record.pure):
        yield from ((name, False) for name in listed)
    yield from ((name, True) for name in record.coroutines)
    yield from ((name, behaviour.coroutine) for name, behaviour in record.methods.items())


FUNCTIONS = [pytest.param(path, entry, id=path) for path, entry in functions()]
CLASSES = [pytest.param(record, id=record.name) for record in classes()]
METHODS = [
    pytest.param(record, name, coroutine, id=f"{record.name}.{name}")
    for record in classes()
    for name, coroutine in methods(record)
    if record.name not in INVENTED and record.name not in HISTORIC
]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Deprecated names are looked up on purpose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize(("path", "entry"), FUNCTIONS)
def test_function_exists(path: str, entry: FunctionEntry) -> None:
    """A function of the catalogue exists, is callable, and is a coroutine function if and only if it is said to be one."""
    if path in HISTORIC:
        with pytest.raises((AttributeError, ImportError)):
            assert resolve(path) is None
        return
    subject = resolve(path)
    assert callable(subject) or inspect.ismodule(subject)
    if not entry.decorator:
        assert is_coroutine_function(subject) is (entry.coroutine and path not in RETURN_AWAITABLES)


@pytest.mark.parametrize("record", CLASSES)
def test_class_exists(record: ClassEntry) -> None:
    """A class of the catalogue exists, is the same object under its aliases, and inherits from its bases."""
    if record.name in INVENTED | HISTORIC:
        with pytest.raises((AttributeError, ImportError)):
            resolve(record.name)
        return
    subject = resolve(record.name)
    for alias in record.aliases:
        if record.name != "structlog.stdlib.BoundLogger":  # its aliases are classes that take its place
            assert resolve(alias) is subject
    for base in record.bases:
        if base not in HISTORIC:
            ancestor = resolve(base)
            assert ancestor in subject.__mro__ or record.name == "aiocache.Cache"  # a factory of caches
    for hook in record.hooks:
        assert record.name in LOOKED_UP or all(hasattr(subject, name) for name in hook.names)


@pytest.mark.parametrize(("record", "name", "coroutine"), METHODS)
def test_method_exists(record: ClassEntry, name: str, coroutine: bool) -> None:
    """A method of the catalogue exists, and is a coroutine function if and only if it is said to be one."""
    path = f"{record.name}.{name}"
    subject = resolve(record.name)
    if path in HISTORIC:
        assert not hasattr(subject, name)
        return
    method = getattr(subject, name)
    assert is_coroutine_function(method) or path in RETURN_AWAITABLES if coroutine else not is_coroutine_function(method)


@pytest.mark.parametrize(
    ("alias", "target"), [pytest.param(*pair, id=pair[0]) for name in FRAMEWORKS for pair in library(name).aliases.items()]
)
def test_alias_is_the_same_object(alias: str, target: str) -> None:
    """Both ends of an alias are one object; of a module's alias, all that the catalogue knows in it."""
    if alias in HISTORIC or alias in LOOSE_ALIASES:
        return
    subject, other = resolve(alias), resolve(target)
    if inspect.ismodule(subject):
        known = {path.rpartition(".")[2] for path, _ in functions() if path.rpartition(".")[0] == target}
        known |= {record.name.rpartition(".")[2] for record in classes() if record.name.rpartition(".")[0] == target}
        shared = [name for name in known if hasattr(subject, name)]
        assert shared
        assert all(getattr(subject, name) is getattr(other, name) for name in shared)
    else:
        assert subject is other


@pytest.mark.parametrize("path", [pytest.param(path, id=path) for name in FRAMEWORKS for path in library(name).objects])
def test_object_exists(path: str) -> None:
    """A module-level object of the catalogue exists."""
    assert resolve(path) is not None


def handed_over() -> Iterator[tuple[str, Behaviour, Run, bool]]:
    """Every argument that is run: the callable's path, its behaviour, the run, and whether a receiver comes first."""
    for path, entry in functions():
        if path not in HISTORIC:
            yield from ((path, entry, run, False) for run in entry.runs)
    for record in classes():
        if record.construct and record.name not in HISTORIC:
            yield from ((record.name, record.construct, run, False) for run in record.construct.runs)
        for name, behaviour in record.methods.items():
            if f"{record.name}.{name}" not in HISTORIC:
                yield from ((f"{record.name}.{name}", behaviour, run, True) for run in behaviour.runs)


RUNS = [pytest.param(*item, id=f"{item[0]}({item[2].name or item[2].argument})") for item in handed_over()]


@pytest.mark.parametrize(("path", "behaviour", "run", "bound"), RUNS)
def test_argument_stands_where_it_is_said_to(path: str, behaviour: Behaviour, run: Run, bound: bool) -> None:
    """An argument that is run has the position and the name that the catalogue says."""
    if f"{path}.{run.name}" in HISTORIC_ARGUMENTS:
        return
    subject = resolve(path)
    try:
        parameters = list(inspect.signature(subject).parameters.values())
    except ValueError:
        pytest.skip("a compiled callable without a signature")
    if bound and parameters and parameters[0].name == "self":
        parameters = parameters[1:]
    by_name = {parameter.name for parameter in parameters}
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    if run.name:
        assert run.name in by_name or takes_any
    if run.argument is not None and run.argument >= 0 and not (behaviour.decorator and run.argument == 0):
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        positional = [parameter.name for parameter in parameters if parameter.kind in kinds]
        takes_rest = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)
        assert positional[run.argument : run.argument + 1] == [run.name] or (takes_rest and len(positional) <= run.argument)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_types_parse_and_name_known_classes(name: str) -> None:
    """Every type string parses, and the dotted names in it are classes of the catalogue."""
    known = catalogue(name)
    texts = [entry.returns for entry in library(name).functions]
    for record in library(name).classes:
        texts += [
            *record.returns.values(),
            *record.attributes.values(),
            *record.members.values(),
            *record.operators.values(),
            record.awaited,
        ]
        special = (record.construct, record.enter, record.async_enter, record.iterate, record.async_iterate, record.call, record.item)
        texts += [behaviour.returns for behaviour in (*special, *record.methods.values(), *record.properties.values()) if behaviour]
    texts += library(name).objects.values()
    unknown = {head for text in texts if text for head in _heads(type_of(text)) if "." in head and not known.is_class(head)}
    assert {head for head in unknown if head.split(".")[0] == name} == set()


def _heads(type_: Any) -> Iterator[str]:
    yield type_.head
    for argument in type_.arguments:
        yield from _heads(argument)
