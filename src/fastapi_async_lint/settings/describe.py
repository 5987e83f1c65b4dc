"""Settings -> the text of `--show-settings`: valid TOML that gives the same settings when it is read, one key a line."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from fastapi_async_lint.settings.model import NOT_KEYS, Settings


def describe(settings: Settings) -> str:
    """Where the settings come from, as comments, and each key with its value in force."""
    return "".join(f"{line}\n" for line in _lines(settings))


def _lines(settings: Settings) -> Iterator[str]:
    yield f"# root: {settings.root}"
    yield f"# configuration file: {settings.config_file or 'none, defaults are in force'}"
    for key, words in (("extend-select", settings.overruling_select), ("ignore or extend-ignore", settings.overruling_ignore)):
        if words:
            yield f"# of the command line, which counts before the file: {', '.join(words)} ({key})"
    yield "[tool.fastapi-async-lint]"
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name not in NOT_KEYS and field.name != "catalogue" and value is not None:
            yield f"{field.name.replace('_', '-')} = {in_toml(dict(value) if field.name == 'per_file_ignores' else value)}"
    tables = {name: rows for name, value in settings.catalogue.items() if (rows := _list_of_tables(value))}
    plain = {name: value for name, value in settings.catalogue.items() if name not in tables}
    if plain:
        yield from ("", "[tool.fastapi-async-lint.catalogue]", *_pairs(plain))
    for name, rows in tables.items():
        for row in rows:
            yield from ("", f"[[tool.fastapi-async-lint.catalogue.{name}]]", *_pairs(row))


def _pairs(table: Mapping[str, object]) -> Iterator[str]:
    return (f"{_key(name)} = {in_toml(value)}" for name, value in table.items())


def _list_of_tables(value: object) -> list[Mapping[str, object]]:
    """The tables, if the value is a list of nothing else."""
    return value if isinstance(value, list) and all(isinstance(row, Mapping) for row in value) else []


def _key(name: str) -> str:
    """A key, quoted where it has to be."""
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else in_toml(name)


def in_toml(value: object) -> str:
    """A value as TOML, on one line; what TOML has no form for is its text."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case Mapping():
            return "{ " + ", ".join(f"{_key(key)} = {in_toml(inner)}" for key, inner in value.items()) + " }" if value else "{}"
        case Sequence() if not isinstance(value, str):
            return "[" + ", ".join(in_toml(item) for item in value) + "]"
        case _:
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
