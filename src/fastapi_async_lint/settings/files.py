"""Paths -> the file that settings come from, with its table and the places of its keys.

Nothing is asked of folders that nobody may look into: there is no file for us. Whether their sources can be read is not for settings to say.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi_async_lint.settings.model import Settings, SettingsError
from fastapi_async_lint.settings.places import dotted, line_of
from fastapi_async_lint.settings.values import KEYS
from fastapi_async_lint.wording import nearest, shown

TOOL = "fastapi-async-lint"
_NEAR = 0.85
"""How like our name that of a table has to be to be taken for ours: `fastapi-lint` is somebody else's."""


@dataclass(frozen=True, slots=True)
class Table:
    """The settings of a file as they are written."""

    file: Path | None = None
    keys: Mapping[str, object] = field(default_factory=dict)
    text: str = ""

    def place(self, *keys: str | int) -> str:
        """`file:line: key`, at the line that sets the key."""
        return _place(self.file, self.text, keys)


NO_TABLE = Table()


class Tables:
    """The tables of the pyproject.toml files at and above paths; each file is read once."""

    def __init__(self) -> None:
        self._found: dict[Path, Table | None] = {}

    def above(self, path: Path) -> Table | None:
        """The table of the nearest file at or above a resolved path; None if there is none. Raises SettingsError for a malformed one."""
        passed: list[Path] = []
        found: Table | None = None
        for folder in (path, *path.parents):
            if folder in self._found:
                found = self._found[folder]
                break
            passed.append(folder)
            found = _table_in(folder / "pyproject.toml")
            if found is not None:
                break
        self._found |= dict.fromkeys(passed, found)
        return found

    def of(self, paths: Sequence[Path]) -> Table:
        """The one table for all the resolved paths: the nearest at or above the folder that they have in common; where there is none, the
        first that any of them leads to, in the order of their names. The order in which they were given does not matter.
        """
        candidates = (common_folder(paths), *sorted(paths))
        return next((table for place in candidates if (table := self.above(place)) is not None), NO_TABLE)

    def others(self, paths: Iterable[Path], chosen: Path | None) -> Iterator[Path]:
        """The files whose tables some of the paths lead to, without the chosen one, sorted by folder."""
        found = {table.file for path in paths if (table := self.above(path)) is not None and table.file is not None}
        yield from sorted(found - {chosen}, key=lambda file: file.parent)


def common_folder(paths: Sequence[Path]) -> Path:
    """The folder that holds all the resolved paths; for one path, that folder, or the folder of that file, be it there or not."""
    folders = [path if is_folder(path) else path.parent for path in paths]
    return next(place for place in (folders[0], *folders[0].parents) if all(folder.is_relative_to(place) for folder in folders))


def is_file(path: Path) -> bool:
    """Whether there is a file; not where nobody may look."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder; not where nobody may look."""
    try:
        return path.is_dir()
    except OSError:
        return False


def named(file: Path) -> Table:
    """The table of a file that was named: `[tool.fastapi-async-lint]`, or the keys at the top of a file that is no pyproject.toml.

    Raises SettingsError if the file cannot be read, or has nothing for us where that would have to stand in the table.
    """
    text = _text(file)
    content = _parsed(file, text)
    table = _own(file, text, content)
    if table is None and file.name == "pyproject.toml":
        message = f"{file}: expected a table [tool.{TOOL}], found none"
        raise SettingsError(message)
    if table is None:
        return Table(file, content, text)
    beside = [key for key in content if key in KEYS] if file.name != "pyproject.toml" else []
    if beside:
        line = line_of(text, beside[:1])
        message = f"{file}:{line}: {beside[0]}: expected it in [tool.{TOOL}], where the other keys of this file stand"
        raise SettingsError(message)
    return Table(file, table, text)


def place(file: Path | None, *keys: str | int) -> str:
    """`file:line: key` for a key below our table in the file; just the key where there is no file. Raises SettingsError if it cannot be read."""
    return _place(file, _text(file) if file is not None else "", keys)


def origin(settings: Settings, key: str) -> str:
    """`file:line: key` for a key that a file sets; just the key where something else does."""
    is_overridden = key.replace("-", "_") in settings.overridden
    return key if is_overridden else place(settings.config_file, key)


def _place(file: Path | None, text: str, keys: Sequence[str | int]) -> str:
    if file is None:
        return dotted(keys)
    line = line_of(text, ("tool", TOOL, *keys)) or (line_of(text, keys) if file.name != "pyproject.toml" else None)
    return f"{file}:{line}: {dotted(keys) or TOOL}" if line else f"{file}: {dotted(keys)}"


def _table_in(file: Path) -> Table | None:
    """Our table of a pyproject.toml; None where there is none."""
    if not is_file(file):
        return None
    text = _text(file)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        if TOOL not in text:  # somebody else's trouble
            return None
        content = _parsed(file, text)
    table = _own(file, text, content)
    return None if table is None else Table(file, table, text)


def _own(file: Path, text: str, content: Mapping[str, object]) -> Mapping[str, object] | None:
    """The table of our name. Raises SettingsError for one that is no table, and for a name that is nearly ours."""
    tools = content.get("tool", {})
    above: dict[tuple[str, ...], str] = {("tool", name): name for name in tools} if isinstance(tools, Mapping) else {}
    if file.name == "pyproject.toml":
        above |= {(name,): name for name in content}
    for keys, name in above.items():
        if keys != ("tool", TOOL) and nearest(name.replace("_", "-"), [TOOL], cutoff=_NEAR):
            message = f"{file}:{line_of(text, keys)}: {dotted(keys)}: unknown table; did you mean [tool.{TOOL}]?"
            raise SettingsError(message)
    table = tools.get(TOOL) if isinstance(tools, Mapping) else None
    if table is not None and not isinstance(table, Mapping):
        message = f"{_place(file, text, ())}: expected a table, found {shown(table)}"
        raise SettingsError(message)
    return table


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"{file}: cannot be read: {error.strerror or type(error).__name__}"
        raise SettingsError(message) from error
    except UnicodeDecodeError as error:
        message = f"{file}: is not UTF-8, as TOML has to be"
        raise SettingsError(message) from error


def _parsed(file: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file}: is not valid TOML: {error}"
        raise SettingsError(message) from error
