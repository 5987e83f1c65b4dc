"""Users' own tables -> the first thing that is wrong with them: where it stands, what was expected, and the nearest valid word.

The records of schema.py say what a table may hold; `misshapen` explains what does not fit them. `meaningless` finds what fits and would be
silently without effect: a call that blocks and no rule reports, a type that cannot be read, a name that is no path.
"""

import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias, get_args

import msgspec
from msgspec import inspect

from fastapi_async_lint.catalogue.schema import Behaviour, CategoryName, ClassEntry, Condition, FunctionEntry, Library, Run
from fastapi_async_lint.catalogue.types import HEADS, MalformedType, Type, parse
from fastapi_async_lint.wording import did_you_mean, shown

Keys: TypeAlias = tuple[str | int, ...]

ALL = ".*"
"""The end of a pattern: every function of a module."""

_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")
_PATTERN_KEYS = frozenset(("names", "blocks", "category", "when", "unless", "returns", "coroutine", "instead", "offload", "source"))
_CONDITIONS = ("when", "unless", "lazy", "writes_when")
_SPECIALS = ("construct", "enter", "exit", "async_enter", "iterate", "async_iterate", "call", "item")


class Problem(NamedTuple):
    """What is wrong: the way to the value in the tables, and what was expected there."""

    keys: Keys
    reason: str


# ------------------------------------------------------------------------------------------------------------- the shape


def misshapen(tables: Mapping[str, object]) -> Problem | None:
    """The first key or value that is not one of the format's; None if all are."""
    return next(_unfit(tables, inspect.type_info(Library), ()), None)


def _unfit(value: object, type_: inspect.Type, keys: Keys) -> Iterator[Problem]:
    match type_:
        case inspect.StructType():
            yield from _unfit_table(value, type_, keys)
        case inspect.DictType(value_type=inner):
            if isinstance(value, Mapping):
                for key, item in value.items():
                    yield from _unfit(item, inner, (*keys, key))
            else:
                yield _expected("a table", value, keys)
        case inspect.VarTupleType(item_type=inner):
            if isinstance(value, list | tuple):
                for number, item in enumerate(value):
                    yield from _unfit(item, inner, (*keys, number))
            else:
                items = {inspect.StrType: "strings", inspect.IntType: "numbers"}.get(type(inner), "tables")
                yield _expected(f"a list of {items}", value, keys)
        case inspect.UnionType(types=types):
            inners = [inner for inner in types if not isinstance(inner, inspect.NoneType)]
            if len(inners) == 1:
                yield from _unfit(value, inners[0], keys)
            elif all(any(_unfit(value, inner, keys)) for inner in inners):
                yield _expected("true, false, a number or a string", value, keys)
        case inspect.LiteralType(values=values):
            if value not in values:
                words = [str(word) for word in values if word]
                near = did_you_mean(value, words) if isinstance(value, str) else ""
                yield Problem(keys, f"expected one of {', '.join(words)}, found {shown(value)}{near}")
        case _:
            word, kind = _PLAIN[type(type_)]
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                yield _expected(word, value, keys)


_PLAIN: dict[type[inspect.Type], tuple[str, type]] = {
    inspect.StrType: ("a string", str),
    inspect.BoolType: ("true or false", bool),
    inspect.IntType: ("a number", int),
}


def _unfit_table(value: object, type_: inspect.StructType, keys: Keys) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield _expected("a table", value, keys)
        return
    fields = {field.encode_name: field for field in type_.fields}
    for key, item in value.items():
        if key in fields:
            yield from _unfit(item, fields[key].type, (*keys, key))
        else:
            near = did_you_mean(key, fields) or f"; expected one of {', '.join(fields)}"
            yield Problem((*keys, key), f"unknown key{near}")
    for name, field in fields.items():
        if field.required and name not in value:
            yield Problem(keys, f"`{name}` is missing")


def _expected(what: str, value: object, keys: Keys) -> Problem:
    return Problem(keys, f"expected {what}, found {shown(value)}")


# ----------------------------------------------------------------------------------------------------------- the meaning


def meaningless(library: Library, files: Iterable[str]) -> Problem | None:
    """The first thing in users' tables that would have no effect, or not the one that was meant. `files` are the catalogue's import names."""
    return next(_meaningless(library, frozenset(files)), None)


def _meaningless(library: Library, files: frozenset[str]) -> Iterator[Problem]:
    if library.mirrors:
        yield Problem(("mirrors",), "only a library's own file can mirror another; `aliases` gives another name to a path")
    for number, name in enumerate(library.requires):
        if name not in files:
            yield Problem(("requires", number), f"the catalogue has no file for {shown(name)}{did_you_mean(name, files)}")
    for path, text in library.objects.items():
        yield from _path(path, ("objects", path))
        yield from _type(text, ("objects", path))
    for number, entry in enumerate(library.functions):
        yield from _function(entry, library.category, ("functions", number))
    for number, record in enumerate(library.classes):
        yield from _class(record, library.category, ("classes", number))


def _path(name: str, keys: Keys) -> Iterator[Problem]:
    if not _PATH.fullmatch(name):
        hint = f"such as builtins.{name}" if hasattr(builtins, name) else "such as app.database.query"
        yield Problem(keys, f"expected a full dotted path {hint}, found {shown(name)}")


def _function(entry: FunctionEntry, category: str | None, keys: Keys) -> Iterator[Problem]:
    if not entry.names:
        yield Problem((*keys, "names"), "expected at least one dotted path")
    for number, name in enumerate(entry.names):
        yield from _path(name.removesuffix(ALL) + ".x" if name.endswith(ALL) else name, (*keys, "names", number))
        if name.endswith(ALL):
            given = {key for key in msgspec.to_builtins(entry) if getattr(entry, key) != getattr(Behaviour(), key, ())}
            for key in sorted(given - _PATTERN_KEYS):
                yield Problem((*keys, key), f"is for functions named one by one; {shown(name)} only says how much every function blocks")
    yield from _behaviour(entry, category, keys)


def _class(record: ClassEntry, category: str | None, keys: Keys) -> Iterator[Problem]:
    for place, name in (("name", record.name), *(("aliases", alias) for alias in record.aliases)):
        if name.endswith(ALL):
            yield Problem((*keys, place), f"a class is named by its path; a pattern such as {shown(name)} stands for functions")
        else:
            yield from _path(name, (*keys, place))
    own = record.category or category
    for level in ("certain", "likely"):
        if getattr(record, level):
            yield from _without_category(own, (*keys, level), ", the class's")
    for key in ("returns", "attributes", "members", "operators"):
        for name, text in getattr(record, key).items():
            yield from _type(text, (*keys, key, name))
    yield from _type(record.awaited, (*keys, "awaited"))
    for special in _SPECIALS:
        if (behaviour := getattr(record, special)) is not None:
            yield from _behaviour(behaviour, own, (*keys, special))
    for key in ("methods", "properties"):
        for name, behaviour in getattr(record, key).items():
            yield from _behaviour(behaviour, own, (*keys, key, name))


def _behaviour(behaviour: Behaviour, category: str | None, keys: Keys) -> Iterator[Problem]:
    if behaviour.blocks not in ("pure", "cheap") and not behaviour.coroutine:
        yield from _without_category(behaviour.category or category, (*keys, "blocks"), "")
    yield from _type(behaviour.returns, (*keys, "returns"))
    for key in _CONDITIONS:
        for number, condition in enumerate(getattr(behaviour, key)):
            yield from _condition(condition, (*keys, key, number))
    for number, position in enumerate(behaviour.changes):
        if position < 0:
            yield Problem((*keys, "changes", number), f"expected an argument's position, from 0, found {position}")
    for number, run in enumerate(behaviour.runs):
        yield from _run(run, (*keys, "runs", number))


def _without_category(category: str | None, keys: Keys, whose: str) -> Iterator[Problem]:
    if not category:
        words = ", ".join(get_args(CategoryName))
        yield Problem(keys, f"what blocks needs a `category`, its own{whose} or one for all tables: one of {words}")


def _condition(condition: Condition, keys: Keys) -> Iterator[Problem]:
    if condition.position is None and not condition.name and condition.held is None:
        yield Problem(keys, "which argument? `position`, `name` or both were expected")
    if condition.held is not None and not condition.type:
        yield Problem(keys, "`held` was expected with `type`")
    values = (condition.equals, condition.given, condition.type or None, condition.contains or None, condition.names or None)
    if sum(value is not None for value in values) != 1:
        yield Problem(keys, "expected exactly one of equals, given, type, contains, names")
    for number, name in enumerate(condition.names):
        yield from _path(name, (*keys, "names", number))


def _run(run: Run, keys: Keys) -> Iterator[Problem]:
    if run.argument is None and run.held is None and not run.name:
        yield Problem(keys, "what is run? `argument`, `name` or both, or `held`, were expected")


def _type(text: str, keys: Keys) -> Iterator[Problem]:
    if text:
        try:
            tree = parse(text)
        except MalformedType as error:
            yield Problem(keys, f"expected a type such as list[str], found {shown(text)}: {error}")
            return
        yield from _heads(tree, text, keys)


def _heads(tree: Type, text: str, keys: Keys) -> Iterator[Problem]:
    head = tree.head
    if head in HEADS or re.fullmatch(r"T\d", head):
        inside = () if head not in ("awaitable", "class", "|") else tree.arguments
    elif "." not in head and not isinstance(getattr(builtins, head, None), type):
        known = [*sorted(HEADS), *(name for name, item in vars(builtins).items() if isinstance(item, type))]
        near = did_you_mean(head, known) or "; a class is written with its full dotted path"
        yield Problem(keys, f"unknown type {shown(head)} in {shown(text)}{near}")
        return
    else:
        inside = tree.arguments
    for argument in inside:
        yield from _heads(argument, text, keys)


def baseless(library: Library, is_class: Callable[[str], bool], classes: Iterable[str]) -> Problem | None:
    """The first base in the tables that is none of the described classes, and so says nothing."""
    for number, record in enumerate(library.classes):
        for place, base in enumerate(record.bases):
            if not is_class(base):
                return Problem(
                    ("classes", number, "bases", place), f"no such class is described: {shown(base)}{did_you_mean(base, classes)}"
                )
    return None


def references(library: Library) -> frozenset[str]:
    """The dotted names that the tables refer to: in types, as bases, as conditions' classes, as what aliases stand for; and their `requires`."""
    found: set[str] = set()
    texts = [*library.objects.values()]
    behaviours: list[Behaviour] = [*library.functions]
    for record in library.classes:
        found.update(record.bases)
        texts += [
            *record.returns.values(),
            *record.attributes.values(),
            *record.members.values(),
            *record.operators.values(),
            record.awaited,
        ]
        behaviours += [*record.methods.values(), *record.properties.values()]
        behaviours += [special for name in _SPECIALS if (special := getattr(record, name)) is not None]
    for behaviour in behaviours:
        texts.append(behaviour.returns)
        for condition in (condition for key in _CONDITIONS for condition in getattr(behaviour, key)):
            found.update((*condition.type, *condition.names))
    pending: list[Any] = [parse(text) for text in texts if text]
    while pending:
        tree = pending.pop()
        found.add(tree.head)
        pending += tree.arguments
    return frozenset((*library.requires, *library.aliases.values(), *(name for name in found if "." in name)))
