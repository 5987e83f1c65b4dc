"""Files and the command line -> Settings, or a SettingsError that says where and what."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fastapi_async_lint.settings.model import CONFIDENCES, OUTPUT_FORMATS, Settings, SettingsError
from fastapi_async_lint.settings.places import dotted, line_of
from fastapi_async_lint.settings.words import shown
from fastapi_async_lint.wording import did_you_mean

TOOL = "fastapi-async-lint"
CACHE_FOLDER = ".fastapi_async_lint_cache"
_PROJECT_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
_OFFLOADER = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class _Invalid(Exception):
    """A value is not what its key takes; says what was expected."""


def load(
    paths: Sequence[Path] = (),
    config: Path | None = None,
    *,
    isolated: bool = False,
    overrides: Mapping[str, object] | None = None,
) -> Settings:
    """The settings for linting `paths`.

    They come from `config`, which may be a pyproject.toml or a TOML file with the keys at its top, else from the nearest pyproject.toml
    with a `[tool.fastapi-async-lint]` table at or above the first path, else they are the defaults; `isolated` reads none.
    `overrides` are fields by name, as a command line sets them; a value None is not set. They are checked like the file's and replace them, but
    for the lists that extend others, which add to them. Only here `root` may be set too, for callers that know the project's folder.
    """
    start = (paths[0] if paths else Path()).resolve()
    file: Path | None = None
    table: Mapping[str, object] = {}
    text = ""
    if config is not None and not isolated:
        file = config.resolve()
        table, text = _table_of_named_file(file)
    elif not isolated:
        file, table, text = _nearest_table(start)
    values = _checked(table, lambda key: _place(file, text, key))
    given = {key.replace("_", "-"): value for key, value in (overrides or {}).items() if value is not None}
    known_root = given.pop("root", None)
    for name, value in _checked(given, lambda key: f"command line: --{key}").items():
        before = values.get(name)
        if name in _ADDED and isinstance(before, tuple) and isinstance(value, tuple):
            values[name] = before + value
        else:
            values[name] = value
    if known_root is not None:
        root = Path(str(known_root)).resolve()
    elif file is not None and file.name == "pyproject.toml" and file.parent in (start, *start.parents):
        root = file.parent
    else:
        root = _project_root([path.resolve() for path in paths] or [start])
    values["cache_dir"] = values.get("cache_dir") or root / CACHE_FOLDER
    for key in ("cache_dir", "baseline"):
        if key in values:
            base = Path.cwd() if key.replace("_", "-") in given else root
            values[key] = base / str(values[key])
    return Settings(root=root, config_file=file, **values)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------------ the file


def _nearest_table(start: Path) -> tuple[Path | None, Mapping[str, object], str]:
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file():
            text = _text(file)
            if TOOL in text and (table := _tool_table(file, text)) is not None:
                return file, table, text
    return None, {}, ""


def _table_of_named_file(file: Path) -> tuple[Mapping[str, object], str]:
    text = _text(file)
    if file.name == "pyproject.toml":
        return _tool_table(file, text) or {}, text
    return _parsed(file, text), text


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


def _tool_table(file: Path, text: str) -> Mapping[str, object] | None:
    tools = _parsed(file, text).get("tool", {})
    table = tools.get(TOOL) if isinstance(tools, Mapping) else None
    if table is not None and not isinstance(table, Mapping):
        message = f"{_place(file, text)}: expected a table, found {shown(table)}"
        raise SettingsError(message)
    return table


def place(file: Path | None, *keys: str | int) -> str:
    """`file:line: key` for a key below our table in the file; just the key where there is no file. Raises SettingsError if it cannot be read."""
    return _place(file, _text(file), *keys) if file is not None else dotted(keys)


def _place(file: Path | None, text: str, *keys: str | int) -> str:
    """`file:line: key`, at the line that sets the key."""
    above = ("tool", TOOL) if file is not None and file.name == "pyproject.toml" else ()
    line = line_of(text, (*above, *keys))
    return f"{file}:{line}: {dotted(keys) or TOOL}" if line else f"{file}: {dotted(keys)}"


def _project_root(paths: Sequence[Path]) -> Path:
    """The nearest folder with a project marker at or above all the paths; without one the folder that holds them."""
    folders = [path if path.is_dir() else path.parent for path in paths]
    common = next(place for place in (folders[0], *folders[0].parents) if all(folder.is_relative_to(place) for folder in folders))
    above = (common, *common.parents)
    return next((place for place in above if any((place / marker).exists() for marker in _PROJECT_MARKERS)), common)


# ---------------------------------------------------------------------------------------------------------- the values


def _checked(table: Mapping[str, object], place: Callable[[str], str]) -> dict[str, object]:
    """Keys with hyphens and raw values -> fields and checked values."""
    values: dict[str, object] = {}
    for key, value in table.items():
        if key not in _KEYS:
            message = f"{place(key)}: unknown key{did_you_mean(key.replace('_', '-'), _KEYS)}"
            raise SettingsError(message)
        try:
            values[key.replace("-", "_")] = _KEYS[key](value)
        except _Invalid as error:
            message = f"{place(key)}: {error}"
            raise SettingsError(message) from error
    return values


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


def _offloader(value: object) -> str:
    if not isinstance(value, str) or not _OFFLOADER.fullmatch(value):
        message = f'expected a function\'s name such as "asyncio.to_thread", found {shown(value)}'
        raise _Invalid(message)
    return value


def _one_of(*choices: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            near = did_you_mean(value, choices) if isinstance(value, str) else ""
            message = f"expected one of {', '.join(choices)}, found {shown(value)}{near}"
            raise _Invalid(message)
        return value

    return check


_ADDED = frozenset(("extend_select", "extend_ignore", "extend_exclude"))
"""Fields that a command line adds to."""

_KEYS: Mapping[str, Callable[[object], object]] = {
    "select": _strings,
    "ignore": _strings,
    "extend-select": _strings,
    "extend-ignore": _strings,
    "per-file-ignores": _ignores_by_pattern,
    "exclude": _strings,
    "extend-exclude": _strings,
    "force-exclude": _boolean,
    "respect-gitignore": _boolean,
    "src": _strings,
    "include-tests": _boolean,
    "min-confidence": _one_of(*CONFIDENCES),
    "output-format": _one_of(*OUTPUT_FORMATS),
    "offloader": _offloader,
    "baseline": _path,
    "jobs": _count,
    "cache-dir": _path,
    "use-cache": _boolean,
    "catalogue": _table,
}
