"""An unknown name -> the names of the catalogue that are most like it."""

import difflib
from collections.abc import Iterable

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.entries import spoken_of
from fastapi_async_lint.catalogue.load import available, libraries

_LIKE = 0.75
"""How alike two words are, as difflib measures it, for one to be taken for the other."""


def nearest(known: Catalogue, name: str) -> tuple[str, ...]:
    """At most three known names: the one that each misspelt part of this one leads to, else those with the same end."""
    first, *rest = name.split(".")
    corrected = _alike(first, {library.partition(".")[0] for library in available()} | {path.partition(".")[0] for path in known.own.names})
    if corrected and rest:
        inside = known if corrected == first else merge(libraries([".".join((corrected, *rest))]).values())
        return _corrected(inside, corrected, rest)
    everything = all_names(merge(libraries(available()).values()))
    ends = sorted((path for path in everything if path.endswith(f".{name}")), key=lambda path: (path.count("."), path))
    return tuple(ends[:3]) or ((corrected,) if corrected else ())


def nearest_member(known: Catalogue, owner: str, word: str) -> str:
    """The method or attribute of a class that the catalogue names and that is most like the word; empty if none is."""
    named = {last for path in known.ancestors(owner) if path in known.classes for last in spoken_of(known.classes[path][0])}
    return _alike(word, named - {"*"})


def _corrected(known: Catalogue, start: str, rest: Iterable[str]) -> tuple[str, ...]:
    """The name with each part replaced by the most similar one that the catalogue has there; empty where there is none."""
    names = all_names(known)
    for part in rest:
        begin = f"{start}."
        children = {path[len(begin) :].partition(".")[0] for path in names if path.startswith(begin)}
        found = part if known.is_class(start) and known.member(start, part) is not None else _alike(part, children)
        if not found:
            return ()
        start = known.canonical(begin + found)
    return (start,)


def _alike(word: str, words: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, sorted(words), n=1, cutoff=_LIKE)
    return close[0] if close else ""


def all_names(known: Catalogue) -> frozenset[str]:
    """Every dotted name that the catalogue has, without those of classes that only it knows."""
    names = {*known.functions, *known.classes, *known.objects, *known.aliases, *known.own.operations}
    for path, (record, _) in known.classes.items():
        names |= {f"{path}.{last}" for last in spoken_of(record) if last != "*" and not record.shown}
    return frozenset(names - {path for path, (record, _) in known.classes.items() if record.shown})
