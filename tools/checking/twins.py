"""What catalogue files say to use instead -> whether it exists and is asynchronous.

A twin is a dotted name, the name of a method beside the blocking one, or words around either (`an async client such as a.B`). Of the
words, whatever looks like one of these is proved. Twins of other packages are proved in those packages' environments.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.entries import Entry
from fastapi_async_lint.catalogue.load import libraries
from fastapi_async_lint.catalogue.schema import Library
from tools.checking.claims import Context, Kind, Problem, dotted, is_invented
from tools.checking.classes import SPECIALS
from tools.checking.excuses import excuses
from tools.installed import NotInstalled, has, is_asynchronous, is_real, resolve

SAME_NAME = re.compile(r"\((\w+(?:, \w+)*)(?:, \.\.\.)?\)")
"""`the method of the same name that begins with a (ainvoke, abatch)`: examples that the class has."""
DOTTED = re.compile(r"(?<![\w.])[a-z_]\w*(?:\.[A-Za-z_]\w*)+(?![\w(.])")
SUCH_AS = re.compile(r"such as (\w+)(?![\w.])")


class Twin(NamedTuple):
    """`subject` blocks, and the file names `path` as what does the same and does not."""

    subject: str
    path: str


def twins(library: Library) -> Iterator[Twin]:
    """All twins that the file names, sorted, each once for each subject."""
    found = set()
    for entry in library.functions:
        owner = entry.names[0].rpartition(".")[0]
        found |= {Twin(entry.names[0], path) for path in _named(entry.instead, owner, ())}
    for record in library.classes:
        blocking = tuple(name for name in (*record.certain, *record.likely) if name != "*")
        found |= {Twin(record.name, path) for path in _named(record.instead, record.name, blocking)}
        for name, behaviour in (*record.methods.items(), *record.properties.items()):
            found |= {Twin(f"{record.name}.{name}", path) for path in _named(behaviour.instead, record.name, (name,))}
        for name in ("construct", *SPECIALS):
            special = getattr(record, name)
            if special is not None:
                found |= {Twin(f"{record.name} ({name})", path) for path in _named(special.instead, record.name, ())}
    return iter(sorted(found))


def _named(instead: str, owner: str, blocking: tuple[str, ...]) -> Iterator[str]:
    if dotted(instead):
        yield instead
    elif instead.isidentifier():
        yield f"{owner}.{instead}"
    elif "ends in _async" in instead:
        yield from (f"{owner}.{name}_async" for name in blocking)
    elif (examples := SAME_NAME.search(instead)) and ("same name" in instead or "twin" in instead):
        yield from (f"{owner}.{name}" for name in examples[1].split(", "))
    else:
        yield from DOTTED.findall(instead)
        yield from SUCH_AS.findall(instead)


def twin_problems(context: Context) -> Iterator[Problem]:
    """A problem for each twin that is not there, or not asynchronous. What one heir of a class has, the class is taken to have."""
    for twin in twins(context.library):
        verdicts = [list(_verdict(path)) for path in (twin.path, *_of_heirs(context, twin.path))]
        if all(verdicts):
            yield from (context.problem(twin.subject, text, kind) for kind, text in verdicts[0])


def _of_heirs(context: Context, path: str) -> Iterator[str]:
    """The same attribute of every class of the file that inherits from, or is another name of, the path's."""
    owner, _, name = path.rpartition(".")
    for record in context.library.classes:
        if context.catalogue.is_class(owner) and context.catalogue.inherits(record.name, owner):
            yield from (f"{heir}.{name}" for heir in (record.name, *record.aliases) if heir != owner)


def foreign_problems(path: str) -> list[tuple[str, str, str]]:
    """The problems (subject, text, kind) of a twin that belongs to another package than the file that names it."""
    excused = excuses(path.partition(".")[0])
    return [(path, text, kind) for kind, text in _verdict(path) if path not in excused.get(kind, {})]


def _verdict(path: str) -> Iterator[tuple[Kind, str]]:
    try:
        answer = is_asynchronous(resolve(path)) if not is_invented(path) else None
    except NotInstalled as error:
        yield "elsewhere", f"twin {path}: not installed: {error}"
        return
    except AttributeError as error:
        if not _known_of_instances(path):
            yield "absent", f"twin {path}: does not exist ({error})"
            return
        answer = None
    if answer is False:
        yield "twin", f"twin {path} is not asynchronous"
    elif answer is None and not _said_to_be_asynchronous(path):
        yield "unproven", f"twin {path}: looking does not tell whether it is asynchronous"


def _known_of_instances(path: str) -> bool:
    """Instances of the class have the attribute, though the class has not."""
    owner, _, name = path.rpartition(".")
    return is_real(owner) and isinstance(resolve(owner), type) and has(resolve(owner), name) is True


def _said_to_be_asynchronous(path: str) -> bool:
    """The catalogue says so of a function, method or class; the check of that file holds it to its word where looking can."""
    known = merge(libraries([path]).values())
    entry = known.callable(path)
    if entry is not None:
        return _gives_to_await(known, entry)
    records = [known.classes[owner][0] for owner in known.ancestors(path) if owner in known.classes]
    methods = (known.callable(f"{record.name}.{name}") for record in records for name in (*record.methods, *record.returns))
    return any(record.coroutines for record in records) or any(method and _gives_to_await(known, method) for method in methods)


def _gives_to_await(known: Catalogue, entry: Entry) -> bool:
    given = entry.returns.head if entry.returns else ""
    awaits = (known.classes[owner][0].coroutines for owner in known.ancestors(given) if owner in known.classes) if given else ()
    asynchronous = (known.entering(given, True), known.iterating(given, True), known.awaited(given), *awaits) if given else ()
    return entry.coroutine or given == "awaitable" or any(asynchronous)
