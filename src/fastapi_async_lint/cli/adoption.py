"""What is done with findings that are there already: written to a baseline, silenced by comments, or left out because nobody touched them."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fastapi_async_lint.cli.output import reserve, say
from fastapi_async_lint.wording import counted

if TYPE_CHECKING:
    from fastapi_async_lint.findings import Finding
    from fastapi_async_lint.results import Report
    from fastapi_async_lint.revisions import Changes
    from fastapi_async_lint.settings import Settings
    from fastapi_async_lint.telling.baseline import Baseline, Entry


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was asked for."""

    add_noqa: str | None
    """The reason that the comments give, which may be empty."""
    write_baseline: Path | None
    since: str | None

    def verify(self, *, on_standard_input: bool) -> None:
        """Complain about what makes no sense together, and about a place where no baseline can be written."""
        if self.add_noqa is not None and self.write_baseline is not None:
            raise click.UsageError("--add-noqa and --write-baseline are two ways of accepting the same findings; choose one")
        if self.write_baseline is not None and self.since is not None:
            raise click.UsageError("--write-baseline writes what is known of the whole project; it does not go with --since")
        if on_standard_input and (self.add_noqa is not None or self.write_baseline is not None):
            raise click.UsageError("--add-noqa and --write-baseline change files; standard input is none")
        if self.add_noqa is not None and not self.add_noqa.isprintable():
            raise click.UsageError("--add-noqa: the reason becomes part of a comment; one line of text was expected")
        if self.write_baseline is not None:
            reserve(self.write_baseline, "--write-baseline")

    @property
    def option(self) -> str:
        """The option that accepts findings; empty if none does."""
        return "--write-baseline" if self.write_baseline is not None else "--add-noqa" if self.add_noqa is not None else ""

    def settings(self, settings: "Settings") -> "Settings":
        """Those of the run: a baseline that is to be written does not hide what belongs in it."""
        return replace(settings, baseline=None) if self.write_baseline is not None else settings

    def changes(self, settings: "Settings") -> "Changes | None":
        """What `--since` is about."""
        from fastapi_async_lint.revisions import RevisionError, changes_since

        if self.since is None:
            return None
        try:
            return changes_since(self.since, settings.root)
        except RevisionError as error:
            raise click.ClickException(f"--since: {error}") from error

    def adopt(self, report: "Report", settings: "Settings", *, quiet: bool) -> "Report":
        """Accept the report's findings; the report of what is left."""
        if self.write_baseline is not None:
            left, said = _write_baseline(report, settings, self.write_baseline)
        elif self.add_noqa is not None:
            report, left, said = _add_noqa(report, self.add_noqa.strip())
        else:
            return report
        if not quiet:
            say(f"{said}\n", sys.stderr)
        return replace(report, findings=tuple(left))


def _write_baseline(report: "Report", settings: "Settings", file: Path) -> tuple[Sequence["Finding"], str]:
    """Entries that this run could not judge stay; the others are written anew."""
    from fastapi_async_lint import writing
    from fastapi_async_lint.telling import baseline

    known = _read(file)
    others = [entry for entry, _ in _not_judged(known, report, settings)]
    recorded = [finding for finding in report.findings if baseline.is_recorded(finding)]
    try:
        writing.replace(known.file, baseline.write(recorded, known.file, others).encode())
    except OSError as error:
        raise click.ClickException(f"--write-baseline {file}: {error.strerror or error}") from error
    absorbed = len(baseline.apply(recorded, known).absorbed)
    new, gone = len(recorded) - absorbed, len(known.entries) - absorbed - len(others)
    said = f"{counted(len(recorded) + len(others), 'finding')} in {file}: {new} new, {gone} gone."
    if not recorded and not others:
        return list(report.findings), f"No findings are left for {file}: it is empty now."
    if settings.baseline is None or not settings.baseline.exists() or not settings.baseline.samefile(known.file):
        setting = Path(os.path.relpath(known.file, settings.root)).as_posix()
        said += f' To leave them out: --baseline {file}, or baseline = "{setting}" in [tool.fastapi-async-lint].'
    return [finding for finding in report.findings if not baseline.is_recorded(finding)], said


def _read(file: Path) -> "Baseline":
    """The baseline that is there so far. One that cannot be read is not written over: it may hold what this run does not see."""
    from fastapi_async_lint import engine
    from fastapi_async_lint.settings import SettingsError
    from fastapi_async_lint.telling.baseline import Baseline

    if not file.exists():
        return Baseline(file.resolve())
    try:
        return engine.read_baseline(file)
    except SettingsError as error:
        raise click.ClickException(f"{error}; correct it, or delete it to have it written anew") from error


def _not_judged(known: "Baseline", report: "Report", settings: "Settings") -> "list[tuple[Entry, int]]":
    from fastapi_async_lint.telling.gates import judged

    files = {*report.checked, *(path for path in known.paths() if not path.exists())}
    names = {text.code: text.name for text in report.rules}
    seen = set(judged(known, files, names, settings))
    return [entry for entry in known.entries if entry not in seen]


def _add_noqa(report: "Report", reason: str) -> tuple["Report", Sequence["Finding"], str]:
    """The report on the new texts, what is left of it, and what was done."""
    from fastapi_async_lint import writing
    from fastapi_async_lint.telling.silencing import silence

    done = silence(report.texts, report.findings, reason)
    failed: dict[Path, writing.WriteError] = {}
    for path, text in done.texts.items():
        try:
            writing.write(path, text, expected=report.texts[path])
        except writing.WriteError as error:
            failed[path] = error
    if failed:
        raise click.ClickException("--add-noqa: " + "; ".join(str(error) for error in failed.values()))
    rows = sum(
        old != new for path, text in done.texts.items() for old, new in zip(report.texts[path].splitlines(), text.splitlines(), strict=True)
    )
    said = f"Silenced {counted(len(done.silenced), 'finding')} in {counted(rows, 'line')} of {counted(len(done.texts), 'file')}."
    return replace(report, texts={**report.texts, **done.texts}), done.left, said if done.silenced else "There is nothing to silence."
