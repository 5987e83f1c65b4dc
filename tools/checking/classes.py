"""The class records of one catalogue file -> what in them contradicts the packages of this environment."""

from collections.abc import Iterator
from typing import Any

from fastapi_async_lint.catalogue.schema import Behaviour, ClassEntry
from tools.checking.claims import (
    Context,
    Problem,
    arguments,
    behaviour_problems,
    claimed_type,
    coroutine_or_not,
    exists,
    is_invented,
)
from tools.installed import has, inherits, instance_class, is_real, resolve, specimens, static

LISTS = ("certain", "likely", "cheap", "pure", "coroutines")
SPECIALS = {
    "enter": ("__enter__",),
    "exit": ("__exit__",),
    "async_enter": ("__aenter__", "__asynccontextmanager__"),
    "iterate": ("__iter__", "__next__", "__getitem__"),
    "async_iterate": ("__aiter__", "__anext__"),
    "call": ("__call__",),
    "item": ("__getitem__",),
}


def class_problems(context: Context, record: ClassEntry) -> Iterator[Problem]:
    """All problems of the record."""
    yield from _lists(context, record)
    yield from _types(context, record)
    for base in record.bases:
        if not context.catalogue.is_class(base):
            yield context.problem(record.name, f"base {base} is described nowhere")
    if is_invented(record.name):
        return
    problems = list(exists(context, record.name))
    yield from problems
    if problems:
        return
    real = instance_class(resolve(record.name))
    if real is None:
        yield context.problem(record.name, "is not a class here", "unproven")
    else:
        yield from _real_class(context, record, real)


def behind_star(context: Context) -> list[str]:
    """The public methods of the file's real classes that only a `"*"` in a list speaks of."""
    found = set()
    for record in context.library.classes:
        if is_invented(record.name) or not is_real(record.name) or not isinstance(resolve(record.name), type):
            continue
        for name, _ in _public_methods(context, record, resolve(record.name)):
            if not any(_lists_by_name(context.catalogue.classes[owner][0], name) for owner in _described(context, record.name)):
                found.add(f"{record.name}.{name}")
    return sorted(found)


def _described(context: Context, path: str) -> list[str]:
    return [owner for owner in context.catalogue.ancestors(path) if owner in context.catalogue.classes]


def _lists_by_name(record: ClassEntry, name: str) -> bool:
    return any(name in getattr(record, key) for key in (*LISTS, "methods", "returns", "properties", "attributes", "members"))


def _types(context: Context, record: ClassEntry) -> Iterator[Problem]:
    category = record.category or context.library.category
    for text in (
        *record.returns.values(),
        *record.attributes.values(),
        *record.members.values(),
        *record.operators.values(),
        record.awaited,
    ):
        yield from claimed_type(context, record.name, text)
    for name, behaviour in (*record.methods.items(), *record.properties.items()):
        yield from behaviour_problems(context, f"{record.name}.{name}", behaviour, category)
    for name in ("construct", *SPECIALS):
        special: Behaviour | None = getattr(record, name)
        if special is not None:
            yield from behaviour_problems(context, f"{record.name} ({name})", special, category)


def _lists(context: Context, record: ClassEntry) -> Iterator[Problem]:
    listed = [name for key in LISTS for name in getattr(record, key)]
    for name in sorted({name for name in listed if listed.count(name) > 1}):
        yield context.problem(f"{record.name}.{name}", "listed twice")
    if {"certain", "likely"} & {key for key in LISTS if getattr(record, key)} and not (record.category or context.library.category):
        yield context.problem(record.name, "blocks, and has no category")
    for name in sorted(set(record.returns) - {*listed, *record.methods, "*"}):
        inherited = (context.catalogue.member(base, name) for base in record.bases)
        if ("*" in listed and "*" not in record.pure) or any(
            member and member.method and (member.method.blocks or member.method.coroutine) for member in inherited
        ):
            yield context.problem(
                f"{record.name}.{name}", "stands in `returns` alone, which says that it is pure and hides what `*` or a base says"
            )


def _real_class(context: Context, record: ClassEntry, real: type) -> Iterator[Problem]:
    yield from _kin(context, record, real)
    witnesses = _witnesses(context, record, real)
    for name, forms in SPECIALS.items():
        if getattr(record, name) is not None and not any(has(owner, form) for owner in witnesses for form in forms):
            yield context.problem(record.name, f"has no {forms[0]}", "absent")
    if record.awaited and not hasattr(real, "__await__"):
        yield context.problem(record.name, "cannot be awaited")
    methods = {name for key in LISTS for name in getattr(record, key)} | set(record.methods) | set(record.returns)
    for name in sorted((methods | set(record.attributes) | set(record.properties) | set(record.members)) - {"*"}):
        if not any(hasattr(owner, name) for owner in witnesses):  # quick, and mostly so
            verdicts = {has(owner, name) for owner in witnesses}
            if True not in verdicts:
                yield context.problem(f"{record.name}.{name}", "does not exist", "unproven" if None in verdicts else "absent")
    for name, attribute in _public_methods(context, record, real):
        member = context.catalogue.member(record.name, name)
        if member is not None and member.method is not None:
            subject = f"{record.name}.{name}"
            yield from coroutine_or_not(context, subject, attribute, member.method.coroutine, member.method.returns)
            if name in record.methods:
                yield from arguments(context, subject, getattr(real, name), record.methods[name])


def _kin(context: Context, record: ClassEntry, real: type) -> Iterator[Problem]:
    for alias in record.aliases:
        yield from exists(context, alias)
        other = instance_class(resolve(alias)) if is_real(alias) else real
        if other is None or not inherits(other, real):
            yield context.problem(alias, f"is neither {record.name} nor a subclass of it", "unlike")
    for base in record.bases:
        other = instance_class(resolve(base)) if is_real(base) else None
        if other is not None and not inherits(real, other):
            yield context.problem(record.name, f"does not inherit from {base}", "unlike")


def _witnesses(context: Context, record: ClassEntry, real: type) -> list[type]:
    """The class and all that inherit from it in the file, or are made at run time: a claim holds if one of them bears it out."""
    heirs = [other.name for other in context.library.classes if context.catalogue.inherits(other.name, record.name)]
    found = [real, *(instance_class(resolve(path)) for path in (*heirs, *record.aliases) if is_real(path))]
    for ancestor in context.catalogue.ancestors(record.name):
        found += specimens(ancestor)
    return [owner for owner in dict.fromkeys(found) if owner is not None]


def _public_methods(context: Context, record: ClassEntry, real: type) -> Iterator[tuple[str, Any]]:
    """Every public method of the class that the record speaks of, by name or by `*`."""
    for name in dir(real):
        if name.startswith("_"):
            continue
        member = context.catalogue.member(record.name, name)
        attribute = static(real, name) if member is not None and member.method is not None else None
        if callable(attribute) or isinstance(attribute, (staticmethod, classmethod)):
            yield name, attribute
