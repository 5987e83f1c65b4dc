"""What the commands' options have in common: sections in the help, lists of words, and errors that name the nearest valid word."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class Option(click.Option):
    """An option that stands in a section of the help."""

    def __init__(self, *args: Any, section: str, **attributes: Any) -> None:
        self.section = section
        super().__init__(*args, **attributes)


class Command(click.Command):
    """A command whose help shows its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Sections in the order in which they first appear."""
        write_sections(self.get_params(ctx), ctx, formatter)


def in_section(section: str) -> Callable[..., Callable[[_Decorated], _Decorated]]:
    """`click.option` for options of that section."""

    def option(*names: str, **attributes: Any) -> Callable[[_Decorated], _Decorated]:
        return click.option(*names, cls=Option, section=section, **attributes)

    return option


def write_sections(
    parameters: Iterable[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter, extra: Iterable[click.Parameter] = ()
) -> None:
    """Write the options, those without a section last, each one once."""
    sections: dict[str, dict[str, str]] = {}
    general: dict[str, str] = {}
    for parameter in (*parameters, *extra):
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx)):
            rows = sections.setdefault(parameter.section, {}) if isinstance(parameter, Option) else general
            rows[record[0]] = record[1]
    for title, rows in [*sections.items(), ("General", general)]:
        if rows:
            with formatter.section(title):
                formatter.write_dl(list(rows.items()), col_max=34)


class Word(click.ParamType[str]):
    """One of some words."""

    name = "word"

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, or an error with the nearest one."""
        if value not in self.words:
            near = difflib.get_close_matches(str(value), self.words, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            self.fail(f"{value!r} is not one of {', '.join(self.words)}{hint}", param, ctx)
        return str(value)


class Words(click.ParamType[tuple[str, ...]]):
    """Words separated by commas or blanks; the option may be given several times."""

    name = "list"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The words, in order, or an error if there is none."""
        words = tuple(str(value).replace(",", " ").split()) if not isinstance(value, tuple) else value
        if not words:
            self.fail("a list of words separated by commas was expected", param, ctx)
        return words


class FileCodes(click.ParamType[tuple[str, tuple[str, ...]]]):
    """`PATTERN:CODES`: a glob and the codes to ignore in the files that it matches."""

    name = "pattern:codes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, tuple[str, ...]]:
        """The pattern and its codes, split at the last colon."""
        if isinstance(value, tuple):
            return value
        pattern, _, codes = str(value).rpartition(":")
        words = tuple(codes.replace(",", " ").split())
        if not pattern or not words:
            self.fail(f"{value!r} is not of the form PATTERN:CODES, such as 'scripts/*:FAL104,FAL105'", param, ctx)
        return pattern, words
