"""`[tool.fastapi-async-lint]` of a pyproject.toml -> frozen Settings; which codes are on, where.

The command line, the flake8 plugin and the editor all come through `load`, so one project has one answer.
"""

from fastapi_async_lint.settings.describe import describe
from fastapi_async_lint.settings.files import origin, place
from fastapi_async_lint.settings.globs import Globs
from fastapi_async_lint.settings.load import ARGUMENTS, load, overlooked
from fastapi_async_lint.settings.model import DEFAULT_EXCLUDE, OUTPUT_FORMATS, Settings, SettingsError
from fastapi_async_lint.settings.selection import check_selectors, is_selected
from fastapi_async_lint.settings.values import validate

__all__ = [
    "ARGUMENTS",
    "DEFAULT_EXCLUDE",
    "OUTPUT_FORMATS",
    "Globs",
    "Settings",
    "SettingsError",
    "check_selectors",
    "describe",
    "is_selected",
    "load",
    "origin",
    "overlooked",
    "place",
    "validate",
]
