"""What messages call a library's operations: names that a user wrote and knows, never a class that the catalogue made up."""

import warnings
from collections.abc import Iterator
from functools import cache

import pytest

from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.schema import ClassEntry, Library
from tests.catalogue import test_frameworks, test_standard_library
from tools.installed import NotInstalled, has, is_real, resolve

REAL = {"passlib.context.LazyCryptContext", "polars.LazyFrame"}
"""Classes whose real name begins with Lazy."""

MADE_UP = test_standard_library.INVENTED.keys() | test_frameworks.INVENTED


@cache
def library(name: str) -> Library:
    """The record of one catalogue file."""
    return libraries([name])[name]


@cache
def catalogue(name: str) -> Catalogue:
    """What is known where only this library is imported: itself and what it requires."""
    return merge(libraries([name]).values())


def is_made_up(path: str) -> bool:
    """The path is a class that only the catalogue has, or something of one."""
    parts = path.split(".")
    starts = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
    return not starts & REAL and (bool(starts & MADE_UP) or any(part.startswith("Lazy") for part in parts))


def entries(known: Catalogue, record: ClassEntry) -> Iterator[Entry]:
    """Whatever a message may name of a class: its construction, its protocols, its methods and properties."""
    path = record.name
    specials = [known.constructor(path) if record.construct else None, known.calling(path), known.indexing(path), known.leaving(path)]
    specials += [look_up(path, is_async) for look_up in (known.entering, known.iterating) for is_async in (False, True)]
    yield from (entry for entry in specials if entry is not None)
    names = {*record.certain, *record.likely, *record.cheap, *record.pure, *record.coroutines, *record.returns}
    for name in sorted(names | record.methods.keys() | record.properties.keys()):
        member = known.member(path, "anything" if name == "*" else name)
        yield from (entry for entry in (member and member.method, member and member.prop) if entry)


@pytest.mark.parametrize("name", sorted(available()))
def test_no_message_names_a_class_that_the_catalogue_made_up(name: str) -> None:
    """Every class that exists only in the catalogue says under which name messages show what it does."""
    known = catalogue(name)
    shown = {entry.shown for record in library(name).classes for entry in entries(known, record)}
    assert {text for text in shown if is_made_up(text)} == set()


def given_names(name: str) -> set[str]:
    """The names that a file gives for messages."""
    found = {entry.shown for entry in library(name).functions}
    for record in library(name).classes:
        found.add(record.shown)
        specials = (
            record.construct,
            record.enter,
            record.exit,
            record.async_enter,
            record.iterate,
            record.async_iterate,
            record.call,
            record.item,
        )
        behaviours = (*filter(None, specials), *record.methods.values(), *record.properties.values())
        found |= {behaviour.shown for behaviour in behaviours}
    return found - {""}


def exists(path: str) -> bool:
    """The path names something, or an attribute that instances of a class have. Raises NotInstalled when its package is absent."""
    owner, _, name = path.rpartition(".")
    try:
        resolve(path)
    except AttributeError:
        if not is_real(owner):
            return owner.count(".") > 0 and exists(owner)
        found = resolve(owner)
        return isinstance(found, type) and has(found, name) is not False
    return True


@pytest.mark.parametrize("name", sorted(name for name in available() if given_names(name)))
def test_names_for_messages_exist(name: str) -> None:
    """The name that stands for a made-up class is one of the real library."""
    with warnings.catch_warnings(action="ignore"):
        try:
            missing = {path for path in given_names(name) if not exists(path if "." in path else f"builtins.{path}")}
        except NotInstalled as error:
            pytest.skip(str(error))
    assert missing - test_standard_library.ELSEWHERE == set()
