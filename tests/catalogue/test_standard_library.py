"""The standard library's catalogue files against the running Python.

Names exist and are what they are said to be, arguments stand where they are said to, and types name known classes.
"""

import importlib
import importlib.util
import inspect
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.schema import Behaviour, Condition, Library, Run
from fastapi_async_lint.catalogue.types import Type, parse
from tools.checking.excuses import made_up

REMOVED_MODULES = {"crypt": (3, 13), "nntplib": (3, 13), "telnetlib": (3, 13)}
"""Modules that the catalogue knows, and the first Python that no longer has them."""

MODULES = sorted((sys.stdlib_module_names | REMOVED_MODULES.keys() | {"typing_extensions"}) & available())
PRESENT = [name for name in MODULES if sys.version_info < REMOVED_MODULES.get(name, (99,))]

INVENTED = {path: reason for path, reason in made_up().items() if path.partition(".")[0] in sys.stdlib_module_names}
"""Classes that stand for objects whose real class has no name or says less, and why."""


class Row(NamedTuple):
    """A class whose base is a function."""


MADE_BY_FUNCTIONS = {"typing.NamedTuple": Row, "typing.TypedDict": dict}
"""What a class is whose name stands for a function with arguments."""

STANDS_FOR = {
    "io.IOBase": ["io.BufferedRandom", "io.FileIO"],
    "io.TextIOWrapper": ["io.BufferedRandom", "io.FileIO"],
    "socket.SocketIO": ["io.BufferedReader"],
}
"""Classes that speak for others too, which are not their subclasses; other file classes share their verdicts as if they were."""

LIKENESSES = {
    "builtins.bytearray",
    "builtins.set",
    "collections.ChainMap",
    "collections.UserDict",
    "collections.UserList",
    "collections.UserString",
    "collections.deque",
    "multiprocessing.synchronize.BoundedSemaphore",
    "multiprocessing.synchronize.Condition",
    "multiprocessing.synchronize.Event",
    "multiprocessing.synchronize.RLock",
    "multiprocessing.synchronize.Semaphore",
    "threading.RLock",
    "urllib.parse.ParseResult",
    "weakref.WeakKeyDictionary",
    "weakref.WeakSet",
    "weakref.WeakValueDictionary",
}
"""Classes that behave like the class that is given as their base or that they are an alias of, and do not derive from it."""

AT_RUN_TIME = {
    "asyncio.Condition.acquire",
    "asyncio.Condition.locked",
    "asyncio.Condition.release",
    "multiprocessing.managers.SyncManager.shutdown",
    "multiprocessing.synchronize.Lock.acquire",
    "multiprocessing.synchronize.Lock.release",
    "threading.Condition.acquire",
    "threading.Condition.release",
}
"""Methods that an object gets when it is made; its class does not have them."""

ELSEWHERE = frozenset((Path(__file__).parent / "names_of_other_pythons.txt").read_text(encoding="utf-8").split())
"""Names that not every supported Python, platform or build has."""


@cache
def library(name: str) -> Library:
    """The file of a module."""
    return libraries([name])[name]


@cache
def catalogue(name: str) -> Catalogue:
    """What is known where only this module is imported: itself and what it requires."""
    return merge(libraries([name]).values())


@cache
def resolve(path: str) -> Any:
    """The object behind a dotted path, submodules imported on the way. AttributeError or ImportError where there is none."""
    parts = path.split(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: Any = importlib.import_module(parts[0])
        for position, part in enumerate(parts[1:], start=2):
            name = ".".join(parts[:position])
            if hasattr(found, "__path__") and not hasattr(found, part) and importlib.util.find_spec(name):
                importlib.import_module(name)
            found = getattr(found, part)
    return found


def exists(path: str) -> bool:
    """The running Python has the name."""
    try:
        resolve(path)
    except (AttributeError, ImportError):
        return False
    return True


def real_class(path: str) -> Any:
    """The class behind a name; of a factory function, such as `threading.RLock`, the class of what it gives."""
    found = resolve(path)
    if inspect.isclass(found):
        return found
    return MADE_BY_FUNCTIONS.get(path) or type(found())


class Method(NamedTuple):
    """A method that the catalogue names; `subject` is None where no class of the record has it."""

    path: str
    subject: Any
    coroutine: bool


def methods(name: str) -> Iterator[Method]:
    """Every method that the file of a module names, of classes that exist."""
    for record in library(name).classes:
        likes = () if record.name in INVENTED else (record.name, *record.aliases, *STANDS_FOR.get(record.name, ()))
        holders = [real_class(path) for path in likes if exists(path)]
        named = dict.fromkeys((*record.certain, *record.likely, *record.cheap, *record.pure, *record.returns, *record.methods), False)
        named |= dict.fromkeys(record.coroutines, True)
        named |= {method: True for method, behaviour in record.methods.items() if behaviour.coroutine}
        for method, coroutine in named.items():
            if holders and method != "*":
                subject = next((getattr(holder, method) for holder in holders if hasattr(holder, method)), None)
                yield Method(f"{record.name}.{method}", subject, coroutine)


class Described(NamedTuple):
    """Something with a behaviour: a function, a class's construction (`what` is empty), a method or another use of a class."""

    path: str
    what: str
    behaviour: Behaviour


def described(name: str) -> Iterator[Described]:
    """Every behaviour that the file of a module describes."""
    for entry in library(name).functions:
        yield from (Described(path, "", entry) for path in entry.names)
    for record in library(name).classes:
        if record.construct:
            yield Described(record.name, "", record.construct)
        for use in ("enter", "exit", "async_enter", "iterate", "async_iterate", "call", "item"):
            if (behaviour := getattr(record, use)) is not None:
                yield Described(record.name, f"<{use}>", behaviour)
        for method, behaviour in {**record.methods, **record.properties}.items():
            yield Described(record.name, method, behaviour)


def type_strings(name: str) -> Iterator[str]:
    """Every type that the file of a module writes, empty ones too."""
    for _, _, behaviour in described(name):
        yield behaviour.returns
    for record in library(name).classes:
        for table in (record.returns, record.attributes, record.members, record.operators):
            yield from table.values()
        yield record.awaited
    yield from library(name).objects.values()


# ------------------------------------------------------------------------------------------------------------ the names


@pytest.mark.parametrize("name", PRESENT)
def test_every_name_exists(name: str) -> None:
    """Functions, classes, aliases, bases, objects and methods of a file exist, but for those of other Pythons and platforms."""
    paths = {path for entry in library(name).functions for path in entry.names}
    paths |= {*library(name).objects, *library(name).aliases, *library(name).aliases.values()}
    for record in library(name).classes:
        paths |= {record.name, *record.aliases, *record.bases}
    missing = {path for path in paths - INVENTED.keys() if not exists(path)}
    missing |= {method.path for method in methods(name) if method.subject is None}
    assert missing - ELSEWHERE - AT_RUN_TIME == set()


@pytest.mark.parametrize("path", sorted(INVENTED))
def test_invented_class_stands_for_something(path: str) -> None:
    """An invented class has the name of nothing, and something gives it or derives from it."""
    name = path.partition(".")[0]
    assert not exists(path)
    assert catalogue(name).is_class(path)
    assert any(path.removeprefix("builtins.") in text for text in type_strings(name)) or any(
        path in record.bases for record in library(name).classes
    )


@pytest.mark.parametrize("path", sorted(ELSEWHERE | AT_RUN_TIME))
def test_name_of_other_pythons_is_in_the_catalogue(path: str) -> None:
    """The list of names that only other Pythons or platforms have holds nothing that the catalogue no longer says."""
    name, (owner, _, last) = path.partition(".")[0], path.rpartition(".")
    known = catalogue(name)
    assert known.function(path) or known.is_class(path) or path in known.aliases or known.member(owner, last)


@pytest.mark.parametrize("name", PRESENT)
def test_classes_are_related_as_they_are_said_to_be(name: str) -> None:
    """A class entry's aliases are that class or subclasses of it, and its bases are bases, but for those that only behave so."""
    unlike = set()
    for record in library(name).classes:
        if record.name in INVENTED or not exists(record.name):
            continue
        subject = real_class(record.name)
        unlike |= {alias for alias in record.aliases if exists(alias) and not issubclass(real_class(alias), subject)}
        bases = [base for base in record.bases if base not in INVENTED and base not in STANDS_FOR]
        unlike |= {record.name for base in bases if not issubclass(subject, real_class(base))}
    assert unlike == {path for path in LIKENESSES if path.partition(".")[0] == name}


@pytest.mark.parametrize("name", PRESENT)
def test_functions_are_functions(name: str) -> None:
    """A function entry names a callable; a class among them is a construct of the language or gives something else than its instance."""
    for entry in library(name).functions:
        for path in filter(exists, entry.names):
            subject = resolve(path)
            assert callable(subject) or entry.role, path
            assert not inspect.isclass(subject) or any((entry.role, entry.returns, entry.runs, entry.decorator)), path


@pytest.mark.parametrize("name", PRESENT)
def test_coroutine_functions_are_coroutine_functions(name: str) -> None:
    """What is said to be a coroutine function is one, and nothing else is, but for functions that say what awaitable they give."""
    for entry in library(name).functions:
        for path in filter(exists, entry.names):
            gives_awaitable = entry.returns.startswith(("awaitable[", "arg["))
            assert inspect.iscoroutinefunction(resolve(path)) is entry.coroutine or gives_awaitable or path == "builtins.anext", path
    for method in methods(name):
        if method.subject is not None:
            assert inspect.iscoroutinefunction(method.subject) is method.coroutine, method.path


@pytest.mark.parametrize("name", PRESENT)
def test_async_twins_exist(name: str) -> None:
    """An async twin in the standard library exists; the others are packages or words."""
    twins = {behaviour.instead for _, _, behaviour in described(name)} | {record.instead for record in library(name).classes}
    dotted = {twin for twin in twins if twin.partition(".")[0] in MODULES and " " not in twin}
    assert {twin for twin in dotted if not exists(twin)} == set()


# -------------------------------------------------------------------------------------------------------- the arguments


@pytest.mark.parametrize("name", PRESENT)
def test_arguments_stand_where_they_are_said_to(name: str) -> None:
    """Arguments that are run or decide have the position and the name that the catalogue says, where Python tells its signature."""
    for path, what, behaviour in described(name):
        if path in INVENTED or what.startswith("<") or not exists(path):
            continue
        owner = real_class(path) if what else resolve(path)
        subject: Any = getattr(owner, what, None) if what else owner
        positional = positional_parameters(subject, bound=bool(what) and not inspect.ismethod(subject))
        if positional is None:
            continue
        arguments: list[Run | Condition] = [*behaviour.runs, *behaviour.when, *behaviour.unless]
        for argument in arguments:
            assert stands(argument, positional, inspect.signature(subject)), f"{path}.{what}: {argument}"


def positional_parameters(subject: Any, bound: bool) -> list[str] | None:
    """Names of what can be passed by position, without the receiver; None where Python does not tell."""
    try:
        parameters = list(inspect.signature(subject).parameters.values())
    except (TypeError, ValueError):
        return None
    names = [parameter.name for parameter in parameters if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)]
    return names[1:] if bound else names


def stands(argument: Run | Condition, positional: list[str], signature: inspect.Signature) -> bool:
    """The argument has the position and the name that it is said to have."""
    position = argument.argument if isinstance(argument, Run) else argument.position
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    takes_rest, takes_names = inspect.Parameter.VAR_POSITIONAL in kinds, inspect.Parameter.VAR_KEYWORD in kinds
    if argument.name and argument.name not in signature.parameters and not takes_names:
        return False
    if position is None or position < 0:
        return position is None or takes_rest
    if position >= len(positional):
        return takes_rest
    return not argument.name or positional[position] == argument.name


# ------------------------------------------------------------------------------------------------------------ the types


REFERENCES = {"arg", "awaited", "element", "entered", "instance", "result"}
HEADS = REFERENCES | {"|", "T0", "T1", "T2", "Any", "awaitable", "class", "self"}


@pytest.mark.parametrize("name", MODULES)
def test_types_name_known_classes(name: str) -> None:
    """Every type parses and names classes of the file or of those that it requires; a bare name is a built-in class."""
    for text in filter(None, type_strings(name)):
        for head in heads(parse(text)):
            assert head in HEADS or catalogue(name).is_class(head if "." in head else f"builtins.{head}"), f"{text}: {head}"


def heads(type_: Type) -> Iterator[str]:
    """The names in a type, but for what stands in the brackets of a reference to an argument."""
    yield type_.head
    if type_.head not in REFERENCES:
        for argument in type_.arguments:
            yield from heads(argument)


@pytest.mark.parametrize("name", MODULES)
def test_what_is_run_is_held(name: str) -> None:
    """What a use of an object runs of what it holds has a place in the type that constructing it gives."""
    for path, _, behaviour in described(name):
        for run in behaviour.runs:
            if run.held is not None:
                construct = catalogue(name).constructor(path)
                held = construct.returns.arguments if construct and construct.returns and construct.returns.head == path else ()
                assert run.held < len(held), path


@pytest.mark.parametrize("name", MODULES)
def test_references_are_in_reach(name: str) -> None:
    """Bases, targets of aliases and the classes that conditions name are known wherever the file is read."""
    known = catalogue(name)
    named = {base for record in library(name).classes for base in record.bases}
    named |= {path for _, _, behaviour in described(name) for test in (*behaviour.when, *behaviour.unless) for path in test.type}
    assert {path for path in named if not known.is_class(path)} == set()
    targets = {path for path in library(name).aliases.values() if exists(path) and not inspect.ismodule(resolve(path))}
    assert {path for path in targets if not known.is_class(path) and not known.function(path)} == set()


@pytest.mark.parametrize("name", MODULES)
def test_blocking_entries_have_a_category(name: str) -> None:
    """Whatever blocks says in which category, itself, by its class or by its file."""
    for path, what, behaviour in described(name):
        record = next((record for record in library(name).classes if record.name == path), None)
        category = behaviour.category or (record and record.category) or library(name).category
        assert category or behaviour.blocks in {"pure", "cheap"}, f"{path}.{what}"
    for record in library(name).classes:
        assert record.category or library(name).category or not (record.certain or record.likely), record.name
