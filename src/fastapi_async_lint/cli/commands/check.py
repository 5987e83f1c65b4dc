"""`check`: findings in the given files and folders."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from fastapi_async_lint.cli import ERROR, preamble
from fastapi_async_lint.cli.adoption import Adoption
from fastapi_async_lint.cli.destinations import Destination, FormatAndFile, all_of, for_stdout, require_suppressed_shown
from fastapi_async_lint.cli.fixing import Fixing, Stored, as_on_disk, difference, explained, hand_out, headline, with_refusals, write
from fastapi_async_lint.cli.options import CONTEXT, Command, Count, FileCodes, Rules, Word, Words, in_section
from fastapi_async_lint.cli.output import PLAIN_WIDTH, Meter, read_stdin, reserve, say, wants_colour, wants_links, width, write_file
from fastapi_async_lint.cli.program import PROGRAM
from fastapi_async_lint.findings import Confidence
from fastapi_async_lint.reports import View, formats, load

if TYPE_CHECKING:
    from fastapi_async_lint.engine import Question
    from fastapi_async_lint.results import Repair, Report
    from fastapi_async_lint.settings import Settings

NAMELESS = "stdin.py"
_rules, _fixes, _output, _adoption, _files, _running = (
    in_section(title) for title in ("Rules", "Fixes", "Output", "Adoption", "Files", "Running")
)
_words = {"type": Rules(), "multiple": True, "metavar": "CODES"}
_globs = {"type": Words(), "multiple": True, "metavar": "GLOBS"}


@dataclass(frozen=True, slots=True)
class Talk:
    """What is asked of the output, beside the settings."""

    formats: tuple[Destination, ...]
    """As given with --output-format."""
    output_file: Path | None
    report_suppressed: bool
    statistics: bool
    exit_zero: bool
    quiet: bool
    verbose: bool

    def verify(self) -> None:
        """Complain about what contradicts itself."""
        if self.quiet and self.verbose:
            raise click.UsageError("--quiet and --verbose: one asks for less, the other for more; choose one")

    @property
    def filing(self) -> str:
        """The option that asks for a report in a file; empty if none does."""
        in_files = any(destination.file is not None for destination in self.formats)
        return "--output-file" if self.output_file is not None else "--output-format" if in_files else ""


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be checked: paths, and what stands on standard input, which is one of them then."""

    paths: tuple[Path, ...]
    texts: Mapping[Path, str]
    raw: Mapping[Path, bytes]
    """The same texts as they came."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked beside the settings."""

    talk: Talk
    adoption: Adoption
    fixing: Fixing


@click.command(cls=Command, context_settings=CONTEXT)
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@_rules("--select", **_words, help="Report only these rules; extend- adds more.")
@_rules("--extend-select", **_words, joins="--select")
@_rules("--ignore", **_words, help="Do not report these; extend- adds more.")
@_rules("--extend-ignore", **_words, joins="--ignore")
@_rules("--per-file-ignores", type=FileCodes(), multiple=True, metavar="GLOB:CODES", help="Do not report these in matching files.")
@_rules("--min-confidence", type=Word(tuple(Confidence)), metavar="LEVEL", help="Least confidence: likely or certain.")
@_rules("--include-tests", is_flag=True, default=None, help="Report test files too.")
@_fixes("--fix", is_flag=True, help="Apply the fixes that keep the meaning.")
@_fixes("--unsafe-fixes", is_flag=True, help="Also apply those that may change it.")
@_fixes("--diff", is_flag=True, help="Show a patch instead, or fix without a report.")
@_fixes("--fix-only", is_flag=True, joins="--diff")
@_fixes("--show-fixes", is_flag=True, help="List what was fixed, and why the rest was not.")
@_fixes("--exit-non-zero-on-fix", is_flag=True, help="Exit 1 if anything was fixed.")
@_output(
    "--output-format",
    "formats",
    type=FormatAndFile(formats()),
    multiple=True,
    metavar="FORMAT[:FILE]",
    help=" ".join(formats()),
)
@_output("--output-file", type=click.Path(path_type=Path), metavar="FILE", help="Write the report there, not to the terminal.")
@_output("--report-suppressed", is_flag=True, help="In SARIF: also what comments silence.")
@_output("--statistics", is_flag=True, help="Add counts, and how much was understood.")
@_output("--exit-zero", is_flag=True, help="Exit 0 even if there are findings.")
@_output("-q", "--quiet", is_flag=True, help="Print findings only, or every step's source.")
@_output("-v", "--verbose", is_flag=True, joins="--quiet")
@_adoption("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Leave out the findings that this file knows.")
@_adoption("--write-baseline", type=click.Path(path_type=Path), metavar="FILE", help="Write all findings to this file.")
@_adoption("--add-noqa", bare=True, metavar="[=REASON]", help="Silence each finding with a comment.")
@_adoption("--since", metavar="REV", help="Report only what concerns changes since git's REV.")
@_files("--exclude", **_globs, help="Paths to skip; extend- adds to defaults.")
@_files("--extend-exclude", **_globs, joins="--exclude")
@_files("--force-exclude", is_flag=True, default=None, help="Skip them even if they are named.")
@_files("--respect-gitignore/--no-respect-gitignore", default=None, help="Skip what git ignores (the default).")
@_files("--stdin-filename", type=click.Path(path_type=Path), metavar="FILE", help="The file that standard input (-) is.")
@_running("--config", type=click.Path(path_type=Path), metavar="FILE", help="Read settings from this file, or from none.")
@_running("--isolated", is_flag=True, joins="--config")
@_running("--show-settings", is_flag=True, help="Print the settings or files; check nothing.")
@_running("--show-files", is_flag=True, joins="--show-settings")
@_running("--cache-dir", type=click.Path(path_type=Path), metavar="DIR", help="Where to keep the cache, or keep none.")
@_running("--no-cache", is_flag=True, joins="--cache-dir")
@_running("--jobs", type=Count(), metavar="N", help="Processes that read files; 0: one per core.")
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
    talk.verify()
    adoption = Adoption(**{name: options.pop(name) for name in Adoption.__slots__})  # type: ignore[arg-type]
    adoption.verify(on_standard_input="-" in paths)
    fixing = Fixing(**{name: options.pop(name) for name in Fixing.__slots__})  # type: ignore[arg-type]
    fixing.verify(adopting=adoption.option, filing=talk.filing)
    given = _input(paths, stdin_filename)
    overrides = _overrides(options | {"output_format": for_stdout(talk.formats)})
    if no_cache:
        overrides["use_cache"] = False
    try:
        chosen = settings.load(given.paths, config, isolated=isolated, overrides=overrides)
        if config is None and not isolated and not talk.quiet:
            say(preamble.warning(given.paths, chosen), sys.stderr)
        if show_settings:
            say(settings.describe(chosen), sys.stdout)
            return 0
        if show_files:
            say("".join(f"{path}\n" for path in engine.files(given.paths, chosen)), sys.stdout)
            return 0
        return _run(given, chosen, Wishes(talk, adoption, fixing))
    except (settings.SettingsError, PathError) as error:
        raise click.ClickException(str(error)) from error


def _run(given: Given, settings: "Settings", wishes: Wishes) -> int:
    """Check, and fix if that is asked; the exit code."""
    talk, fixing = wishes.talk, wishes.fixing
    if settings.output_format not in formats():
        raise click.ClickException(
            f"{settings.config_file}: output-format: expected one of {', '.join(formats())}, found {settings.output_format!r}"
        )
    destinations = all_of(talk.formats, settings.output_format, talk.output_file)
    if talk.report_suppressed:
        require_suppressed_shown(destinations)
    for destination in destinations:
        if destination.file is not None:
            reserve(destination.file, "--output-file" if destination.file is talk.output_file else "--output-format")
    if talk.verbose:
        say(preamble.details(settings), sys.stderr)
    started = time.monotonic()
    repaired = _repair(given, settings, wishes, edits=any(load(name).WANTS_EDITS for name, _ in destinations))
    if talk.verbose:
        say(f"checked {repaired.report.statistics.files} files in {time.monotonic() - started:.2f} s\n", sys.stderr)
    if fixing.diff:
        return _show_difference(repaired, given, wishes)
    stored, report = _store(repaired, given, settings, wishes)
    remarks = _remarks(stored, report, wishes)
    try:
        if not fixing.fix_only:
            if (left := wishes.adoption.adopt(report, settings, quiet=talk.quiet)) is not report:
                report = left
                wishes = replace(wishes, talk=replace(talk, quiet=talk.quiet or not left.findings))
            if _tell(report, destinations, wishes, stdout_is_taken=fixing.is_asked and bool(given.raw)):
                remarks = ""
    finally:  # the files have been written, whatever becomes of the report
        say(remarks, sys.stderr)
        _complain(stored.complaints)
    if stored.complaints:
        return ERROR
    has_failed = (bool(report.findings) and not fixing.fix_only) or (fixing.exit_non_zero_on_fix and bool(stored.fixed))
    return int(has_failed and not talk.exit_zero)


def _repair(given: Given, settings: "Settings", wishes: Wishes, *, edits: bool) -> "Repair":
    """The report, after fixing if that is asked."""
    from fastapi_async_lint.repair import fix
    from fastapi_async_lint.results import Repair

    if not wishes.fixing.is_asked:
        return Repair(_check(given, settings, wishes, edits=edits), {}, {}, (), ())
    question, chosen = _question(settings, wishes, edits=edits), wishes.adoption.settings(settings)
    unsafe, within = wishes.fixing.unsafe_fixes, frozenset(given.texts) or None
    with Meter(sys.stderr, quiet=wishes.talk.quiet) as meter:
        return fix(given.paths, chosen, unsafe=unsafe, overlays=given.texts, progress=meter, question=question, within=within)


def _check(given: Given, settings: "Settings", wishes: Wishes, *, edits: bool) -> "Report":
    from fastapi_async_lint import engine

    question, chosen = _question(settings, wishes, edits=edits), wishes.adoption.settings(settings)
    with Meter(sys.stderr, quiet=wishes.talk.quiet) as meter:
        return engine.check(given.paths, chosen, overlays=given.texts, progress=meter, question=question)


def _question(settings: "Settings", wishes: Wishes, *, edits: bool) -> "Question":
    from fastapi_async_lint.engine import Question

    return Question(changes=wishes.adoption.changes(settings), edits=edits)


def _show_difference(repaired: "Repair", given: Given, wishes: Wishes) -> int:
    """The patch to standard output, words on it to standard error."""
    patch, complaints = difference(repaired, Path.cwd(), given.raw)
    say(patch, sys.stdout)
    text = headline(repaired.fixed, len(repaired.texts), written=False) or "Nothing to fix."
    report = as_on_disk(repaired, with_refusals(repaired))
    shown = explained(report, repaired.fixed, Path.cwd(), verb="would be fixed") if wishes.fixing.show_fixes else ""
    say(shown if wishes.talk.quiet else f"{shown}{text}\n", sys.stderr)
    _complain(complaints)
    return ERROR if complaints else int(bool(repaired.texts) and not wishes.talk.exit_zero)


def _store(repaired: "Repair", given: Given, settings: "Settings", wishes: Wishes) -> tuple[Stored, "Report"]:
    """The fixed texts go where they came from; what became of them, and the report on what is there now."""
    if not wishes.fixing.is_asked:
        return Stored((), 0), repaired.report
    if given.raw:
        for path, raw in given.raw.items():
            hand_out(repaired, path, raw)
        return Stored(repaired.fixed, len(repaired.texts)), with_refusals(repaired)
    stored = write(repaired, Path.cwd())
    if stored.complaints:  # what was not written is as it was
        report = _check(given, settings, wishes, edits=bool(repaired.report.edits))
        return stored, with_refusals(replace(repaired, report=report))
    return stored, with_refusals(repaired)


def _remarks(stored: Stored, report: "Report", wishes: Wishes) -> str:
    """What is said of fixes beside the report."""
    text = headline(stored.fixed, stored.files, written=True)
    verb = "fixed" if wishes.fixing.is_asked else ""
    shown = explained(report, stored.fixed, Path.cwd(), verb=verb) if wishes.fixing.show_fixes else ""
    return f"{shown}{text}\n" if text and not wishes.talk.quiet else shown


def _complain(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        say(f"{PROGRAM}: error: {sentence}\n", sys.stderr)


def _tell(report: "Report", destinations: Sequence[Destination], wishes: Wishes, *, stdout_is_taken: bool) -> bool:
    """The reports go to their files and one to stdout, or where that is taken to stderr; summary and statistics to stdout unless a program
    reads there, then to stderr. Whether a program reads stderr, too: then there is no place for them.
    """
    from fastapi_async_lint.reports.parts.totals import statistics, summary

    talk = wishes.talk
    in_file = View(Path.cwd(), width=PLAIN_WIDTH, detailed=talk.verbose, suppressed=talk.report_suppressed)
    stream = sys.stderr if stdout_is_taken else sys.stdout
    beside = stream
    for name, file in destinations:
        form = load(name)
        if file is not None:
            write_file(file, form.render(report, in_file))
            continue
        on_stream = replace(in_file, colour=wants_colour(stream), width=width(stream), links=wants_links(stream))
        say(form.render(report, on_stream), stream)
        beside = stream if form.FOR_PEOPLE else sys.stderr
        if stdout_is_taken and not form.FOR_PEOPLE:
            return True
    if talk.statistics:
        say(f"{statistics(report)}\n", beside)
    if not talk.quiet:
        say(f"{summary(report, wishes.adoption.since)}\n", beside)
    return False


def _input(paths: tuple[str, ...], stdin_filename: Path | None) -> Given:
    if "-" in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` is standard input and stands alone; other paths cannot be checked with it")
        file = (Path.cwd() / (stdin_filename or NAMELESS)).resolve()
        if file.is_dir():
            raise click.UsageError(f"--stdin-filename {stdin_filename}: a file was expected, this is a folder")
        raw, text = read_stdin()
        return Given((file,), {file: text}, {file: raw})
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename names the text on standard input; the path `-` was expected with it")
    return Given(tuple(Path(path) for path in paths) or (Path(),), {}, {})


def _overrides(options: Mapping[str, object]) -> dict[str, object]:
    """The options that were given; several of the same list make one."""
    pairs = cast(tuple[tuple[str, tuple[str, ...]], ...], options["per_file_ignores"])
    values = {name: sum(value, ()) if isinstance(value, tuple) else value for name, value in options.items()}
    values["per_file_ignores"] = {glob: sum((codes for other, codes in pairs if other == glob), ()) for glob, _ in pairs}
    return {name: value for name, value in values.items() if value not in (None, (), {})}
