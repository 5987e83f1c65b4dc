"""Catalogue -> docs/catalogue.md and docs/catalogue/: what is known of each library, in tables and lists that people can search and open.

tools/docs.py writes them with the other generated pages.
"""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.description import COROUTINE, SPECIALS, special, verdict
from fastapi_async_lint.catalogue.entries import Entry, spoken_of
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.schema import ClassEntry, Library
from fastapi_async_lint.rules import all_rules
from tools.catalogue_data import Figures, counts

PAGE = Path(__file__).parent.parent / "docs" / "catalogue.md"
FOLDER = PAGE.with_suffix("")

FAMILIES = {
    "standard": "Standard library",
    "http": "HTTP clients",
    "database": "Databases, stores and search",
    "service": "Cloud, brokers and other services",
    "model": "Language models and embeddings",
    "cpu": "Computation, images and documents",
    "file": "Files, templates and logging",
    "network": "Networks and mail",
    "wait": "Waiting and scheduling",
    "other": "Frameworks and libraries that hardly block",
}
"""By the category that most of what blocks in a library has."""
WORDS = {"certain": "blocks", "likely": "may block", "brief": "blocks for a moment", "cheap": "blocks for microseconds"}
WORDS |= {"pure": "does not block", COROUTINE: "coroutine"}
_DOING = {"__init__": "constructing", "__call__": "calling", "__enter__": "entering", "__exit__": "leaving", "__iter__": "iterating"}
_DOING |= {"__aenter__": "`async with`", "__aiter__": "`async for`", "__getitem__": "indexing"}

_OPEN = 12
"""So many lines of a library are shown without a click."""
_COLUMNS = (
    "| import | installed as | functions and methods | operations that block | asynchronous twins | checked with |",
    "|---|---|---|---|---|---|",
)
_HEAD = """\
<!-- Written by tools/docs.py from the catalogue and docs/catalogue-checked.json. Do not edit. -->

# The catalogue

{libraries} libraries and parts of the standard library, {callables} functions and methods by name, {blocking} operations that may block.
What a name does, and what to use instead, is also told by the command line:

    fastapi-async-lint catalogue redis.Redis.get

How such a file is written, and how to describe libraries and functions of your own, stands in [catalogue-format.md](catalogue-format.md).

Operations are functions, methods and what calling, entering, iterating or indexing an object does; in brackets the rule that reports them
when they are called directly. A name in the first column leads to all that is known of that library.
"""
_FAMILY_HEAD = """\
<!-- Written by tools/docs.py from the catalogue. Do not edit. -->

# The catalogue: {title}

**Blocks** is certain, by the callable's contract. **May block** depends on something that cannot be seen. **Blocks for a moment** is told only
where it stands in code on the loop itself; **blocks for microseconds** is told by FAL140 alone, which is off by default. Conditions on
arguments, types and the like are in the [files](../../src/fastapi_async_lint/catalogue/); the overview is [catalogue.md](../catalogue.md).
"""


@cache
def everything() -> Catalogue:
    """All libraries at once."""
    return merge(libraries(available()).values())


def pages() -> dict[Path, str]:
    """The pages as Markdown: the overview, and one with all names for each family."""
    figures = {each.library: each for each in counts()}
    families: dict[str, list[str]] = {key: [] for key in FAMILIES}
    for name in sorted(figures, key=str.lower):
        families[family(figures[name])].append(name)
    present = {key: names for key, names in families.items() if names}
    overview = [
        _HEAD.format(
            libraries=len(figures),
            callables=sum(each.callables for each in figures.values()),
            blocking=sum(sum(each.blocking.values()) for each in figures.values()),
        ),
        *(
            "\n".join([f"## {FAMILIES[key]}", "", *_COLUMNS, *(_row(figures[name], key) for name in names), ""])
            for key, names in present.items()
        ),
    ]
    return {PAGE: "\n".join(overview)} | {FOLDER / f"{key}.md": _family_page(key, names) for key, names in present.items()}


def _family_page(key: str, names: list[str]) -> str:
    return _FAMILY_HEAD.format(title=FAMILIES[key]) + "\n".join(["", *(_section(name) for name in names)])


def family(figures: Figures) -> str:
    """The heading that a library stands under."""
    if figures.library.partition(".")[0] in sys.stdlib_module_names:
        return "standard"
    most = max(sorted(figures.blocking), key=lambda category: figures.blocking[category], default="")
    return most if most in FAMILIES else "other"


# ----------------------------------------------------------------------------------------------------------- one library


def _row(figures: Figures, key: str) -> str:
    codes = {rule.category: rule.codes[0] for rule in all_rules() if rule.category}
    blocking = ", ".join(f"{number} {category} ({codes[category]})" for category, number in figures.blocking.items())
    cells = (
        f"[{figures.library}]({FOLDER.name}/{key}.md#{figures.library.lower().replace('.', '')})",
        figures.distribution or "Python",
        str(figures.callables),
        blocking or "none",
        _twins(libraries([figures.library])[figures.library]),
        _checked(figures),
    )
    return f"| {' | '.join(cells)} |"


def _checked(figures: Figures) -> str:
    if figures.checked is None:
        return ""
    return figures.checked.version or f"not checked: {figures.checked.unchecked}"


def _twins(library: Library) -> str:
    """The classes that most of the library's classes and functions name as their asynchronous twins, at most three."""
    named = [record.instead for record in library.classes] + [entry.instead for entry in library.functions]
    twins = [name for name in named if name and " " not in name]
    often = sorted(dict.fromkeys(twins), key=lambda name: -twins.count(name))[:3]
    return ", ".join(f"`{name}`" for name in often)


def _section(name: str) -> str:
    """What is known of the library's functions and classes: at once where it is little, else folded away."""
    library = libraries([name])[name]
    lines = [*_functions(library), *_classes(library)]
    if len(lines) > _OPEN:
        lines = [f"<details><summary>{len(lines)} functions and classes</summary>", "", *lines, "", "</details>"]
    return "\n".join([f"## {name}", "", *(lines or ["Its names are those of other libraries."]), ""])


def _functions(library: Library) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for path in sorted({name for entry in library.functions for name in entry.names}):
        entry = everything().function(path)
        if entry is not None:
            found.setdefault(verdict(entry), []).append(path)
    if found:
        yield f"- functions: {_in_words(found)}"


def _classes(library: Library) -> Iterator[str]:
    for record in sorted(library.classes, key=lambda record: record.name):
        found: dict[str, list[str]] = {}
        for name in sorted(spoken_of(record), key=lambda name: (name == "*", name)):
            entry = _entry(record, name)
            if entry is not None:
                found.setdefault(verdict(entry), []).append(name)
        doing = [f"{_DOING[name]} {WORDS[entry.level]}" for name, entry in _specials(record)]
        inherits = [f"as {', '.join(f'`{base}`' for base in record.bases)}"] if record.bases else []
        words = "; ".join(filter(None, (*inherits, *doing, _in_words(found))))
        if words:
            yield f"- {_heading(record)}: {words}"


def _entry(record: ClassEntry, name: str) -> Entry | None:
    member = everything().member(record.name, name)
    return (member.method or member.prop) if member is not None else None


def _specials(record: ClassEntry) -> Iterator[tuple[str, Entry]]:
    for name, key in SPECIALS.items():
        if getattr(record, key) is not None:
            entry = special(everything(), record.name, name)
            if entry is not None and entry.blocks and not entry.coroutine:
                yield name, entry


def _heading(record: ClassEntry) -> str:
    return f"what `{record.shown}` gives" if record.shown else f"`{record.name}`"


def _in_words(found: dict[str, list[str]]) -> str:
    parts = []
    for key, words in WORDS.items():
        if key in found:
            names = ", ".join("every other public method" if name == "*" else f"`{name}`" for name in found[key])
            parts.append(f"**{words}** {names}")
    return "; ".join(parts)
