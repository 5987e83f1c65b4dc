"""Catalogue files and users' own tables -> the library records that a project needs.

A file is read when the project imports its library. Names of files are import names, so finding one needs no index.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from fastapi_async_lint.catalogue.checks import Keys, Problem, meaningless, misshapen
from fastapi_async_lint.catalogue.schema import Library
from fastapi_async_lint.settings.places import dotted

_FOLDER = Path(__file__).parent


class CatalogueError(Exception):
    """A table is malformed; the message names the file, the key and what was expected. `keys` lead to the place in the tables."""

    def __init__(self, where: str, keys: Keys, reason: str) -> None:
        super().__init__(": ".join(filter(None, (where, dotted(keys), reason))))
        self.keys = keys
        self.reason = reason


@cache
def available() -> frozenset[str]:
    """The import names that the catalogue has a file for."""
    return frozenset(path.name.removesuffix(".toml") for path in _FOLDER.glob("*.toml"))


@cache
def offloaders() -> tuple[str, ...]:
    """The functions that can be set as offloader, by the full names that they are imported by, sorted. Only files that speak of one are
    read as tables.
    """
    speaking = [name for name in available() if "\noffloader = " in (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")]
    known = (entry.offloader for name in speaking for entry in _read(name).functions if entry.offloader is not None)
    return tuple(sorted({offloader.written.partition("|")[0].replace(":", ".") for offloader in known}))


def libraries(imported: Iterable[str]) -> dict[str, Library]:
    """The libraries behind the dotted names that a project imports, with all that they require, by import name."""
    wanted = ["builtins"]
    for name in imported:
        parts = name.split(".")
        wanted += [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
    found: dict[str, Library] = {}
    while wanted:
        name = wanted.pop()
        if name in found or name not in available():
            continue
        found[name] = _read(name)
        wanted += found[name].requires
    return dict(sorted(found.items()))


@cache
def _read(name: str) -> Library:
    library = _convert(tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8")), f"catalogue/{name}.toml")
    if not library.mirrors:
        return library
    mirrored = msgspec.to_builtins(_read(library.mirrors))
    renamed = _renamed(mirrored, re.compile(rf"(?<![\w.]){re.escape(library.mirrors)}(?=\.)"), name)
    own = msgspec.to_builtins(library)
    for key in ("functions", "classes"):
        renamed[key] = [*renamed.get(key, ()), *own.get(key, ())]
    for key in ("objects", "aliases"):
        renamed[key] = {**renamed.get(key, {}), **own.get(key, {})}
    renamed |= {"mirrors": "", "distribution": library.distribution, "requires": [*library.requires, *renamed.get("requires", ())]}
    return _convert(renamed, f"catalogue/{name}.toml")


def _renamed(value: Any, old: re.Pattern[str], new: str) -> Any:
    match value:
        case str():
            return old.sub(new, value)
        case dict():
            return {_renamed(key, old, new): _renamed(item, old, new) for key, item in value.items()}
        case list() | tuple():
            return [_renamed(item, old, new) for item in value]
        case _:
            return value


def user_library(tables: Mapping[str, object], where: str) -> Library:
    """Users' own tables as a library. Raises CatalogueError, naming `where`, if they are malformed or would have no effect."""
    library = _convert(tables, where)
    problem = meaningless(library, available())
    if problem is not None:
        raise CatalogueError(where, *problem)
    return library


def _convert(tables: Mapping[str, object], where: str) -> Library:
    try:
        return msgspec.convert(tables, Library)
    except msgspec.ValidationError as error:
        problem = misshapen(tables) or Problem((), str(error))
        raise CatalogueError(where, *problem) from error
