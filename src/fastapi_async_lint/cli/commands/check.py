"""`check`: findings in the given files and folders."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from fastapi_async_lint.cli.options import CONTEXT, Command, FileCodes, Word, Words, in_section
from fastapi_async_lint.cli.output import PLAIN_WIDTH, meter, read_stdin, reserve, say, wants_colour, width, write_file
from fastapi_async_lint.findings import Confidence
from fastapi_async_lint.reports import View, formats, load

if TYPE_CHECKING:
    from fastapi_async_lint.results import Report
    from fastapi_async_lint.settings import Settings

NAMELESS = "stdin.py"
_rules, _output, _files, _running = (in_section(title) for title in ("Rules", "Output", "Files", "Running"))
_words = {"type": Words(), "multiple": True, "metavar": "CODES"}
_globs = {"type": Words(), "multiple": True, "metavar": "GLOBS"}


@dataclass(frozen=True, slots=True)
class Talk:
    """What is asked of the output, beside the settings."""

    output_file: Path | None
    statistics: bool
    exit_zero: bool
    quiet: bool
    verbose: bool


@click.command(cls=Command, context_settings=CONTEXT)
@click.argument("paths", nargs=-1)
@_rules("--select", **_words, help="Only these codes or prefixes (FAL2, FAL103).")
@_rules("--ignore", **_words, help="Not these.")
@_rules("--extend-select", **_words, help="Also these, beside the configured ones.")
@_rules("--extend-ignore", **_words, help="Not these either.")
@_rules("--per-file-ignores", type=FileCodes(), multiple=True, metavar="GLOB:CODES", help="Not these in matching files.")
@_rules("--min-confidence", type=Word(tuple(Confidence)), metavar="LEVEL", help="Leave out what is less sure: likely or certain.")
@_rules("--include-tests", is_flag=True, default=None, help="Report test files too.")
@_output("--output-format", type=Word(formats()), metavar="FORMAT", help=f"One of {', '.join(formats())}.")
@_output("--output-file", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to this file.")
@_output("--statistics", is_flag=True, help="Add counts, and how much could be resolved.")
@_output("--exit-zero", is_flag=True, help="Exit 0 even if there are findings.")
@_output("-q", "--quiet", is_flag=True, help="Findings only.")
@_output("-v", "--verbose", is_flag=True, help="Say more; show tracebacks.")
@_files("--exclude", **_globs, help="Leave these out, instead of the usual ones.")
@_files("--extend-exclude", **_globs, help="Leave these out too.")
@_files("--force-exclude", is_flag=True, default=None, help="Leave them out even if named as PATHS.")
@_files("--respect-gitignore/--no-respect-gitignore", default=None, help="Leave out what git ignores.")
@_files("--stdin-filename", type=click.Path(path_type=Path), metavar="FILE", help="What `-`, the text on standard input, is.")
@_files("--show-files", is_flag=True, help="List the files that would be checked.")
@_running("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings from this TOML file.")
@_running("--isolated", is_flag=True, help="No settings from files.")
@_running("--show-settings", is_flag=True, help="Show the settings that apply.")
@_running("--cache-dir", type=click.Path(path_type=Path), metavar="DIR", help="Where to remember what was read.")
@_running("--no-cache", is_flag=True, help="Remember nothing.")
@_running("--jobs", type=click.IntRange(min=0), metavar="N", help="Processes that read files; 0 is one per core.")
def command(
    paths: tuple[str, ...],
    *,
    config: Path | None,
    isolated: bool,
    stdin_filename: Path | None,
    show_files: bool,
    show_settings: bool,
    no_cache: bool,
    **options: object,
) -> int:
    """Find what blocks the event loop in FastAPI applications, in PATHS or in the current folder."""
    from fastapi_async_lint import engine, settings
    from fastapi_async_lint.sources import PathError

    talk = Talk(**{name: options.pop(name) for name in Talk.__slots__})  # type: ignore[arg-type]
    places, overlays = _input(paths, stdin_filename)
    overrides = _overrides(options)
    if no_cache:
        overrides["use_cache"] = False
    try:
        chosen = settings.load(places, config, isolated=isolated, overrides=overrides)
        if show_settings:
            say(settings.describe(chosen), sys.stdout)
            return 0
        if show_files:
            say("".join(f"{path}\n" for path in engine.files(places, chosen)), sys.stdout)
            return 0
        return _check(places, chosen, overlays, talk)
    except (settings.SettingsError, PathError) as error:
        raise click.ClickException(str(error)) from error


def _check(places: Sequence[Path], settings: "Settings", overlays: Mapping[Path, str], talk: Talk) -> int:
    from fastapi_async_lint import engine

    if settings.output_format not in formats():
        raise click.ClickException(
            f"{settings.config_file}: output-format: expected one of {', '.join(formats())}, found {settings.output_format!r}"
        )
    if talk.output_file is not None:
        reserve(talk.output_file)
    if talk.verbose:
        say(f"settings: {settings.config_file or 'none found, defaults apply'}\n", sys.stderr)
    started = time.monotonic()
    report = engine.check(places, settings, overlays=overlays, progress=None if talk.quiet else meter(sys.stderr))
    if talk.verbose:
        say(f"checked {report.statistics.files} files in {time.monotonic() - started:.2f} s\n", sys.stderr)
    _tell(report, settings.output_format, talk)
    return int(bool(report.findings) and not talk.exit_zero)


def _tell(report: "Report", name: str, talk: Talk) -> None:
    """The report goes to its file or to stdout; summary and statistics to stdout unless a program reads there."""
    from fastapi_async_lint.reports.parts.totals import statistics, summary

    form = load(name)
    if talk.output_file is not None:
        write_file(talk.output_file, form.render(report, View(Path.cwd(), colour=False, width=PLAIN_WIDTH)))
    else:
        say(form.render(report, View(Path.cwd(), colour=wants_colour(sys.stdout), width=width(sys.stdout))), sys.stdout)
    beside = sys.stdout if form.FOR_PEOPLE or talk.output_file is not None else sys.stderr
    if talk.statistics:
        say(f"{statistics(report)}\n", beside)
    if not talk.quiet:
        say(f"{summary(report)}\n", beside)


def _input(paths: tuple[str, ...], stdin_filename: Path | None) -> tuple[tuple[Path, ...], dict[Path, str]]:
    """The paths to check, and the text of the one that stands on standard input."""
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` is standard input and stands alone; other paths cannot be checked with it")
        file = Path.cwd() / (stdin_filename or NAMELESS)
        return (file,), {file: read_stdin()}
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename names the text on standard input; the path `-` was expected with it")
    return tuple(Path(path) for path in paths) or (Path(),), {}


def _overrides(options: Mapping[str, object]) -> dict[str, object]:
    """The options that were given; several of the same list make one."""
    pairs = cast(tuple[tuple[str, tuple[str, ...]], ...], options["per_file_ignores"])
    values = {name: sum(value, ()) if isinstance(value, tuple) else value for name, value in options.items()}
    values["per_file_ignores"] = {glob: sum((codes for other, codes in pairs if other == glob), ()) for glob, _ in pairs}
    return {name: value for name, value in values.items() if value not in (None, (), {})}
