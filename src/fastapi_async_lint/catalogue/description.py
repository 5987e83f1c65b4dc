"""A dotted name -> what the catalogue says of it, for people: one callable, a class, a module, or the names nearest to an unknown one.

Names are resolved as the analysis resolves them: through aliases, inheritance, mirrors and the project's own tables.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.entries import Entry, Member, own_member, spoken_of
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.nearest import nearest, nearest_member
from fastapi_async_lint.catalogue.schema import Behaviour, Library

OWN = ""
"""The file of what the project's own tables say."""

COROUTINE, VALUE = "coroutine", "value"
"""Verdicts beside the levels: a coroutine function, and an attribute that does nothing when it is read."""

SPECIALS = {
    "__init__": "construct",
    "__call__": "call",
    "__enter__": "enter",
    "__exit__": "exit",
    "__aenter__": "async_enter",
    "__iter__": "iterate",
    "__aiter__": "async_iterate",
    "__getitem__": "item",
}
"""Special methods and the keys of a class's entry that say what they do."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a claim stands: the file's import name (OWN for the project's tables), the name that it is made of, and what it rests on."""

    file: str
    said_of: str
    is_wildcard: bool = False
    """It is made of every public method of the class that is not named."""
    source: str = ""
    nearest: str = ""
    """The named method most like the one that a wildcard is asked for; empty if there is none."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What one function, method or special method does."""

    name: str
    """As asked for."""
    entry: Entry
    origin: Origin
    is_property: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """An object, or an attribute of one: reading it does nothing."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class ClassVerdicts:
    """What a class's instances do: names of methods and attributes by verdict, `"*"` for all that are not named, inherited ones included."""

    name: str
    path: str
    origin: Origin
    aliases: tuple[str, ...]
    bases: tuple[str, ...]
    specials: tuple[Operation, ...]
    verdicts: Mapping[str, tuple[str, ...]]
    categories: tuple[str, ...]
    instead: str
    offload: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """What the catalogue has below a module or the beginning of names; classes that only the catalogue knows are left out."""

    name: str
    functions: Mapping[str, tuple[str, ...]]
    """By verdict."""
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that nothing is known of, the known ones that are most like it, and the longest known beginning of it."""

    name: str
    nearest: tuple[str, ...]
    within: str


@dataclass(frozen=True, slots=True)
class LibraryFigures:
    """How much one file says: `operations` are functions, methods and special methods that may block."""

    library: str
    distribution: str
    functions: int
    classes: int
    operations: int


Description = Operation | Attribute | ClassVerdicts | Contents | Unknown


def describe(known: Catalogue, name: str) -> Description:
    """What a catalogue that is loaded for the name says of it."""
    found = _found(known, name)
    if found is None and name.partition(".")[0] not in available():
        found = _found(known, f"builtins.{name}")
    return found or _contents(known, name) or Unknown(name, nearest(known, name), _known_beginning(known, name))


def _known_beginning(known: Catalogue, name: str) -> str:
    parts = name.split(".")
    begins = (".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
    return next((begin for begin in begins if known.is_class(begin) or _contents(known, begin)), "")


def concerned(name: str) -> tuple[str, ...]:
    """The dotted names whose files may say something of the name: its own, and those of all libraries below it."""
    return (name, *(library for library in sorted(available()) if library.startswith(f"{name}.")))


def overview() -> list[LibraryFigures]:
    """How much the catalogue has of each library, by import name."""
    files = libraries(available())
    known = merge(files.values())
    return [
        LibraryFigures(
            name,
            library.distribution,
            sum(len(entry.names) for entry in library.functions),
            len(library.classes),
            len({(entry.path, entry.category) for entry in blocking(known, library)}),
        )
        for name, library in files.items()
    ]


def blocking(known: Catalogue, library: Library) -> Iterator[Entry]:
    """What may block of what a file names. A `"*"` for all other methods of a class is one entry."""
    for function in library.functions:
        for name in function.names:
            entry = known.function(name)
            if entry is not None and entry.blocks and not entry.coroutine:
                yield entry
    for record in library.classes:
        names = {*record.certain, *record.likely, *record.cheap, *record.methods, *record.properties}
        members = (known.member(record.name, name) for name in sorted(names))
        entries = [member.method or member.prop for member in members if member is not None]
        entries += [special(known, record.name, name) for name, key in SPECIALS.items() if getattr(record, key) is not None]
        yield from (entry for entry in entries if entry is not None and entry.blocks and not entry.coroutine)


def special(known: Catalogue, path: str, name: str) -> Entry | None:
    """What a special method of the class does."""
    match name:
        case "__init__":
            return known.constructor(path)
        case "__call__":
            return known.calling(path)
        case "__enter__" | "__aenter__":
            return known.entering(path, is_async=name == "__aenter__")
        case "__exit__":
            return known.leaving(path)
        case "__iter__" | "__aiter__":
            return known.iterating(path, is_async=name == "__aiter__")
        case _:
            return known.indexing(path)


def verdict(entry: Entry) -> str:
    """A level, or COROUTINE."""
    return COROUTINE if entry.coroutine else entry.level


# --------------------------------------------------------------------------------------------------------------- one name


def _found(known: Catalogue, name: str) -> Description | None:
    path = known.canonical(name)
    if (entry := known.function(path)) is not None:
        function = known.functions.get(path) or known.own.function(path)
        assert function is not None
        return Operation(name, entry, Origin(_file(function[1]), path, source=function[0].source))
    if known.is_class(path):
        return _class(known, name, path)
    if (text := known.objects.get(path)) is not None:
        return Attribute(name, text)
    owner, _, last = path.rpartition(".")
    if not owner or not known.is_class(owner):
        return None
    owner = known.canonical(owner)
    if last in SPECIALS:
        return _special(known, name, owner, last)
    member = known.member(owner, last)
    return None if member is None else _member(known, name, owner, last, member)


def _member(known: Catalogue, name: str, owner: str, last: str, member: Member) -> Operation | Attribute:
    entry = member.method or member.prop
    if entry is None:
        return Attribute(name, _text(known, owner, last))
    return Operation(name, entry, _origin(known, owner, last), is_property=member.prop is not None)


def _origin(known: Catalogue, owner: str, last: str) -> Origin:
    """Where the claim on a method stands: in the nearest class that names it, else in the nearest that speaks of all."""
    records = [(ancestor, *known.classes[ancestor]) for ancestor in known.ancestors(owner) if ancestor in known.classes]
    for ancestor, _, _ in records:
        if (own := known.own.operations.get(f"{ancestor}.{last}")) is not None:
            return Origin(OWN, f"{ancestor}.{last}", source=own[0].source)
    for wanted in (last, "*"):
        for ancestor, record, library in records:
            if own_member(record, library, wanted, f"{owner}.{last}") is not None:
                behaviour = record.methods.get(wanted) or record.properties.get(wanted) or Behaviour()
                near = nearest_member(known, owner, last) if wanted == "*" else ""
                return Origin(_file(library), ancestor, wanted == "*", behaviour.source, near and f"{owner}.{near}")
    return Origin(OWN, owner)


def _special(known: Catalogue, name: str, owner: str, last: str) -> Operation | None:
    entry = special(known, owner, last)
    if entry is None:
        return None
    for ancestor in known.ancestors(owner):
        operation = ancestor if last == "__init__" else f"{ancestor}.{last}"
        if (own := known.own.operations.get(operation)) is not None:
            return Operation(name, entry, Origin(OWN, operation, source=own[0].source))
    for ancestor in known.ancestors(owner):
        if ancestor in known.classes and (behaviour := getattr(known.classes[ancestor][0], SPECIALS[last])) is not None:
            return Operation(name, entry, Origin(_file(known.classes[ancestor][1]), ancestor, source=behaviour.source))
    return Operation(name, entry, Origin(_file(known.classes[owner][1]), owner))


def _file(library: Library) -> str:
    """The import name of the file; OWN for the project's own tables."""
    return next((name for name, other in libraries(_names(library)).items() if other is library), OWN)


def _names(library: Library) -> list[str]:
    functions = [entry.names[0] for entry in library.functions if entry.names]
    return [*functions[:1], *(record.name for record in library.classes[:1]), *library.objects, *library.aliases]


def _text(known: Catalogue, owner: str, last: str) -> str:
    """The type of an attribute as its file writes it."""
    for ancestor in known.ancestors(owner):
        if ancestor in known.classes:
            record = known.classes[ancestor][0]
            if text := record.attributes.get(last) or record.members.get(last):
                return text
    return "Any"


# --------------------------------------------------------------------------------------------------------- many names


def _class(known: Catalogue, name: str, path: str) -> ClassVerdicts:
    record, library = known.classes[path]
    found: dict[str, list[str]] = {}
    categories = set()
    for last in sorted(
        {last for ancestor in known.ancestors(path) if ancestor in known.classes for last in spoken_of(known.classes[ancestor][0])}
    ):
        member = known.member(path, last)
        entry = (member.method or member.prop) if member is not None else None
        found.setdefault(verdict(entry) if entry is not None else VALUE, []).append(last)
        if entry is not None and entry.blocks and not entry.coroutine:
            categories.add(entry.category)
    specials = tuple(operation for last in SPECIALS if (operation := _special(known, f"{path}.{last}", path, last)) is not None)
    categories |= {operation.entry.category for operation in specials if operation.entry.blocks and not operation.entry.coroutine}
    return ClassVerdicts(
        name=name,
        path=path,
        origin=Origin(_file(library), path),
        aliases=record.aliases,
        bases=known.ancestors(path)[1:],
        specials=specials,
        verdicts={key: tuple(sorted(names, key=lambda last: (last == "*", last))) for key, names in found.items()},
        categories=tuple(sorted(categories)),
        instead=record.instead,
        offload=record.offload is not False,
    )


def _contents(known: Catalogue, name: str) -> Contents | None:
    begins = (f"{name}.", f"{known.canonical(name)}.")
    functions: dict[str, list[str]] = {}
    for path in sorted(known.functions):
        if path.startswith(begins) and (entry := known.function(path)) is not None:
            functions.setdefault(verdict(entry), []).append(path)
    for module, pattern, _ in known.own.modules:
        if module.startswith(begins):
            functions.setdefault(pattern.blocks, []).append(f"{module}*")
    classes = tuple(path for path, (record, _) in sorted(known.classes.items()) if path.startswith(begins) and not record.shown)
    return Contents(name, {key: tuple(paths) for key, paths in functions.items()}, classes) if functions or classes else None
