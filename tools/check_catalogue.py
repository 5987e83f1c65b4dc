"""Catalogue files -> what in them contradicts the installed packages.

    python tools/check_catalogue.py [LIBRARY ...]

Imports the packages that the files describe and proves that every dotted name, class, method, attribute, argument and async twin
exists, that it is a coroutine function exactly if the file says so, and that bases, aliases and types are what they claim to be.
What blocks cannot be read from a signature and is not proved here. A package that is not installed is named and passed over; what
cannot be decided by looking (compiled code, names made at run time) is counted as unproven and shown with --verbose.
Classes whose name begins with `Lazy` are the catalogue's own: stand-ins for objects that have no public class.
"""

import argparse
import functools
import importlib
import importlib.metadata
import inspect
import re
import sys
import tomllib
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.schema import Behaviour, ClassEntry, FunctionEntry, Library
from fastapi_async_lint.catalogue.types import Type, parse

LISTS = ("certain", "likely", "cheap", "pure", "coroutines")
SPECIALS = {
    "enter": ("__enter__",),
    "exit": ("__exit__",),
    "async_enter": ("__aenter__",),
    "iterate": ("__iter__", "__next__", "__getitem__"),
    "async_iterate": ("__aiter__", "__anext__"),
    "call": ("__call__",),
    "item": ("__getitem__",),
}


class Problem(NamedTuple):
    """One claim of a file that is wrong (`proven`), or that could not be decided."""

    library: str
    subject: str
    text: str
    proven: bool = True

    def __str__(self) -> str:
        return f"{self.library}: {self.subject}: {self.text}"


class NotInstalled(Exception):
    """The package, or something it needs, is not in this environment."""


@dataclass(frozen=True)
class Context:
    """The file under examination, with everything that its types refer to."""

    name: str
    library: Library
    catalogue: Catalogue

    def wrong(self, subject: str, text: str) -> Problem:
        return Problem(self.name, subject, text)

    def unproven(self, subject: str, text: str) -> Problem:
        return Problem(self.name, subject, text, proven=False)


def check(name: str) -> list[Problem]:
    """All problems of the catalogue file of that import name. Raises NotInstalled when its package cannot be imported."""
    known = libraries([name])
    library = known[name]
    _module(name)
    context = Context(name, library, merge(known.values()))
    problems = list(_check_file(context))
    for entry in library.functions:
        problems += _check_function(context, entry)
    for record in library.classes:
        problems += _check_class(context, record)
    return problems


# --------------------------------------------------------------------------------------------------------------- looking up


@functools.cache
def _module(name: str) -> types.ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotInstalled(f"{name}: {error}") from error
    except Exception as error:  # a package's own start-up failed
        raise NotInstalled(f"{name}: {type(error).__name__}: {error}") from error


@functools.cache
def resolve(path: str) -> Any:
    """The object of a dotted path. Raises NotInstalled when its package is absent, AttributeError when the package lacks it."""
    parts = path.split(".")
    found, used = _module(parts[0]), 1
    while used < len(parts) and isinstance(found, types.ModuleType):
        if not hasattr(found, parts[used]):
            try:
                importlib.import_module(".".join(parts[: used + 1]))
            except ModuleNotFoundError as error:
                if error.name is None or not path.startswith(error.name):
                    raise NotInstalled(str(error)) from error
                raise AttributeError(f"no {'.'.join(parts[: used + 1])}") from error
            except ImportError as error:
                raise NotInstalled(str(error)) from error
        found, used = getattr(found, parts[used]), used + 1
    for part in parts[used:]:
        found = getattr(found, part)
    return found


def is_invented(path: str) -> bool:
    """The name is the catalogue's own (see the module's docstring)."""
    return any(part.startswith("Lazy") and not _is_real(path) for part in path.split("."))


def _is_real(path: str) -> bool:
    try:
        resolve(path)
    except (AttributeError, NotInstalled):
        return False
    return True


def _boto3_clients() -> list[type]:
    import boto3

    services = ("s3", "sqs", "rds", "dynamodb", "lambda", "polly", "bedrock-runtime")
    return [type(boto3.client(service, region_name="us-east-1")) for service in services]


def _boto3_resources() -> list[type]:
    import boto3

    session = boto3.session.Session(region_name="us-east-1")
    found = [session.resource(service) for service in session.get_available_resources()]
    for resource in found:
        for name in (name for name in dir(resource) if name[:1].isupper()):
            for identifiers in range(5):
                try:
                    part = getattr(resource, name)(*["1"] * identifiers)
                except (ValueError, TypeError):
                    continue
                if type(part).__name__ not in {type(item).__name__ for item in found}:
                    found.append(part)
                break
    return [type(item) for item in found]


def _boto3_collections() -> list[type]:
    import boto3

    bucket = boto3.resource("s3", region_name="us-east-1").Bucket("b")
    return [type(bucket.objects), type(bucket.objects.all())]


SPECIMENS: dict[str, Callable[[], list[type]]] = {
    "botocore.client.BaseClient": _boto3_clients,
    "boto3.resources.base.ServiceResource": _boto3_resources,
    "boto3.resources.collection.CollectionManager": _boto3_collections,
    "boto3.resources.collection.ResourceCollection": _boto3_collections,
}
"""Classes whose methods are added to subclasses made at run time, and how to get some of those."""


def _witnesses(context: Context, record: ClassEntry) -> list[type]:
    """The real class and every real class that inherits the record: its claims hold if one of them bears them out."""
    found: list[type] = []
    for path in [record.name, *(other.name for other in context.library.classes if context.catalogue.inherits(other.name, record.name))]:
        if _is_real(path) and isinstance(resolve(path), type):
            found.append(resolve(path))
    for path, make in SPECIMENS.items():
        if context.catalogue.inherits(record.name, path):
            found += make()
    return list(dict.fromkeys(found))


def _static(owner: type, name: str) -> Any:
    try:
        return inspect.getattr_static(owner, name)
    except AttributeError:
        return getattr(owner, name)


@functools.cache
def _source_of(owner: type) -> str:
    texts = []
    for ancestor in owner.__mro__:
        try:
            texts.append(inspect.getsource(ancestor))
        except (OSError, TypeError):  # classes that say they are from another module, or compiled
            texts += [
                inspect.getsource(item)
                for item in vars(ancestor).values()
                if inspect.isfunction(item) and item.__code__.co_filename[:1] != "<"
            ]
    return "\n".join(texts)


def _has(owner: type, name: str) -> bool | None:
    """Instances have that attribute; None where looking cannot tell."""
    if hasattr(owner, name) or any(name in getattr(ancestor, "__annotations__", {}) for ancestor in owner.__mro__):
        return True
    if name in getattr(owner, "model_fields", {}):
        return True
    source = _source_of(owner)
    if re.search(rf"\bself\.{re.escape(name)}\b[^=\n]*=[^=]|['\"]{re.escape(name)}['\"]", source):
        return True
    made = hasattr(owner, "__getattr__") or "__getattribute__" in {name for ancestor in owner.__mro__[:-1] for name in vars(ancestor)}
    return None if made or not source else False


# ----------------------------------------------------------------------------------------------------- coroutine or not


def is_coroutine(function: Any) -> bool | None:
    """Calling it gives something to await; None where only running it would tell."""
    while isinstance(function, (staticmethod, classmethod, functools.partialmethod, functools.partial)):
        function = function.__func__ if isinstance(function, (staticmethod, classmethod)) else function.func
    if isinstance(function, type):
        return hasattr(function, "__await__")
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(inspect.unwrap(function)):
        return True
    function = inspect.unwrap(function)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return hasattr(function, "_is_coroutine")
    given = getattr(function, "__annotations__", {}).get("return")
    if given is None:
        return None
    if isinstance(given, str):
        given = _evaluated(given.split("[")[0], getattr(function, "__globals__", {}))
    origin = getattr(given, "__origin__", given)
    if isinstance(origin, type):
        return hasattr(origin, "__await__")
    return None


def _evaluated(name: str, names: dict[str, Any]) -> Any:
    found: Any = names.get(name.split(".")[0])
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
    return found


# --------------------------------------------------------------------------------------------------------------- checks


def _check_file(context: Context) -> Iterator[Problem]:
    written = tomllib.loads((resources.files("fastapi_async_lint.catalogue") / f"{context.name}.toml").read_text(encoding="utf-8"))
    names = [name for entry in written.get("functions", ()) for name in entry["names"]] + [
        record["name"] for record in written.get("classes", ())
    ]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield context.wrong(name, "described twice")
    for path, text in context.library.objects.items():
        yield from _check_exists(context, path)
        yield from _check_type(context, path, text)
    for path, target in context.library.aliases.items():
        yield from _check_exists(context, path)
        yield from _check_exists(context, target)
        if _is_real(path) and _is_real(target) and resolve(path) is not resolve(target) and not isinstance(resolve(path), types.ModuleType):
            yield context.wrong(path, f"is not {target}")


def _check_exists(context: Context, path: str) -> Iterator[Problem]:
    if is_invented(path):
        return
    try:
        resolve(path)
    except NotInstalled as error:
        yield context.unproven(path, f"not installed: {error}")
    except AttributeError as error:
        yield context.wrong(path, f"does not exist ({error})")


def _check_type(context: Context, subject: str, text: str) -> Iterator[Problem]:
    if text:
        yield from _check_heads(context, subject, parse(text))


def _check_heads(context: Context, subject: str, tree: Type) -> Iterator[Problem]:
    if tree.head in ("arg", "instance", "result", "provided", "element"):
        return
    if "." in tree.head:
        for problem in _check_exists(context, tree.head):
            yield Problem(problem.library, subject, f"type {tree.head}: {problem.text}", problem.proven)
        if is_invented(tree.head) and not context.catalogue.is_class(tree.head):
            yield context.wrong(subject, f"type {tree.head} is described nowhere")
    for argument in tree.arguments:
        yield from _check_heads(context, subject, argument)


def _check_function(context: Context, entry: FunctionEntry) -> Iterator[Problem]:
    for name in entry.names:
        problems = list(_check_exists(context, name))
        yield from problems
        if not problems:
            function = resolve(name)
            if not callable(function):
                yield context.wrong(name, "is not callable")
            else:
                yield from _check_kind(context, name, function, entry.coroutine, entry.returns and parse(entry.returns) or None)
                yield from _check_arguments(context, name, function, entry, bound=False)
    yield from _check_behaviour(context, entry.names[0], entry)


def _check_behaviour(context: Context, subject: str, behaviour: Behaviour) -> Iterator[Problem]:
    yield from _check_type(context, subject, behaviour.returns)
    yield from _check_instead(context, subject, behaviour.instead)
    for condition in (*behaviour.when, *behaviour.unless):
        for text in condition.type:
            yield from _check_type(context, subject, text)


def _check_instead(context: Context, subject: str, instead: str) -> Iterator[Problem]:
    if re.fullmatch(r"\w+(\.\w+)+", instead):
        for problem in _check_exists(context, instead):
            yield Problem(problem.library, subject, f"twin {instead}: {problem.text}", problem.proven)


def _check_kind(context: Context, subject: str, function: Any, claimed: bool, returned: Type | None) -> Iterator[Problem]:
    """It is a coroutine function exactly if `claimed`, or gives an object of a class that says what awaiting it gives."""
    actual = is_coroutine(function)
    awaitable = returned is not None and context.catalogue.awaited(returned.head) is not None
    if actual is None and claimed:
        yield context.unproven(subject, "said to be a coroutine function; looking does not tell")
    elif actual is not None and actual != (claimed or awaitable):
        yield context.wrong(subject, f"is {'' if actual else 'not '}a coroutine function")


def _check_arguments(context: Context, subject: str, function: Any, behaviour: Behaviour, bound: bool) -> Iterator[Problem]:
    """The arguments that conditions and hand-overs name exist in the signature."""
    names = [item.name for item in (*behaviour.when, *behaviour.unless, *behaviour.runs) if item.name]
    if not names:
        return
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        yield context.unproven(subject, "has no signature to look at")
        return
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    for name in names:
        if name not in parameters:
            yield context.wrong(subject, f"has no parameter {name!r}")


def _check_class(context: Context, record: ClassEntry) -> Iterator[Problem]:
    yield from _check_lists(context, record)
    for text in (
        *record.returns.values(),
        *record.attributes.values(),
        *record.members.values(),
        *record.operators.values(),
        record.awaited,
    ):
        yield from _check_type(context, record.name, text)
    for name, behaviour in (*record.methods.items(), *record.properties.items()):
        yield from _check_behaviour(context, f"{record.name}.{name}", behaviour)
    for name in ("construct", *SPECIALS):
        behaviour = getattr(record, name)
        if behaviour is not None:
            yield from _check_behaviour(context, f"{record.name} {name}", behaviour)
    yield from _check_instead(context, record.name, record.instead)
    for base in record.bases:
        if not context.catalogue.is_class(base):
            yield context.wrong(record.name, f"base {base} is described nowhere")
    if is_invented(record.name):
        return
    problems = list(_check_exists(context, record.name))
    yield from problems
    if not problems:
        yield from _check_real_class(context, record, resolve(record.name))


def _check_lists(context: Context, record: ClassEntry) -> Iterator[Problem]:
    listed = [name for key in LISTS for name in getattr(record, key)]
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield context.wrong(f"{record.name}.{name}", "listed twice")
    for name in record.returns:
        if name in listed or name in record.methods or name == "*":
            continue
        inherited = [context.catalogue.member(base, name) for base in record.bases]
        if "*" in listed or any(member and member.method and (member.method.blocks or member.method.coroutine) for member in inherited):
            yield context.wrong(
                f"{record.name}.{name}", "stands in `returns` alone, which says that it is pure and hides what `*` or a base says"
            )


def _check_real_class(context: Context, record: ClassEntry, real: Any) -> Iterator[Problem]:
    if not isinstance(real, type):
        yield context.unproven(record.name, "is not a class here")
        return
    for alias in record.aliases:
        yield from _check_exists(context, alias)
        if _is_real(alias) and resolve(alias) is not real:
            yield context.wrong(alias, f"is not {record.name}")
    for base in record.bases:
        if _is_real(base) and isinstance(resolve(base), type) and not issubclass(real, resolve(base)):
            yield context.wrong(record.name, f"does not inherit from {base}")
    witnesses = _witnesses(context, record)
    for name, forms in SPECIALS.items():
        if getattr(record, name) is not None and not any(_has(owner, form) for owner in witnesses for form in forms):
            yield context.wrong(record.name, f"has no {forms[0]}")
    if record.awaited and not hasattr(real, "__await__"):
        yield context.wrong(record.name, "cannot be awaited")
    yield from _check_members(context, record, witnesses)
    yield from _check_methods(context, record, witnesses)


def _check_members(context: Context, record: ClassEntry, witnesses: list[type]) -> Iterator[Problem]:
    methods = {name for key in LISTS for name in getattr(record, key)} | set(record.methods) | set(record.returns)
    for name in sorted((methods | set(record.attributes) | set(record.properties) | set(record.members)) - {"*"}):
        verdicts = [_has(owner, name) for owner in witnesses]
        if True not in verdicts:
            claim = context.unproven if None in verdicts else context.wrong
            yield claim(f"{record.name}.{name}", "does not exist")


def _check_methods(context: Context, record: ClassEntry, witnesses: list[type]) -> Iterator[Problem]:
    """Every public method that the record speaks of, by name or by `*`, is a coroutine function exactly if it says so."""
    for owner in witnesses:
        own = owner if owner.__module__ + "." + owner.__qualname__ in context.library.classes else None
        if own is not None and own is not resolve(record.name):
            continue
        for name in dir(owner):
            member = context.catalogue.member(record.name, name)
            if name.startswith("_") or member is None or member.method is None or owner is not witnesses[0] and name not in vars(owner):
                continue
            attribute = _static(owner, name)
            if not callable(attribute) and not isinstance(attribute, (staticmethod, classmethod)):
                continue
            if owner is witnesses[0]:
                subject = f"{record.name}.{name}"
                yield from _check_kind(context, subject, attribute, member.method.coroutine, member.method.returns)
                if name in record.methods:
                    yield from _check_arguments(context, subject, getattr(owner, name), record.methods[name], bound=True)


# ------------------------------------------------------------------------------------------------------------ reporting


def _version(library: Library) -> str:
    try:
        return importlib.metadata.version(library.distribution) if library.distribution else sys.version.split()[0]
    except importlib.metadata.PackageNotFoundError:
        return "version unknown"


def report(names: Iterable[str], verbose: bool) -> int:
    """Print one line for each library and one for each problem; the number of proven problems."""
    wrong = 0
    for name in names:
        library = libraries([name])[name]
        try:
            problems = check(name)
        except NotInstalled as error:
            print(f"{name}: not installed ({error})")
            continue
        proven = [problem for problem in problems if problem.proven]
        wrong += len(proven)
        size = f"{sum(len(entry.names) for entry in library.functions)} functions, {len(library.classes)} classes"
        print(f"{name} ({_version(library)}): {size}, {len(proven)} wrong, {len(problems) - len(proven)} unproven")
        for problem in problems if verbose else proven:
            print(f"  {'' if problem.proven else 'unproven: '}{problem.subject}: {problem.text}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Hold catalogue files against the installed packages.")
    parser.add_argument("libraries", nargs="*", help="import names; all files by default")
    parser.add_argument("--verbose", action="store_true", help="show what could not be decided, too")
    arguments = parser.parse_args()
    return 1 if report(arguments.libraries or sorted(available()), arguments.verbose) else 0


if __name__ == "__main__":
    raise SystemExit(main())
