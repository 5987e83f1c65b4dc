"""A project's own tables over the shipped records: what they say of known functions, of single methods, and of whole modules."""

import dataclasses
from dataclasses import dataclass, field

from msgspec.structs import replace

from fastapi_async_lint.catalogue.entries import Entry, Member, entry_for
from fastapi_async_lint.catalogue.schema import Behaviour, FunctionEntry, Library

_KEPT = ("returns", "coroutine", "runs", "decorator", "role", "shown", "hazard", "changes", "shared")


@dataclass(frozen=True, slots=True)
class Own:
    """What a project's tables name. They count for its own functions and classes too, not for libraries' alone."""

    names: frozenset[str] = frozenset()
    """Functions, methods and classes, named one by one."""
    operations: dict[str, tuple[FunctionEntry, Library]] = field(default_factory=dict)
    """Methods, constructors and special methods of described classes, by the path that messages show."""
    modules: tuple[tuple[str, FunctionEntry, Library], ...] = ()
    """Modules all of whose functions behave alike, each with a dot at its end; the longest first."""

    def function(self, path: str) -> tuple[FunctionEntry, Library] | None:
        """The entry of the pattern that stands for the function; None if none does, and for what is named like a class."""
        for module, entry, library in self.modules:
            if path.startswith(module):
                inside = path[len(module) :].split(".")
                return None if any(part[:1].isupper() for part in inside) else (entry, library)
        return None


NOTHING = Own()
"""What a project without tables says."""


def kept(entry: FunctionEntry, shipped: FunctionEntry | None) -> FunctionEntry:
    """A project's entry for a function that a library's file describes: what it does not say of results and callables stays."""
    if shipped is None:
        return entry
    return replace(entry, **{key: getattr(shipped, key) for key in _KEPT if getattr(entry, key) == getattr(Behaviour(), key)})


def overridden(path: str, found: Entry | None, own: tuple[FunctionEntry, Library]) -> Entry:
    """The entry of one operation of a class, as the project's table has it: how it blocks. What it gives and runs stays, if not said."""
    entry, library = own
    said = entry_for(path, entry, library.category)
    if found is None:
        return said
    return dataclasses.replace(
        found,
        level=said.level,
        category=said.category or found.category,
        when=said.when,
        unless=said.unless,
        returns=said.returns or found.returns,
        coroutine=said.coroutine or found.coroutine,
        runs=said.runs or found.runs,
        instead=said.instead or found.instead,
        offload=found.offload if entry.offload is None else said.offload,
    )


def overridden_member(path: str, found: Member | None, own: tuple[FunctionEntry, Library]) -> Member:
    """The same for an attribute of an instance: a property stays a property."""
    if found is not None and found.prop is not None:
        return Member(prop=overridden(path, found.prop, own))
    return Member(method=overridden(path, found.method if found is not None else None, own))
