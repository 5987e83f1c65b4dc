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
    """Everything that a project or a command line can set. Field names are the keys of the table with `_` for `-`.

    The texts behind the keys are those of docs/settings.md.
    """

    root: Path
    """The project's folder: of the configuration file, else of the nearest project marker above the first path."""
    config_file: Path | None = None
    """The file that the settings come from; None where nothing is set."""
    select: tuple[str, ...] = ("FAL",)
    """The rules to report: codes (`FAL103`), beginnings of codes (`FAL2`), rules' names (`blocking-sleep`), `FAL` for all that are on by
    default, `ALL` for really all. See [which rule is on](#which-rule-is-on)."""
    ignore: tuple[str, ...] = ()
    """The rules not to report, written likewise."""
    extend_select: tuple[str, ...] = ()
    """Rules to report beside those of `select`; on the command line, beside those of the file."""
    extend_ignore: tuple[str, ...] = ()
    """Rules not to report beside those of `ignore`; on the command line, beside those of the file."""
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Rules not to report in some files: a table from a [pattern](#patterns) to a list of rules. `"!app/*"` is about all files that
    `app/*` does not match. On the command line, where it takes the place of the file's, `GLOB:CODES`."""
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    """[Patterns](#patterns) of files and folders to leave out, instead of the usual ones. They are not read at all: calls into them are not
    followed. Virtual environments of any name are left out besides."""
    extend_exclude: tuple[str, ...] = ()
    """Patterns of files and folders to leave out beside those of `exclude`; on the command line, beside those of the file."""
    force_exclude: bool = False
    """Leave them out even if they are named as paths, as [pre-commit](pre-commit.md) does."""
    respect_gitignore: bool = True
    """Leave out what git ignores."""
    src: tuple[str, ...] = ()
    """Folders that imports start from, where looking at the project does not show them, such as `["backend"]` for `backend/app` that is
    imported as `app`. They come before every folder found by looking. A folder that does not exist is an error."""
    include_tests: bool = False
    """Read and report test files too: `test_*.py`, `*_test.py`, `conftest.py` and what is below folders called `test` or `tests`. What the
    application imports of them is always read."""
    min_confidence: str = "likely"
    """The least sure findings to report: `"likely"` is all, `"certain"` leaves out those that are only likely."""
    output_format: str = "full"
    """How findings are written where the command line does not say; see [output.md](output.md)."""
    offloader: str = "run_in_threadpool"
    """What advice and fixes run a blocking call in a worker thread with. One that the catalogue knows, by its full name or its last one:
    `run_in_threadpool`, `asyncio.to_thread`, `anyio.to_thread.run_sync`, `asyncer.asyncify`, `asgiref.sync.sync_to_async`. Or a function of
    the project by its full name, `"app.threads.run"`, that is awaited and called as `f(function, *arguments, **keywords)`. Any other name
    is an error."""
    baseline: Path | None = None
    """A file of known findings, which are left out; see [adoption.md](adoption.md)."""
    jobs: int = 0
    """How many processes read files; 0 is one for each usable core."""
    cache_dir: Path | None = None
    """The folder that remembers what was read of each file, and the last report. It is made when something is kept and can be deleted at any
    time. Where nothing can be written nothing is remembered; `-v` says so."""
    use_cache: bool = True
    """`false` remembers nothing; on the command line `--no-cache`."""
    catalogue: Mapping[str, object] = field(default_factory=dict, hash=False)
    """Tables that tell the linter of libraries and of the project's own functions; see [catalogue-format.md](catalogue-format.md)."""
    overruling_select: tuple[str, ...] = ()
    """Of `extend_select` what the command line says: it counts before anything that a file says."""
    overruling_ignore: tuple[str, ...] = ()
    """Of `ignore` and `extend_ignore` what the command line says, likewise."""
    overridden: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """The fields that the command line or a caller has set, so that an error does not look for them in the file."""


NOT_KEYS = frozenset(("root", "config_file", "overruling_select", "overruling_ignore", "overridden"))
"""Fields that no key sets."""
