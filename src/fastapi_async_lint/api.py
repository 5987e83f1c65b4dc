"""What Python programs may rely on: everything here is also an attribute of the package itself, and imported when it is first asked for."""

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path

from fastapi_async_lint import engine, settings
from fastapi_async_lint.findings import Confidence, Finding, Severity, Step
from fastapi_async_lint.results import Report, Statistics
from fastapi_async_lint.settings import Settings, SettingsError
from fastapi_async_lint.sources import PathError

__all__ = [
    "Confidence",
    "Finding",
    "PathError",
    "Report",
    "Settings",
    "SettingsError",
    "Severity",
    "Statistics",
    "Step",
    "check",
    "load_settings",
]


def check(
    paths: Iterable[str | PathLike[str]] = (".",),
    settings: Settings | None = None,
    *,
    texts: Mapping[str | PathLike[str], str] | None = None,
) -> Report:
    """The report on the Python files under `paths`, seen in their whole project; nothing is imported or run.

    Without `settings` those that `load_settings` finds for the paths hold. `texts` count instead of what the disk has at their paths. Raises
    PathError for a path that does not exist and SettingsError for settings that are wrong.
    """
    places = _paths(paths)
    overlays = {Path(path).resolve(): text for path, text in (texts or {}).items()}
    return engine.check(places, settings or load_settings(places), overlays=overlays)


def load_settings(
    paths: Iterable[str | PathLike[str]] = (".",), config: str | PathLike[str] | None = None, *, isolated: bool = False, **overrides: object
) -> Settings:
    """The settings for checking `paths`: those of `config`, else of the nearest pyproject.toml with a table of ours, else the defaults.

    With `isolated` no file counts. `overrides` are fields of Settings, checked as the file's values are. Raises SettingsError.
    """
    return settings.load(
        _paths(paths), Path(config) if config is not None else None, isolated=isolated, overrides=overrides, speaker=settings.ARGUMENTS
    )


def _paths(paths: Iterable[str | PathLike[str]]) -> tuple[Path, ...]:
    if isinstance(paths, str | PathLike):
        message = f"a list of paths was expected, this is one path: {paths!r}"
        raise TypeError(message)
    return tuple(Path(path) for path in paths)
