"""Catalogue files -> what in them contradicts the installed packages.

    python -m tools.check_catalogue [LIBRARY ...]

Proves that every dotted name, class, method, attribute, argument and async twin exists, that a callable is a coroutine function exactly if
the file says so, and that bases, aliases and types are what they claim to be. What blocks cannot be read from a signature and is not proved
here. A package that is not installed is named and passed over; what looking cannot decide is counted as unproven, and shown with --verbose.
Classes whose name begins with `Lazy` are the catalogue's own: they stand for objects that have no public class.
"""

import argparse
import importlib.metadata
import inspect
import re
import sys
import tomllib
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.schema import Behaviour, ClassEntry, FunctionEntry, Library
from fastapi_async_lint.catalogue.types import MalformedType, Type, parse
from tools.installed import NotInstalled, has, is_coroutine, is_real, module, resolve, specimens, static

LISTS = ("certain", "likely", "cheap", "pure", "coroutines")
SPECIALS = {
    "enter": ("__enter__",),
    "exit": ("__exit__",),
    "async_enter": ("__aenter__", "__asynccontextmanager__"),
    "iterate": ("__iter__", "__next__", "__getitem__"),
    "async_iterate": ("__aiter__", "__anext__"),
    "call": ("__call__",),
    "item": ("__getitem__",),
}
NOT_CLASSES = ("arg", "instance", "result", "provided", "element")
"""Heads of types whose arguments are not types."""


class Problem(NamedTuple):
    """One claim of a file that is wrong (`proven`), or that could not be decided."""

    library: str
    subject: str
    text: str
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Context:
    """The file under examination, with everything that its types refer to."""

    name: str
    library: Library
    catalogue: Catalogue

    def wrong(self, subject: str, text: str) -> Problem:
        """A claim that the package contradicts."""
        return Problem(self.name, subject, text)

    def unproven(self, subject: str, text: str) -> Problem:
        """A claim that looking cannot decide."""
        return Problem(self.name, subject, text, proven=False)


def check(name: str) -> list[Problem]:
    """All problems of the catalogue file of that import name. Raises NotInstalled when its package cannot be imported."""
    known = libraries([name])
    with warnings.catch_warnings(action="ignore"):  # what packages say while they are imported
        module(name)
        return [*_written_once(name), *examine(Context(name, known[name], merge(known.values())))]


def examine(context: Context) -> list[Problem]:
    """All problems of that library's records."""
    problems = list(_names(context))
    for entry in context.library.functions:
        problems += _function(context, entry)
    for record in context.library.classes:
        problems += _class(context, record)
    return problems


def is_invented(path: str) -> bool:
    """The name is the catalogue's own (see the module's docstring)."""
    return any(part.startswith("Lazy") for part in path.split(".")) and not is_real(path)


# ---------------------------------------------------------------------------------------------------------- names and types


def _written_once(library: str) -> Iterator[Problem]:
    written = tomllib.loads((resources.files("fastapi_async_lint.catalogue") / f"{library}.toml").read_text(encoding="utf-8"))
    names = [name for entry in written.get("functions", ()) for name in entry["names"]] + [
        record["name"] for record in written.get("classes", ())
    ]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(library, name, "described twice")


def _names(context: Context) -> Iterator[Problem]:
    for path, text in context.library.objects.items():
        yield from _exists(context, path)
        yield from _type(context, path, text)
    for path, target in context.library.aliases.items():
        yield from _exists(context, path)
        yield from _exists(context, target)
        if is_real(path) and is_real(target) and not inspect.ismodule(resolve(path)) and resolve(path) != resolve(target):
            yield context.wrong(path, f"is not {target}")


def _exists(context: Context, path: str) -> Iterator[Problem]:
    if is_invented(path):
        return
    try:
        resolve(path)
    except NotInstalled as error:
        yield context.unproven(path, f"not installed: {error}")
    except AttributeError as error:
        yield context.wrong(path, f"does not exist ({error})")


def _type(context: Context, subject: str, text: str) -> Iterator[Problem]:
    try:
        yield from _heads(context, subject, parse(text)) if text else ()
    except MalformedType as error:
        yield context.wrong(subject, str(error))


def _heads(context: Context, subject: str, tree: Type) -> Iterator[Problem]:
    if tree.head in NOT_CLASSES:
        return
    if "." in tree.head:
        for problem in _exists(context, tree.head):
            yield problem._replace(subject=subject, text=f"type {tree.head}: {problem.text}")
        if is_invented(tree.head) and not context.catalogue.is_class(tree.head):
            yield context.wrong(subject, f"type {tree.head} is described nowhere")
    for argument in tree.arguments:
        yield from _heads(context, subject, argument)


def _twin(context: Context, subject: str, instead: str) -> Iterator[Problem]:
    if re.fullmatch(r"\w+(\.\w+)+", instead):
        for problem in _exists(context, instead):
            yield problem._replace(subject=subject, text=f"twin {instead}: {problem.text}")


# ---------------------------------------------------------------------------------------------------------------- callables


def _function(context: Context, entry: FunctionEntry) -> Iterator[Problem]:
    yield from _behaviour(context, entry.names[0], entry, context.library.category)
    for name in entry.names:
        problems = list(_exists(context, name))
        yield from problems
        if problems or is_invented(name):
            continue
        function = resolve(name)
        if callable(function):
            yield from _kind(context, name, function, entry.coroutine, parse(entry.returns) if entry.returns else None)
            yield from _arguments(context, name, function, entry)
        else:
            yield context.wrong(name, "is not callable")


def _behaviour(context: Context, subject: str, behaviour: Behaviour, category: str | None) -> Iterator[Problem]:
    yield from _type(context, subject, behaviour.returns)
    yield from _twin(context, subject, behaviour.instead)
    for condition in (*behaviour.when, *behaviour.unless):
        for text in condition.type:
            yield from _type(context, subject, text)
    if behaviour.blocks in ("certain", "likely") and not (behaviour.category or category):
        yield context.wrong(subject, "blocks, and has no category")


def _kind(context: Context, subject: str, function: Any, claimed: bool, returned: Type | None) -> Iterator[Problem]:
    """It is a coroutine function exactly if `claimed`, or gives an object of a class that says what awaiting it gives."""
    actual = is_coroutine(function)
    awaitable = returned is not None and (returned.head == "awaitable" or context.catalogue.awaited(returned.head) is not None)
    if actual is None and claimed:
        yield context.unproven(subject, "said to be a coroutine function; looking does not tell")
    elif actual is not None and actual != (claimed or awaitable):
        yield context.wrong(subject, f"is {'' if actual else 'not '}a coroutine function")


def _arguments(context: Context, subject: str, function: Any, behaviour: Behaviour) -> Iterator[Problem]:
    """The arguments that conditions and hand-overs name exist in the signature."""
    names = [condition.name for condition in (*behaviour.when, *behaviour.unless)] + [run.name for run in behaviour.runs]
    if not any(names):
        return
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        yield context.unproven(subject, "has no signature to look at")
        return
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        for name in sorted(set(filter(None, names)) - set(parameters)):
            yield context.wrong(subject, f"has no parameter {name!r}")


# ------------------------------------------------------------------------------------------------------------------ classes


def _class(context: Context, record: ClassEntry) -> Iterator[Problem]:
    yield from _lists(context, record)
    category = record.category or context.library.category
    for text in (
        *record.returns.values(),
        *record.attributes.values(),
        *record.members.values(),
        *record.operators.values(),
        record.awaited,
    ):
        yield from _type(context, record.name, text)
    for name, behaviour in (*record.methods.items(), *record.properties.items()):
        yield from _behaviour(context, f"{record.name}.{name}", behaviour, category)
    for name in ("construct", "exit", *SPECIALS):
        special: Behaviour | None = getattr(record, name)
        if special is not None:
            yield from _behaviour(context, f"{record.name} ({name})", special, category)
    yield from _twin(context, record.name, record.instead)
    for base in record.bases:
        if not context.catalogue.is_class(base):
            yield context.wrong(record.name, f"base {base} is described nowhere")
    if is_invented(record.name):
        return
    problems = list(_exists(context, record.name))
    yield from problems
    if problems:
        return
    if isinstance(resolve(record.name), type):
        yield from _real_class(context, record, resolve(record.name))
    else:
        yield context.unproven(record.name, "is not a class here")


def _lists(context: Context, record: ClassEntry) -> Iterator[Problem]:
    listed = [name for key in LISTS for name in getattr(record, key)]
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield context.wrong(f"{record.name}.{name}", "listed twice")
    if {"certain", "likely"} & {key for key in LISTS if getattr(record, key)} and not (record.category or context.library.category):
        yield context.wrong(record.name, "blocks, and has no category")
    for name in sorted(set(record.returns) - {*listed, *record.methods, "*"}):
        inherited = (context.catalogue.member(base, name) for base in record.bases)
        if ("*" in listed and "*" not in record.pure) or any(
            member and member.method and (member.method.blocks or member.method.coroutine) for member in inherited
        ):
            yield context.wrong(
                f"{record.name}.{name}", "stands in `returns` alone, which says that it is pure and hides what `*` or a base says"
            )


def _real_class(context: Context, record: ClassEntry, real: type) -> Iterator[Problem]:
    for alias in record.aliases:
        yield from _exists(context, alias)
        if is_real(alias) and not (isinstance(resolve(alias), type) and issubclass(resolve(alias), real)):
            yield context.wrong(alias, f"is neither {record.name} nor a subclass of it")
    for base in record.bases:
        if is_real(base) and isinstance(resolve(base), type) and not issubclass(real, resolve(base)):
            yield context.wrong(record.name, f"does not inherit from {base}")
    witnesses = _witnesses(context, record)
    for name, forms in SPECIALS.items():
        if getattr(record, name) is not None and not any(has(owner, form) for owner in witnesses for form in forms):
            yield context.wrong(record.name, f"has no {forms[0]}")
    if record.awaited and not hasattr(real, "__await__"):
        yield context.wrong(record.name, "cannot be awaited")
    methods = {name for key in LISTS for name in getattr(record, key)} | set(record.methods) | set(record.returns)
    for name in sorted((methods | set(record.attributes) | set(record.properties) | set(record.members)) - {"*"}):
        if not any(hasattr(owner, name) for owner in witnesses):  # quick, and mostly so
            verdicts = {has(owner, name) for owner in witnesses}
            if True not in verdicts:
                yield (context.unproven if None in verdicts else context.wrong)(f"{record.name}.{name}", "does not exist")
    yield from _methods(context, record, real)


def _witnesses(context: Context, record: ClassEntry) -> list[type]:
    """The class and all that inherit from it in the file, or are made at run time: a claim holds if one of them bears it out."""
    heirs = [other.name for other in context.library.classes if context.catalogue.inherits(other.name, record.name)]
    found = [resolve(path) for path in (record.name, *heirs) if is_real(path)]
    for ancestor in context.catalogue.ancestors(record.name):
        found += specimens(ancestor)
    return [owner for owner in dict.fromkeys(found) if isinstance(owner, type)]


def _methods(context: Context, record: ClassEntry, real: type) -> Iterator[Problem]:
    """Every public method that the record speaks of, by name or by `*`, is a coroutine function exactly if it says so."""
    for name in dir(real):
        member = context.catalogue.member(record.name, name)
        if name.startswith("_") or member is None or member.method is None:
            continue
        attribute = static(real, name)
        if callable(attribute) or isinstance(attribute, (staticmethod, classmethod)):
            subject = f"{record.name}.{name}"
            yield from _kind(context, subject, attribute, member.method.coroutine, member.method.returns)
            if name in record.methods:
                yield from _arguments(context, subject, getattr(real, name), record.methods[name])


# ---------------------------------------------------------------------------------------------------------------- reporting


def _version(library: Library) -> str:
    try:
        return importlib.metadata.version(library.distribution) if library.distribution else f"Python {sys.version.split()[0]}"
    except importlib.metadata.PackageNotFoundError:
        return "version unknown"


def report(names: Iterable[str], verbose: bool) -> int:
    """Prints a line for each library and for each problem. Returns the number of claims proven wrong."""
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
    """The command line. Returns 1 if a claim is wrong, 2 for a library that has no file."""
    parser = argparse.ArgumentParser(description="Hold catalogue files against the installed packages.")
    parser.add_argument("libraries", nargs="*", help="import names; by default all but the standard library's")
    parser.add_argument("--verbose", action="store_true", help="show what could not be decided, too")
    arguments = parser.parse_args()
    for name in arguments.libraries:
        if name not in available():
            parser.error(f"the catalogue has no file for {name!r}")
    packages = [name for name in sorted(available()) if libraries([name])[name].distribution]
    return 1 if report(arguments.libraries or packages, arguments.verbose) else 0


if __name__ == "__main__":
    raise SystemExit(main())
