"""`--output-format` and `--output-file` -> which report goes where: one to standard output, any number to files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem

from fastapi_async_lint.cli.completion import files_behind
from fastapi_async_lint.cli.options import ParamType, one_of
from fastapi_async_lint.reports import formats, load


class Destination(NamedTuple):
    """A format, and the file that its report goes to; None is standard output."""

    format: str
    file: Path | None = None


class FormatAndFile(ParamType[Destination]):
    """`FORMAT` or `FORMAT:FILE`."""

    name = "format[:file]"

    def __init__(self, formats: Sequence[str]) -> None:
        self.formats = tuple(formats)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Destination:
        """The format and its file, or an error with the nearest format."""
        if isinstance(value, Destination):
            return value
        name, colon, file = str(value).partition(":")
        if complaint := one_of(name, self.formats):
            self.fail(complaint, param, ctx)
        if colon and not file:
            self.fail(f"{value!r} names no file; {name}:FILE was expected", param, ctx)
        return Destination(name, Path(file) if colon else None)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002  click's signature
        """The formats that begin so; behind the colon, files."""
        name, colon, file = incomplete.partition(":")
        if colon:
            return [files_behind(f"{name}:", file)] if name in self.formats else []
        return [CompletionItem(name) for name in self.formats if name.startswith(incomplete)]


def for_stdout(given: Sequence[Destination]) -> str | None:
    """The format that was chosen for standard output, None if none was; an error if several were."""
    chosen = list(dict.fromkeys(destination.format for destination in given if destination.file is None))
    if len(chosen) > 1:
        raise click.UsageError(
            f"--output-format: {' and '.join(chosen)} cannot both go to standard output; give all but one a file, as in {chosen[1]}:FILE"
        )
    return chosen[0] if chosen else None


def require_suppressed_shown(destinations: Sequence[Destination]) -> None:
    """An error unless one of the reports can tell what comments silence."""
    if not any(load(destination.format).SHOWS_SUPPRESSED for destination in destinations):
        able = " or ".join(name for name in formats() if load(name).SHOWS_SUPPRESSED)
        raise click.UsageError(
            f"--report-suppressed: no report of this run shows what is suppressed; --output-format {able} was expected with it"
        )


def all_of(given: Sequence[Destination], chosen: str, output_file: Path | None) -> tuple[Destination, ...]:
    """Every report there is to write, first the one that is standard output's unless `output_file` takes it; an error if two go to one file."""
    wanted = (Destination(chosen, output_file), *(destination for destination in given if destination.file is not None))
    files = [destination.file.resolve() for destination in wanted if destination.file is not None]
    for file in files:
        if files.count(file) > 1:
            raise click.UsageError(f"--output-format: two reports cannot both go to {file}")
    return wanted
