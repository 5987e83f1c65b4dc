"""What a project can set, with its defaults: one frozen value, and the error that says what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

OUTPUT_FORMATS = ("concise", "full", "github", "gitlab", "html", "json", "jsonl", "junit", "rdjson", "sarif")
CONFIDENCES = ("likely", "certain")

DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "dist-packages",
    "node_modules",
    "site-packages",
)
"""Folders that never hold a project's own sources. Virtual environments of any name, and `build`, `dist` and `venv` where they
hold no Python file themselves, are left out by what is in them, not by name: see sources/exclusion.py."""


class SettingsError(Exception):
    """The settings are wrong. The message names the file, the line, the key, what was expected and the nearest valid word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that a project or a command line can set. Field names are the keys of the table with `_` for `-`."""

    root: Path
    """The project's folder: of the configuration file, else of the nearest project marker above the first path."""
    config_file: Path | None = None
    """The file that the settings come from; None where nothing is set."""
    select: tuple[str, ...] = ("FAL",)
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    src: tuple[str, ...] = ()
    """Folders, relative to the root, that imports start from; they come before every folder found by looking."""
    include_tests: bool = False
    min_confidence: str = "likely"
    output_format: str = "full"
    offloader: str = "run_in_threadpool"
    baseline: Path | None = None
    """The file of findings that are known already, absolute."""
    jobs: int = 0
    """How many processes read files; 0: one for each usable core."""
    cache_dir: Path | None = None
    """Where facts are kept; `load` sets it to a folder in the root. None: nowhere."""
    use_cache: bool = True
    catalogue: Mapping[str, object] = field(default_factory=dict, hash=False)
    """The raw tables of `[tool.fastapi-async-lint.catalogue]`; the catalogue's loader checks them."""
