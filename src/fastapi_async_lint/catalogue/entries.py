"""What a record says of one callable -> an Entry: the answer to what calling, reading, iterating or entering it does."""

from dataclasses import dataclass
from functools import cache

from msgspec.structs import replace

from fastapi_async_lint.catalogue.schema import Behaviour, ClassEntry, Condition, Level, Library, Offloader, Rewrite, Run
from fastapi_async_lint.catalogue.types import Type, parse


@dataclass(frozen=True, slots=True)
class Entry:
    """What one callable of a library does: a function, a method, a constructor, an iteration, entering or leaving a `with`."""

    path: str
    """Canonical dotted name: `requests.Session.get`."""
    shown: str
    """How messages name it."""
    level: str
    """certain, likely, brief, cheap or pure."""
    category: str
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    returns: Type | None = None
    coroutine: bool = False
    runs: tuple[Run, ...] = ()
    decorator: str = ""
    instead: str = ""
    role: str = ""
    offload: bool = True
    owner: str = ""
    """The class whose instance it is called on; empty for functions and constructors."""
    hazard: str = ""
    """Why it means something else in a worker thread; empty if it does not."""
    changes: tuple[int, ...] = ()
    shared: bool = False
    reads: bool = False
    writes_when: tuple[Condition, ...] = ()
    caution: str = ""
    begins: bool = False
    lazy: tuple[Condition, ...] = ()
    rewrite: tuple[Rewrite, ...] = ()
    offloader: Offloader | None = None

    @property
    def blocks(self) -> bool:
        """It may block, cheaply or not."""
        return self.level != "pure"


@dataclass(frozen=True, slots=True)
class Member:
    """What an attribute of a library's instance is: a method, a property that does something, or a plain value of a type."""

    method: Entry | None = None
    prop: Entry | None = None
    type: Type | None = None


@cache
def type_of(text: str) -> Type:
    """The parsed type string."""
    return parse(text)


def own_member(record: ClassEntry, library: Library, name: str, path: str) -> Member | None:
    """What one class itself says of an attribute; `path` is what it was asked for, which `"*"` stands for."""
    asked = path.rpartition(".")[2]
    category = record.category or library.category
    if name in record.methods:
        behaviour = record.methods[name]
        listed = _listed(record, name)
        if listed is not None and behaviour.blocks == "pure" and not behaviour.coroutine:
            behaviour = replace(behaviour, blocks=listed.blocks, coroutine=listed.coroutine)
        return Member(method=entry_for(path, behaviour, category, record, record.returns.get(name, "")))
    listed = _listed(record, name)
    if listed is not None:
        return Member(method=entry_for(path, listed, category, record, record.returns.get(asked) or record.returns.get(name, "")))
    if name in record.properties:
        return Member(prop=entry_for(path, record.properties[name], category, record))
    if name in record.attributes:
        return Member(type=type_of(record.attributes[name]))
    if name in record.members:
        return Member(type=type_of(record.members[name]))
    if name in record.returns:
        return Member(
            method=entry_for(
                path, (not name.startswith("_") and _listed(record, "*")) or Behaviour(), category, record, record.returns[name]
            )
        )
    return None


def spoken_of(record: ClassEntry) -> frozenset[str]:
    """The names of methods and attributes that a class's own record says something of; `"*"` among them if it speaks of all."""
    lists = (record.certain, record.likely, record.cheap, record.pure, record.coroutines)
    tables = (record.methods, record.properties, record.attributes, record.members, record.returns)
    return frozenset(name for names in (*lists, *tables) for name in names)


def _listed(record: ClassEntry, name: str) -> Behaviour | None:
    """What the class's lists say of a method; None if they do not name it."""
    lists: tuple[tuple[Level, tuple[str, ...]], ...] = (
        ("certain", record.certain),
        ("likely", record.likely),
        ("cheap", record.cheap),
        ("pure", record.pure),
    )
    for level, names in lists:
        if name in names:
            return Behaviour(blocks=level)
    return Behaviour(coroutine=True) if name in record.coroutines else None


def entry_for(
    path: str, behaviour: Behaviour, category: str | None, record: ClassEntry | None = None, returns: str = "", *, on_instance: bool = True
) -> Entry:
    """The entry for `path`, which the record says behaves so; `returns` is the type that the record gives beside it."""
    text = behaviour.returns or returns
    offload = behaviour.offload if behaviour.offload is not None else record.offload if record else None
    return Entry(
        path=path,
        shown=behaviour.shown or (record.shown if record else "") or path.removeprefix("builtins."),
        level=behaviour.blocks,
        category=("path" if behaviour.blocks == "cheap" else "") or behaviour.category or category or "",
        when=behaviour.when,
        unless=behaviour.unless,
        returns=type_of(text) if text else None,
        coroutine=behaviour.coroutine,
        runs=behaviour.runs,
        decorator=behaviour.decorator,
        instead=behaviour.instead or (record.instead if record else ""),
        role=behaviour.role,
        offload=True if offload is None else offload,
        owner=path.rpartition(".")[0] if on_instance else "",
        hazard=behaviour.hazard or (record.hazard if record is not None else None) or "",
        changes=behaviour.changes,
        shared=behaviour.shared,
        reads=behaviour.reads or (record is not None and path.rpartition(".")[2] in record.readers),
        writes_when=behaviour.writes_when,
        caution=behaviour.caution,
        begins=behaviour.begins,
        lazy=behaviour.lazy,
        rewrite=behaviour.rewrite,
        offloader=behaviour.offloader,
    )
