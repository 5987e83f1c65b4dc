"""Catalogue files and docs/catalogue-checked.json -> figures: what a file names, how much of it blocks, which release it was checked with.

    python -m tools.catalogue_data

prints the sums. A callable is a function that a file names, or a method that it names under its class; calling a class, entering, iterating
and the like count only among what blocks. Methods behind a `"*"` are not counted as named; the checks count how many of them are real.
"""

import hashlib
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, NamedTuple

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.entries import Entry
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.schema import ClassEntry, Library
from tools.checking.record import Checked, Record, read_record

LISTS = ("certain", "likely", "cheap", "pure", "coroutines")
SPECIALS = ("construct", "enter", "exit", "async_enter", "iterate", "async_iterate", "call", "item")


class Figures(NamedTuple):
    """What the catalogue has of one library. `blocking` counts operations by category; `checked` is None for a file never checked."""

    library: str
    distribution: str
    callables: int
    blocking: Mapping[str, int]
    checked: Checked | None


def count(name: str, record: Record | None = None) -> Figures:
    """The figures of one catalogue file, with what the record says of it; by default that of docs/."""
    known = libraries([name])
    library, catalogue = known[name], merge(known.values())
    paths = {(entry.path, entry.category) for entry in blocking_entries(catalogue, library)}
    blocking = Counter(category for _, category in paths)
    checked = (record or read_record()).libraries.get(name)
    return Figures(name, library.distribution, len(callables(library)), dict(sorted(blocking.items())), checked)


def counts() -> list[Figures]:
    """The figures of all catalogue files, by import name."""
    record = read_record()
    return [count(name, record) for name in sorted(available())]


def digest(name: str) -> str:
    """A digest of what a catalogue file says, with what it mirrors; comments, blanks and the order of keys do not matter."""
    return hashlib.sha256(json.dumps(_tables(name), sort_keys=True).encode()).hexdigest()[:16]


def _tables(name: str) -> list[Any]:
    tables = tomllib.loads((resources.files("fastapi_async_lint.catalogue") / f"{name}.toml").read_text(encoding="utf-8"))
    return [tables, *(_tables(tables["mirrors"]) if "mirrors" in tables else ())]


def callables(library: Library) -> frozenset[str]:
    """The functions and methods that the file names."""
    found = {name for entry in library.functions for name in entry.names}
    for record in library.classes:
        found |= {f"{record.name}.{name}" for name in _methods(record)}
    return frozenset(found)


def names(library: Library) -> frozenset[str]:
    """Every dotted name that the file makes a claim of: functions, methods, classes, aliases, attributes, objects."""
    found = {*callables(library), *library.objects, *library.aliases}
    for record in library.classes:
        found |= {record.name, *record.aliases}
        found |= {f"{record.name}.{name}" for name in (*record.attributes, *record.properties, *record.members)}
    return frozenset(found)


def _methods(record: ClassEntry) -> set[str]:
    return {*(name for key in LISTS for name in getattr(record, key)), *record.methods, *record.returns} - {"*"}


def blocking_entries(catalogue: Catalogue, library: Library) -> Iterator[Entry]:
    """What may block of what the library's own records name. A `"*"` for all other methods of a class is one entry."""
    for function in library.functions:
        for name in function.names:
            entry = catalogue.function(name)
            if entry is not None and entry.blocks and not entry.coroutine:
                yield entry
    for record in library.classes:
        yield from (entry for entry in _of_class(catalogue, record) if entry.blocks and not entry.coroutine)


def _of_class(catalogue: Catalogue, record: ClassEntry) -> Iterator[Entry]:
    named = {*record.certain, *record.likely, *record.cheap, *record.methods, *record.properties}
    for name in sorted(named):
        member = catalogue.member(record.name, name)
        entry = (member.method or member.prop) if member else None
        if entry is not None:
            yield entry
    for special in SPECIALS:
        if getattr(record, special) is not None:
            entry = special_entry(catalogue, record.name, special)
            if entry is not None:
                yield entry


def special_entry(catalogue: Catalogue, path: str, special: str) -> Entry | None:
    """What calling, entering, leaving, iterating or indexing does, by the key of the schema."""
    match special:
        case "construct":
            return catalogue.constructor(path)
        case "enter" | "async_enter":
            return catalogue.entering(path, is_async=special == "async_enter")
        case "exit":
            return catalogue.leaving(path)
        case "iterate" | "async_iterate":
            return catalogue.iterating(path, is_async=special == "async_iterate")
        case "call":
            return catalogue.calling(path)
        case _:
            return catalogue.indexing(path)


def main() -> int:
    """Prints the sums."""
    figures = counts()
    checked = [item.checked for item in figures if item.checked is not None and not item.checked.unchecked]
    blocking = sum((Counter(item.blocking) for item in figures), Counter[str]())
    standard = sum(item.library.partition(".")[0] in sys.stdlib_module_names for item in figures)
    print(f"{len(figures)} files, {standard} of them for the standard library; {len(checked)} checked")
    print(f"{sum(item.callables for item in figures)} functions and methods named, {sum(item.proven for item in checked)} names proven,")
    print(f"{sum(item.behind_star for item in checked)} more methods behind a star")
    print(f"{blocking.total()} blocking operations: {', '.join(f'{number} {category}' for category, number in blocking.most_common())}")
    print(f"{sum(1 for item in figures if item.blocking)} files with blocking operations")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
