"""Paths and settings -> what is said before a check: which settings count, which do not, and whether anything can be remembered."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_async_lint.cli.program import PROGRAM

if TYPE_CHECKING:
    from fastapi_async_lint.settings import Settings


def warning(paths: Sequence[Path], settings: "Settings") -> str:
    """One line on other files with settings that the paths lead to; empty if there are none."""
    from fastapi_async_lint.settings import overlooked

    others = [_shown(file) for file in overlooked(paths, settings)]
    if not others:
        return ""
    counts = f"those of {_shown(settings.config_file)}" if settings.config_file is not None else "the defaults"
    named = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    return f"{PROGRAM}: warning: the settings of {named} do not count: one run has one file of settings, here {counts}\n"


def details(settings: "Settings") -> str:
    """For those who want to know: where the settings come from, and why nothing is kept if that is so."""
    from fastapi_async_lint.stores.entries import refusal

    said = f"settings: {settings.config_file or 'none found, defaults apply'}\n"
    reason = refusal(settings.cache_dir) if settings.use_cache and settings.cache_dir is not None else ""
    return f"{said}nothing is remembered in {settings.cache_dir}: {reason}\n" if reason else said


def _shown(file: Path | None) -> str:
    here = Path.cwd()
    return str(file.relative_to(here) if file is not None and file.is_relative_to(here) else file)
