"""What the commands' options have in common: sections in the help, lists of words, and errors that name the nearest valid word."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from fastapi_async_lint.wording import nearest

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
if TYPE_CHECKING:
    ParamType = click.ParamType
else:

    class ParamType(click.ParamType):
        """Click's, which has no parameter before 8.4."""

        def __class_getitem__(cls, _: object) -> type:
            return cls


_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class Option(click.Option):
    """An option that stands in a section of the help; one that `joins` another shares its row, and the text behind it.

    The value of one that is `bare` may be left out. It then is the empty text, and never the next word, which is likely to be a path.
    """

    def __init__(self, *args: Any, section: str, joins: str = "", bare: bool = False, **attributes: Any) -> None:
        self.section = section
        self.joins = joins
        self.bare = bare
        super().__init__(*args, **attributes)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """As click's, but a switch and its opposite are one word."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        names, text = record
        if self.secondary_opts:
            names = self.opts[0].replace("--", "--[no-]", 1)
        if self.bare:
            names = names.replace(" [=", "[=")
        return names, text

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """As click's; the word behind one that is `bare` is likely to be a path."""
        return [CompletionItem(incomplete, type="file")] if self.bare else super().shell_complete(ctx, incomplete)


class Command(click.Command):
    """A command whose help shows its options in sections."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Options whose value may be left out get an empty one where it is."""
        bare = {name for parameter in self.get_params(ctx) if isinstance(parameter, Option) and parameter.bare for name in parameter.opts}
        end = args.index("--") if "--" in args else len(args)
        return super().parse_args(ctx, [f"{word}=" if word in bare else word for word in args[:end]] + args[end:])

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
    """Write the options in their sections, each one once. Those without one share a row at the end of the last, with the last one's text."""
    sections: dict[str, dict[str, tuple[str, str]]] = {}
    general: dict[str, tuple[str, str]] = {}
    for parameter in (*parameters, *extra):
        if not isinstance(parameter, click.Option) or (record := parameter.get_help_record(ctx)) is None:
            continue
        if not isinstance(parameter, Option):
            general[parameter.opts[-1]] = record
            continue
        rows = sections.setdefault(parameter.section, {})
        if parameter.joins:
            names, text = rows[parameter.joins]
            rows[parameter.joins] = _joined(names, record[0]), text
        else:
            rows[parameter.opts[-1]] = record
    if general:
        sections.setdefault(next(reversed(sections), "Options"), {})[""] = (
            ", ".join(names for names, _ in general.values()),
            next(reversed(general.values()))[1],
        )
    for title, rows in sections.items():
        if rows:
            with formatter.section(title):
                formatter.write_dl(list(rows.values()), col_max=34)


def _joined(first: str, second: str) -> str:
    """`--select, --extend-select CODES`; `--config FILE, --isolated`."""
    _, blank, value = second.partition(" ")
    return f"{first.removesuffix(blank + value)}, {second}"


def one_of(word: str, words: Sequence[str]) -> str:
    """What is wrong with a word that should be one of these, with the nearest one; empty if it is one."""
    if word in words:
        return ""
    near = nearest(word, words)
    return f"{word!r} is not one of {', '.join(words)}{f'; did you mean {near!r}?' if near else ''}"


class Word(ParamType[str]):
    """One of some words."""

    name = "word"

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, or an error with the nearest one."""
        if complaint := one_of(str(value), self.words):
            self.fail(complaint, param, ctx)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002  click's signature
        """The words that begin so."""
        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


class Count(ParamType[int]):
    """A number from 0."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or an error that says what was expected."""
        text = str(value).strip()
        if not text.isdecimal():
            self.fail(f"expected a number from 0, found {str(value)!r}", param, ctx)
        return int(text)


class Words(ParamType[tuple[str, ...]]):
    """Words separated by commas or blanks; the option may be given several times."""

    name = "list"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The words, in order, or an error if there is none."""
        words = tuple(str(value).replace(",", " ").split()) if not isinstance(value, tuple) else value
        if not words:
            self.fail("a list of words separated by commas was expected", param, ctx)
        return words


class Rules(Words):
    """Codes, beginnings of codes and names of rules."""

    name = "codes"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002  click's signature
        """The rules that the last word may become."""
        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(f"{before}{comma}{item.value}", help=item.help) for item in complete_rule(last)]


def complete_rule(incomplete: str) -> list[CompletionItem]:
    """The codes that begin so, and once letters say that no code is meant, the names."""
    from fastapi_async_lint.rules import all_rules

    codes = [CompletionItem(code, help=rule.summary) for rule in all_rules() for code in rule.codes if code.startswith(incomplete.upper())]
    names = [
        CompletionItem(rule.name, help=rule.summary) for rule in all_rules() if incomplete and rule.name.startswith(incomplete.lower())
    ]
    return sorted(codes, key=lambda item: str(item.value)) + names


class FileCodes(ParamType[tuple[str, tuple[str, ...]]]):
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
