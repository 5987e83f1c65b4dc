"""Library records -> a frozen Catalogue: what each dotted library name is and does.

Look-ups follow aliases and the inheritance that the records state. Everything is computed when first asked for and kept.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from fastapi_async_lint.catalogue.checks import ALL
from fastapi_async_lint.catalogue.entries import Entry, Member, entry_for, own_member, type_of
from fastapi_async_lint.catalogue.own import NOTHING, Own, kept, overridden, overridden_member
from fastapi_async_lint.catalogue.schema import Behaviour, ClassEntry, FunctionEntry, Hook, Library, Offloader
from fastapi_async_lint.catalogue.types import Type


@dataclass(frozen=True)
class Catalogue:
    """The merged libraries. Paths given to its methods may be any alias; answers carry canonical ones."""

    functions: dict[str, tuple[FunctionEntry, Library]]
    classes: dict[str, tuple[ClassEntry, Library]]
    objects: dict[str, str]
    aliases: dict[str, str]
    own: Own = NOTHING
    """What the project's own tables say beyond the records above."""
    harmless: frozenset[str] = frozenset()
    """Modules that only compute with what they are given."""
    _canonical: dict[str, str] = field(default_factory=dict)
    _members: dict[tuple[str, str], Member | None] = field(default_factory=dict)
    _entries: dict[tuple[str, str], Entry | None] = field(default_factory=dict)
    _linear: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _offloaders: dict[str, Offloader | None] = field(default_factory=dict)

    # ---------------------------------------------------------------------------------------------------------- names

    def canonical(self, path: str) -> str:
        """`path` with the longest known alias replaced, as long as one applies."""
        known = self._canonical.get(path)
        if known is None:
            known = self._resolve(path)
            self._canonical[path] = known
        return known

    def _resolve(self, path: str) -> str:
        for _ in range(8):
            if path in self.functions or path in self.classes:
                return path
            head, rest = path, ""
            while head not in self.aliases:
                head, dot, last = head.rpartition(".")
                if not dot:
                    return path
                rest = f".{last}{rest}"
            path = self.aliases[head] + rest
        return path

    def is_class(self, path: str) -> bool:
        """The path names a known class."""
        return self.canonical(path) in self.classes

    def object_type(self, path: str) -> Type | None:
        """The type of a module-level object."""
        text = self.objects.get(self.canonical(path))
        return type_of(text) if text else None

    def ancestors(self, path: str) -> tuple[str, ...]:
        """The class and the known classes that it inherits from, nearest first."""
        path = self.canonical(path)
        known = self._linear.get(path)
        if known is None:
            self._linear[path] = (path,)
            order = [path]
            if path in self.classes:
                for base in self.classes[path][0].bases:
                    order += [name for name in self.ancestors(base) if name not in order]
            known = self._linear[path] = tuple(order)
        return known

    def inherits(self, path: str, base: str) -> bool:
        """The class is, or is known to inherit from, `base`."""
        return self.canonical(base) in self.ancestors(path)

    # -------------------------------------------------------------------------------------------------------- entries

    def function(self, path: str) -> Entry | None:
        """What calling the function does; None for a name that the catalogue does not know as a function."""
        path = self.canonical(path)
        key = (path, "()")
        if key not in self._entries:
            known = self.functions.get(path) or (self.own.function(path) if self.own.modules and not self._is_of_class(path) else None)
            self._entries[key] = entry_for(path, known[0], known[1].category, on_instance=False) if known else None
        return self._entries[key]

    def _is_of_class(self, path: str) -> bool:
        return self.is_class(path) or self.is_class(path.rpartition(".")[0])

    def callable(self, path: str) -> Entry | None:
        """What calling the function, or the method named with its class, does."""
        entry = self.function(path)
        owner, _, name = path.rpartition(".")
        if entry is None and owner:
            member = self.member(owner, name)
            entry = member.method if member else None
        return entry

    def constructor(self, path: str) -> Entry | None:
        """What calling the class does; pure where its record says nothing. None for an unknown class."""
        return self._special(path, "construct", lambda record: record.construct) or (
            Entry(self.canonical(path), path, "pure", "") if self.is_class(path) else None
        )

    def entering(self, path: str, is_async: bool) -> Entry | None:
        """What entering `with instance` (or `async with`) does."""
        return self._special(path, "async_enter" if is_async else "enter", lambda record: record.async_enter if is_async else record.enter)

    def leaving(self, path: str) -> Entry | None:
        """What leaving the `with` block does."""
        return self._special(path, "exit", lambda record: record.exit)

    def iterating(self, path: str, is_async: bool) -> Entry | None:
        """What iterating an instance does."""
        return self._special(
            path, "async_iterate" if is_async else "iterate", lambda record: record.async_iterate if is_async else record.iterate
        )

    def calling(self, path: str) -> Entry | None:
        """What calling an instance does."""
        return self._special(path, "call", lambda record: record.call)

    def indexing(self, path: str) -> Entry | None:
        """What `instance[...]` does."""
        return self._special(path, "item", lambda record: record.item)

    def _special(self, path: str, name: str, choose: Callable[[ClassEntry], Behaviour | None]) -> Entry | None:
        path = self.canonical(path)
        key = (path, f"<{name}>")
        if key not in self._entries:
            self._entries[key] = None
            for ancestor in self.ancestors(path):
                known = self.classes.get(ancestor)
                behaviour = choose(known[0]) if known else None
                if known and behaviour is not None:
                    record, library = known
                    self._entries[key] = entry_for(
                        _SPECIAL[name].format(path), behaviour, record.category or library.category, record, on_instance=name != "construct"
                    )
                    break
            override = self._override(path, _SPECIAL[name].format)
            if override is not None:
                self._entries[key] = overridden(_SPECIAL[name].format(path), self._entries[key], override)
        return self._entries[key]

    def _override(self, path: str, operation: Callable[[str], str]) -> tuple[FunctionEntry, Library] | None:
        """What the project's own tables say of one operation of a class, or of a class that it inherits from."""
        if not self.own.operations:
            return None
        return next((own for ancestor in self.ancestors(path) if (own := self.own.operations.get(operation(ancestor)))), None)

    def awaited(self, path: str) -> Type | None:
        """The type that awaiting an instance gives."""
        return self._first(path, lambda record: record.awaited)

    def operator(self, path: str, sign: str) -> Type | None:
        """The type that the binary operator gives with an instance as operand."""
        return self._first(path, lambda record: record.operators.get(sign, ""))

    def class_member(self, path: str, name: str) -> Type | None:
        """The type of an attribute of the class itself."""
        return self._first(path, lambda record: record.members.get(name, ""))

    def _first(self, path: str, choose: Callable[[ClassEntry], str]) -> Type | None:
        for ancestor in self.ancestors(path):
            known = self.classes.get(ancestor)
            text = choose(known[0]) if known else ""
            if text:
                return type_of(text)
        return None

    def is_of_kind(self, path: str, kind: str) -> bool:
        """The class, or a known one that it inherits from, is of that kind (enum or protocol)."""
        return any(ancestor in self.classes and self.classes[ancestor][0].kind == kind for ancestor in self.ancestors(path))

    def is_harmless(self, path: str) -> bool:
        """It belongs to a module that only computes with what it is given."""
        return any(path.startswith(f"{module}.") for module in self.harmless)

    def is_thread_safe(self, path: str) -> bool:
        """Instances may be used by several threads at once: the nearest class that says so or not decides."""
        records = (self.classes[ancestor][0] for ancestor in self.ancestors(path) if ancestor in self.classes)
        return next((record.thread_safe for record in records if record.thread_safe is not None), False)

    def is_bound(self, path: str) -> bool:
        """Instances are bound to a thread or keep state between calls: what they do must not be taken apart."""
        return any(ancestor in self.classes and self.classes[ancestor][0].offload is False for ancestor in self.ancestors(path))

    def is_temporary(self, path: str) -> bool:
        """The files behind instances are nobody else's."""
        return any(ancestor in self.classes and self.classes[ancestor][0].temporary for ancestor in self.ancestors(path))

    def hazard(self, path: str) -> str:
        """Why any use of an instance means something else in a worker thread; empty if it does not."""
        return next(
            (hazard for ancestor in self.ancestors(path) if ancestor in self.classes and (hazard := self.classes[ancestor][0].hazard)), ""
        )

    def mutates(self, path: str, name: str) -> bool:
        """The method changes what it is called on."""
        return any(ancestor in self.classes and name in self.classes[ancestor][0].mutators for ancestor in self.ancestors(path))

    def category(self, path: str) -> str:
        """The category of the class's calls; empty for an unknown class."""
        for ancestor in self.ancestors(path):
            if ancestor in self.classes:
                record, library = self.classes[ancestor]
                return record.category or library.category or ""
        return ""

    def offloader(self, name: str) -> Offloader | None:
        """How the function that runs others in a worker thread is written: one named by its path, or by its last name alone."""
        if name not in self._offloaders:
            path = self.canonical(name)
            named = [path] if path in self.functions else sorted(path for path in self.functions if path.rpartition(".")[2] == name)
            known = (self.functions[path][0].offloader for path in named)
            self._offloaders[name] = next((found for found in known if found is not None), None)
        return self._offloaders[name]

    def is_open(self, path: str) -> bool:
        """Instances take any attribute that the program assigns."""
        return any(ancestor in self.classes and self.classes[ancestor][0].open for ancestor in self.ancestors(path))

    def hooks(self, path: str) -> Iterator[Hook]:
        """The methods that the library calls on subclasses of this class."""
        for ancestor in self.ancestors(path):
            if ancestor in self.classes:
                yield from self.classes[ancestor][0].hooks

    def member(self, path: str, name: str) -> Member | None:
        """What `instance.name` is; None where the records do not say."""
        path = self.canonical(path)
        key = (path, name)
        if key not in self._members:
            found = self._member(path, name)
            override = self._override(path, lambda ancestor: f"{ancestor}.{name}")
            self._members[key] = found if override is None else overridden_member(f"{path}.{name}", found, override)
        return self._members[key]

    def _member(self, path: str, name: str) -> Member | None:
        records = [self.classes[ancestor] for ancestor in self.ancestors(path) if ancestor in self.classes]
        for record, library in records:
            found = own_member(record, library, name, f"{path}.{name}")
            if found is not None:
                return found
        if name.startswith("_"):
            return None
        for record, library in records:
            found = own_member(record, library, "*", f"{path}.{name}")
            if found is not None:
                return found
        return None

    def changing_names(self) -> frozenset[str]:
        """The last name parts of all functions and methods that change what they are given."""
        names = {path.rpartition(".")[2] for path, (entry, _) in self.functions.items() if entry.changes}
        for record, _ in self.classes.values():
            names |= {name for name, behaviour in record.methods.items() if behaviour.changes}
        return frozenset(names)

    def property_names(self) -> frozenset[str]:
        """The names of all properties that do something when read."""
        return frozenset(name for record, _ in self.classes.values() for name in record.properties)

    def hook_names(self) -> frozenset[str]:
        """The names of all methods that some library calls on its own occasions."""
        return frozenset(name for record, _ in self.classes.values() for hook in record.hooks for name in hook.names)

    def running_names(self, *, decorators: bool = True) -> frozenset[str]:
        """The last name parts of all callables that run, register or decorate something: a call by another name hands nothing over.

        Without `decorators` only those that are called with what they run.
        """
        if not decorators:
            return self._handing_names()
        named = (*self.functions.items(), *self.own.operations.items())
        names = {path.rpartition(".")[2] for path, (entry, _) in named if entry.runs or entry.decorator}
        for path, (record, _) in self.classes.items():
            names |= {name for name, behaviour in record.methods.items() if behaviour.runs or behaviour.decorator}
            if (record.construct and record.construct.runs) or (record.call and record.call.runs):
                names |= {path.rpartition(".")[2], *(alias.rpartition(".")[2] for alias in record.aliases)}
        names |= {alias.rpartition(".")[2] for alias, target in self.aliases.items() if target.rpartition(".")[2] in names}
        return frozenset(names)

    def _handing_names(self) -> frozenset[str]:
        named = (*self.functions.items(), *self.own.operations.items())
        names = {path.rpartition(".")[2] for path, (entry, _) in named if _hands_over(entry)}
        for path, (record, _) in self.classes.items():
            names |= {name for name, behaviour in record.methods.items() if _hands_over(behaviour)}
            if record.construct and _hands_over(record.construct):
                names |= {path.rpartition(".")[2], *(alias.rpartition(".")[2] for alias in record.aliases)}
        return frozenset(names)


def _hands_over(behaviour: Behaviour) -> bool:
    return not behaviour.decorator and any(run.where not in ("now", "later", "never") for run in behaviour.runs)


_SPECIAL = {
    "construct": "{}",
    "call": "{}.__call__",
    "enter": "{}.__enter__",
    "exit": "{}.__exit__",
    "async_enter": "{}.__aenter__",
    "iterate": "{}.__iter__",
    "async_iterate": "{}.__aiter__",
    "item": "{}.__getitem__",
}


def merge(libraries: Collection[Library], own: Library | None = None) -> Catalogue:
    """One catalogue of all libraries; later ones win, `own` last."""
    functions: dict[str, tuple[FunctionEntry, Library]] = {}
    classes: dict[str, tuple[ClassEntry, Library]] = {}
    objects: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for library in (*libraries, *((own,) if own else ())):
        if library is not own:
            for entry in library.functions:
                functions.update(dict.fromkeys(entry.names, (entry, library)))
        for record in library.classes:
            classes[record.name] = (record, library)
            aliases.update(dict.fromkeys(record.aliases, record.name))
        objects.update(library.objects)
        aliases.update(library.aliases)
    harmless = frozenset(module for library in libraries for module in library.harmless)
    known = Catalogue(functions, classes, objects, aliases, harmless=harmless)
    return known if own is None else _with_own(known, own)


def _with_own(known: Catalogue, own: Library) -> Catalogue:
    """The catalogue with the functions of a project's own tables: their names may be any alias, or an operation of a class."""
    functions = dict(known.functions)
    operations: dict[str, tuple[FunctionEntry, Library]] = {}
    modules: list[tuple[str, FunctionEntry, Library]] = []
    named = [(name, entry) for entry in own.functions for name in entry.names]
    for name, entry in sorted(named, key=lambda pair: not pair[0].endswith(ALL)):
        path = known.canonical(name.removesuffix(ALL))
        if name.endswith(ALL):
            modules.append((f"{path}.", entry, own))
            for covered in [other for other in functions if other.startswith(f"{path}.")]:
                del functions[covered]
        elif known.is_class(path) or known.is_class(path.rpartition(".")[0]):
            operations[path] = (entry, own)
        else:
            shipped = known.functions.get(path)
            functions[path] = (kept(entry, shipped[0] if shipped else None), own)
    modules.sort(key=lambda module: (-len(module[0]), module[0]))
    names = frozenset((*(name for name, _ in named if not name.endswith(ALL)), *(record.name for record in own.classes)))
    return Catalogue(functions, known.classes, known.objects, known.aliases, Own(names, operations, tuple(modules)), known.harmless)
