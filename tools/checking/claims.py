"""One catalogue file -> what in it contradicts the packages of this environment: names, types, functions. Classes are in classes.py.

Proves that every dotted name, class, method, attribute, argument and async twin exists, that a callable is a coroutine function exactly if
the file says so, that twins are asynchronous, and that bases, aliases and types are what they claim to be. What blocks cannot be read from
a signature and is not proved here. Names of the catalogue's own begin with `Lazy` or stand in excuses.toml: they stand for objects that
have no public class.
"""

import inspect
import re
import tomllib
import typing
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.load import libraries
from fastapi_async_lint.catalogue.schema import Behaviour, FunctionEntry, Library
from fastapi_async_lint.catalogue.types import MalformedType, Type, parse
from tools.checking.excuses import excuses, made_up
from tools.installed import NotInstalled, is_coroutine, is_real, module, resolve

NOT_CLASSES = ("arg", "instance", "result", "provided", "element")
"""Heads of types whose arguments are not types."""

Kind = Literal["wrong", "absent", "unlike", "coroutine", "twin", "excuse", "unproven", "elsewhere"]
"""absent: the package lacks a name or an argument; another release may have it. unlike: no kinship between classes. coroutine: is one, or
is none. twin: not asynchronous. excuse: excused, and needs none. unproven: looking cannot decide. elsewhere: a twin of a package that is not
here. wrong: all else."""


class Problem(NamedTuple):
    """One claim of a file that is wrong, or that could not be decided."""

    library: str
    subject: str
    text: str
    kind: Kind = "wrong"

    @property
    def proven(self) -> bool:
        """The claim is wrong, and not merely undecided."""
        return self.kind not in ("unproven", "elsewhere")


@dataclass(frozen=True, slots=True)
class Context:
    """The file under examination, with everything that its types refer to."""

    name: str
    library: Library
    catalogue: Catalogue

    def problem(self, subject: str, text: str, kind: Kind = "wrong") -> Problem:
        """A claim that the package contradicts, or that looking cannot decide."""
        return Problem(self.name, subject, text, kind)


def names_and_functions(context: Context) -> Iterator[Problem]:
    """All problems of the file but for those of its classes."""
    yield from _names(context)
    for entry in context.library.functions:
        yield from _function(context, entry)


def context_of(name: str) -> Context:
    """The catalogue file of that import name. Raises NotInstalled when its package cannot be imported."""
    known = libraries([name])
    with warnings.catch_warnings(action="ignore"):  # what packages say while they are imported
        module(name)
    return Context(name, known[name], merge(known.values()))


def written_once(library: str) -> Iterator[Problem]:
    """A problem for each name that the file describes twice, which its loaded form no longer shows."""
    written = tomllib.loads((resources.files("fastapi_async_lint.catalogue") / f"{library}.toml").read_text(encoding="utf-8"))
    names = [name for entry in written.get("functions", ()) for name in entry["names"]] + [
        record["name"] for record in written.get("classes", ())
    ]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(library, name, "described twice")


def is_invented(path: str) -> bool:
    """The name is the catalogue's own (see the module's docstring)."""
    parts = path.split(".")
    starts = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
    return bool(starts & _made_up()) or (any(part.startswith("Lazy") for part in parts) and not is_real(path))


@cache
def _made_up() -> frozenset[str]:
    return frozenset(made_up())


def excused(library: str, problems: list[Problem]) -> list[Problem]:
    """The problems without those that excuses.toml answers, and with one for each excuse of the library that answers none."""
    answers = {(kind, subject) for kind, subjects in excuses(library).items() for subject in subjects}
    used = {(problem.kind, problem.subject) for problem in problems} & answers
    left = [problem for problem in problems if (problem.kind, problem.subject) not in used]
    return left + [
        Problem(library, subject, f"excused as {kind}, and needs no excuse", "excuse") for kind, subject in sorted(answers - used)
    ]


# ---------------------------------------------------------------------------------------------------------- names and types


def _names(context: Context) -> Iterator[Problem]:
    for path, text in context.library.objects.items():
        yield from exists(context, path)
        yield from claimed_type(context, path, text)
    for path, target in context.library.aliases.items():
        yield from exists(context, path)
        yield from exists(context, target)
        if is_real(path) and is_real(target) and not inspect.ismodule(resolve(path)) and not _same(resolve(path), resolve(target)):
            yield context.problem(path, f"is not {target}", "unlike")


def _same(one: Any, other: Any) -> bool:
    """They are the same, or the first is typing's generic form of the second."""
    return bool(one == other) or typing.get_origin(one) is other


def exists(context: Context, path: str) -> Iterator[Problem]:
    """A problem if the name does not exist."""
    if is_invented(path):
        return
    try:
        resolve(path)
    except NotInstalled as error:
        yield context.problem(path, f"not installed: {error}", "unproven")
    except AttributeError as error:
        yield context.problem(path, f"does not exist ({error})", "absent")


def claimed_type(context: Context, subject: str, text: str) -> Iterator[Problem]:
    """Problems of a written type: malformed, or of classes that do not exist."""
    try:
        yield from _heads(context, subject, parse(text)) if text else ()
    except MalformedType as error:
        yield context.problem(subject, str(error))


def _heads(context: Context, subject: str, tree: Type) -> Iterator[Problem]:
    if tree.head in NOT_CLASSES:
        return
    if "." in tree.head:
        for problem in exists(context, tree.head):
            yield problem._replace(subject=subject, text=f"type {tree.head}: {problem.text}")
        if is_invented(tree.head) and not context.catalogue.is_class(tree.head):
            yield context.problem(subject, f"type {tree.head} is described nowhere")
    for argument in tree.arguments:
        yield from _heads(context, subject, argument)


# ---------------------------------------------------------------------------------------------------------------- functions


def _function(context: Context, entry: FunctionEntry) -> Iterator[Problem]:
    yield from behaviour_problems(context, entry.names[0], entry, context.library.category)
    for name in entry.names:
        problems = list(exists(context, name))
        yield from problems
        if problems or is_invented(name):
            continue
        function = resolve(name)
        if callable(function):
            yield from coroutine_or_not(context, name, function, entry.coroutine, parse(entry.returns) if entry.returns else None)
            yield from arguments(context, name, function, entry)
        elif not entry.role:
            yield context.problem(name, "is not callable")


def behaviour_problems(context: Context, subject: str, behaviour: Behaviour, category: str | None) -> Iterator[Problem]:
    """Problems of what a record says, whatever it says it of."""
    yield from claimed_type(context, subject, behaviour.returns)
    for condition in (*behaviour.when, *behaviour.unless):
        for text in condition.type:
            yield from claimed_type(context, subject, text)
        for name in condition.names:
            yield from exists(context, name)
    if behaviour.blocks in ("certain", "likely") and not (behaviour.category or category):
        yield context.problem(subject, "blocks, and has no category")


def coroutine_or_not(context: Context, subject: str, function: Any, claimed: bool, returned: Type | None) -> Iterator[Problem]:
    """It is a coroutine function exactly if `claimed`, or gives an object of a class that says what awaiting it gives."""
    actual = is_coroutine(function)
    if returned is not None and returned.head in ("arg", "Any", "offloaded"):
        return  # awaited or not as the argument is
    awaitable = returned is not None and (returned.head == "awaitable" or context.catalogue.awaited(returned.head) is not None)
    if actual is None and claimed:
        yield context.problem(subject, "said to be a coroutine function; looking does not tell", "unproven")
    elif actual is not None and actual != (claimed or awaitable):
        yield context.problem(subject, f"is {'' if actual else 'not '}a coroutine function", "coroutine")


def arguments(context: Context, subject: str, function: Any, behaviour: Behaviour) -> Iterator[Problem]:
    """The arguments that conditions and hand-overs name exist in the signature."""
    names = [condition.name for condition in (*behaviour.when, *behaviour.unless)] + [run.name for run in behaviour.runs]
    if not any(names) and not behaviour.changes:
        return
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        yield context.problem(subject, "has no signature to look at", "unproven")
        return
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        for name in sorted(set(filter(None, names)) - set(parameters)):
            yield context.problem(subject, f"has no parameter {name!r}", "absent")
    if not any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters.values()):
        for position in behaviour.changes:
            if position >= len(parameters):
                yield context.problem(subject, f"has no parameter number {position}", "absent")


def dotted(text: str) -> bool:
    """The text is a dotted name, and nothing else."""
    return re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", text) is not None
