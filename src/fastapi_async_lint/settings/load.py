"""Files and the command line -> Settings, or a SettingsError that says where and what."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fastapi_async_lint.settings.files import NO_TABLE, Table, Tables, common_folder, named
from fastapi_async_lint.settings.model import Settings, SettingsError
from fastapi_async_lint.settings.places import dotted
from fastapi_async_lint.settings.values import Speaker, checked, field_of, require_folders, require_room

CACHE_FOLDER = ".fastapi_async_lint_cache"
_PROJECT_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")

OPTIONS = Speaker("option", lambda key: f"command line: --{key}", lambda key: f"--{key}")
ARGUMENTS = Speaker("argument", lambda key: f"argument {field_of(key)}", field_of)
"""What gives the overrides: a command line, a Python program."""

_SELECTING = ("select", "extend_select", "ignore", "extend_ignore")
_ADDED = frozenset(("extend_select", "extend_ignore", "extend_exclude"))
"""Fields that a command line adds to."""


def load(
    paths: Sequence[Path] = (),
    config: Path | None = None,
    *,
    isolated: bool = False,
    overrides: Mapping[str, object] | None = None,
    speaker: Speaker = OPTIONS,
) -> Settings:
    """The settings for linting `paths`, whatever their order.

    They come from `config`: a pyproject.toml, or another TOML file with the same table or with the keys at its top. Without it from the nearest
    pyproject.toml with a `[tool.fastapi-async-lint]` table at or above the folder that the paths have in common, else from the first that
    one of them leads to, else they are the defaults; `isolated` reads none.
    `overrides` are fields by name, as a command line sets them; a value None is not set. They are checked like the file's, `speaker` says how
    to speak of them in errors, and they replace the file's, but for the lists that extend others, which add to them; what they select and
    ignore counts before what the file does. Only here `root` may be set too, for callers that know the project's folder.
    """
    if isolated and config is not None:
        message = f"{speaker.place('isolated')}: settings come from no file; {speaker.spelt('config')} {config} was not expected with it"
        raise SettingsError(message)
    resolved = [path.resolve() for path in paths or (Path(),)]
    table = NO_TABLE if isolated else named(config.resolve()) if config is not None else Tables().of(resolved)
    given = {key.replace("_", "-"): value for key, value in (overrides or {}).items() if value is not None}
    known_root = given.pop("root", None)
    own = checked(given, speaker)
    values = _merged(checked(table.keys, Speaker("key", table.place, str)), own)
    root = Path(str(known_root)).resolve() if known_root is not None else _root(table, resolved)
    values["cache_dir"] = values.get("cache_dir") or root / CACHE_FOLDER
    for name in ("cache_dir", "baseline"):
        if name in values:
            values[name] = (Path.cwd() if name in own else root) / str(values[name])

    settings = Settings(root=root, config_file=table.file, overridden=frozenset(own), **values)  # type: ignore[arg-type]  # checked above
    _check_folders(settings, _placing(table, own, speaker), kept_where_set={"cache_dir"} & {*own, *map(field_of, table.keys)})
    return settings


def overlooked(paths: Sequence[Path], settings: Settings) -> tuple[Path, ...]:
    """The other files with a table of ours that some of the paths lead to: one run has the settings of one file. Sorted."""
    resolved = [path.resolve() for path in paths or (Path(),)]
    return tuple(Tables().others(resolved, settings.config_file))


def _merged(values: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    """The values of a file with those of a command line on top, which also says what is to count first."""
    merged = {name: value for name, value in values.items() if not ("select" in own and name in _SELECTING)}
    for name, value in own.items():
        before = merged.get(name)
        merged[name] = before + value if name in _ADDED and isinstance(before, tuple) and isinstance(value, tuple) else value
    if "select" not in own:
        merged["overruling_select"] = own.get("extend_select", ())
        merged["overruling_ignore"] = (*_words(own.get("ignore")), *_words(own.get("extend_ignore")))
    return merged


def _words(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _placing(table: Table, own: Mapping[str, object], speaker: Speaker) -> Callable[..., str]:
    """Where a key is set."""

    def place(key: str, *inner: int) -> str:
        return speaker.place(dotted((key, *inner))) if field_of(key) in own else table.place(key, *inner)

    return place


def _check_folders(settings: Settings, place: Callable[..., str], kept_where_set: set[str]) -> None:
    """SettingsError for folders that are none."""
    require_folders(settings.src, settings.root, lambda number: place("src", number))
    if settings.use_cache and settings.cache_dir is not None and kept_where_set:
        require_room(settings.cache_dir, place("cache-dir"))


def _root(table: Table, paths: Sequence[Path]) -> Path:
    """The folder of the table's pyproject.toml if it is above any of the paths; else the nearest folder with a project marker at or above
    all of them; without one the folder that holds them.
    """
    file = table.file
    if file is not None and file.name == "pyproject.toml" and any(path.is_relative_to(file.parent) for path in paths):
        return file.parent
    common = common_folder(paths)
    return next((place for place in (common, *common.parents) if any(_exists(place / marker) for marker in _PROJECT_MARKERS)), common)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
