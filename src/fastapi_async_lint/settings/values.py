"""Raw values of keys -> values of fields, or a SettingsError that says what was expected."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

from fastapi_async_lint.settings.model import CONFIDENCES, NOT_KEYS, OUTPUT_FORMATS, Settings, SettingsError
from fastapi_async_lint.wording import did_you_mean, shown

_FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class _Invalid(Exception):
    """A value is not what its key takes; says what was expected."""


class Key(NamedTuple):
    """What a key takes."""

    kind: str
    """In words, for the documentation."""
    read: Callable[[object], object]
    """The field's value of a raw one; _Invalid if it is none."""


class Speaker(NamedTuple):
    """How errors speak of keys, which differs between a file, a command line and a Python program."""

    noun: str
    place: Callable[[str], str]
    """Where the key stands, with its name."""
    spelt: Callable[[str], str]
    """The key alone."""


def checked(table: Mapping[str, object], speaker: Speaker) -> dict[str, object]:
    """Keys with hyphens and raw values -> fields and checked values. Raises SettingsError."""
    values: dict[str, object] = {}
    for key, value in table.items():
        if key not in KEYS:
            message = f"{speaker.place(key)}: {_unknown(key, speaker)}"
            raise SettingsError(message)
        values[key.replace("-", "_")] = _read(key, value, speaker)
    return values


def validate(settings: Settings) -> None:
    """SettingsError if a field holds what its key would not take: settings may also be made without `load`."""
    speaker = Speaker("field", field_of, field_of)
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if field.name == "root" and not isinstance(value, Path):
            message = f"root: expected a pathlib.Path, found {shown(value)}"
            raise SettingsError(message)
        if field.name in NOT_KEYS or (value is None and field.default is None):
            continue
        if field.name == "per_file_ignores":
            try:
                value = dict(value)
            except (TypeError, ValueError):  # no pairs: what it is instead is for the reader to say
                value = getattr(settings, field.name)
        _read(field.name.replace("_", "-"), value, speaker)
    require_folders(settings.src, settings.root, lambda number: f"src[{number}]")


def require_folders(folders: Iterable[str], root: Path, place: Callable[[int], str]) -> None:
    """SettingsError, at the place of the number of the first one, if they are no folders below the root."""
    for number, folder in enumerate(folders):
        path = root / folder
        if not path.is_dir():
            problem = "a file" if path.exists() else "nothing"
            message = f"{place(number)}: expected a folder, found {problem} at {path}{_folder_meant(path, folder)}"
            raise SettingsError(message)


def _folder_meant(path: Path, written: str) -> str:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_dir())
    except OSError:
        return ""
    near = did_you_mean(path.name, names)
    return near.replace("did you mean ", f"did you mean {written.rstrip('/')[: -len(path.name)]}") if near else ""


def require_room(folder: Path, place: str) -> None:
    """SettingsError if what is to be a folder, or one above it, is a file."""
    for path in (folder, *folder.parents):
        try:
            if path.is_dir():
                return
            if path.exists():
                message = f"{place}: expected a folder, found a file at {path}"
                raise SettingsError(message)
        except OSError:  # nobody may look: nothing will be kept there
            return


def field_of(key: str) -> str:
    """The name of a key's field."""
    return key.replace("-", "_")


def _read(key: str, value: object, speaker: Speaker) -> object:
    try:
        return KEYS[key].read(value)
    except _Invalid as error:
        message = f"{speaker.place(key)}: {error}"
        raise SettingsError(message) from error


def _unknown(key: str, speaker: Speaker) -> str:
    """What is wrong with a key that is none."""
    option = key.replace("_", "-").strip("-")
    if option in OPTIONS_ALONE:
        instead = f"; expected {OPTIONS_ALONE[option]}" if OPTIONS_ALONE[option] else ""
        return f"--{option} is an option of the command line and no {speaker.noun}{instead}"
    names = sorted(speaker.spelt(name) for name in KEYS)
    near = did_you_mean(speaker.spelt(key.replace("_", "-")), names)
    return f"unknown {speaker.noun}{near or '; expected one of ' + ', '.join(names)}"


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        message = f"expected a list of strings, found {shown(value)}"
        raise _Invalid(message)
    return tuple(value)


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        message = f"expected true or false, found {shown(value)}"
        raise _Invalid(message)
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        message = f"expected a number from 0, found {shown(value)}"
        raise _Invalid(message)
    return value


def _path(value: object) -> str | Path:
    if not isinstance(value, str | Path):
        message = f"expected a path, found {shown(value)}"
        raise _Invalid(message)
    return value


def _ignores_by_pattern(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, Mapping):
        message = f'expected a table of lists such as "tests/*" = ["FAL103"], found {shown(value)}'
        raise _Invalid(message)
    return tuple((str(pattern), _strings(codes)) for pattern, codes in value.items())


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        message = f"expected a table, found {shown(value)}"
        raise _Invalid(message)
    return dict(value)


def _function(value: object) -> str:
    if not isinstance(value, str) or not _FUNCTION.fullmatch(value):
        message = f'expected a function\'s name such as "asyncio.to_thread", found {shown(value)}'
        raise _Invalid(message)
    return value


def _one_of(*choices: str) -> Key:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            near = did_you_mean(value, choices) if isinstance(value, str) else ""
            message = f"expected one of {', '.join(choices)}, found {shown(value)}{near}"
            raise _Invalid(message)
        return value

    return Key("one of " + ", ".join(f'`"{choice}"`' for choice in choices), read)


_LIST = Key("list of strings", _strings)
_SWITCH = Key("`true` or `false`", _boolean)
_PATH = Key("path", _path)

KEYS: Mapping[str, Key] = {
    "select": _LIST,
    "ignore": _LIST,
    "extend-select": _LIST,
    "extend-ignore": _LIST,
    "per-file-ignores": Key("table of lists of strings", _ignores_by_pattern),
    "exclude": _LIST,
    "extend-exclude": _LIST,
    "force-exclude": _SWITCH,
    "respect-gitignore": _SWITCH,
    "src": _LIST,
    "include-tests": _SWITCH,
    "min-confidence": _one_of(*CONFIDENCES),
    "output-format": _one_of(*OUTPUT_FORMATS),
    "offloader": Key("name of a function", _function),
    "baseline": _PATH,
    "jobs": Key("number from 0", _count),
    "cache-dir": _PATH,
    "use-cache": _SWITCH,
    "catalogue": Key("tables", _table),
}

OPTIONS_ALONE: Mapping[str, str] = {
    "add-noqa": "",
    "config": "",
    "diff": "",
    "exit-non-zero-on-fix": "",
    "exit-zero": "",
    "fix": "",
    "fix-only": "",
    "help": "",
    "isolated": "",
    "no-cache": "use-cache = false",
    "no-respect-gitignore": "respect-gitignore = false",
    "output-file": "",
    "quiet": "",
    "report-suppressed": "",
    "show-files": "",
    "show-fixes": "",
    "show-settings": "",
    "since": "",
    "statistics": "",
    "stdin-filename": "",
    "unsafe-fixes": "",
    "verbose": "",
    "version": "",
    "write-baseline": "",
}
"""Options of the command line that are no keys -> the key to write instead."""
