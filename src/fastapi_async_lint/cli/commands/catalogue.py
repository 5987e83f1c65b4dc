"""`catalogue`: what the linter knows of a library's function, method, class or module, and of which libraries."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from fastapi_async_lint.cli.options import CONTEXT, Command, in_section
from fastapi_async_lint.cli.output import say, width

if TYPE_CHECKING:
    from fastapi_async_lint.catalogue import Catalogue
    from fastapi_async_lint.catalogue.description import Unknown
    from fastapi_async_lint.settings import Settings

_running = in_section("Running")


def _libraries(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001  click's signature
    """The libraries that begin so."""
    from fastapi_async_lint import catalogue

    return [CompletionItem(name) for name in sorted(catalogue.available()) if name.startswith(incomplete)]


@click.command(cls=Command, context_settings=CONTEXT, short_help="Say whether a library's function blocks.")
@click.argument("name", required=False, metavar="[NAME]", shell_complete=_libraries)
@_running("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings from this TOML file.")
@_running("--isolated", is_flag=True, help="No settings from files.")
def command(name: str | None, *, config: Path | None, isolated: bool) -> int:
    """Say whether NAME blocks, and what to do instead; without it, which libraries are known.

    NAME is a function, method, class or module as it is imported: redis.Redis.get. The project's own tables count.
    """
    from fastapi_async_lint import settings
    from fastapi_async_lint.catalogue.description import overview
    from fastapi_async_lint.cli.descriptions import of_libraries

    try:
        chosen = settings.load((), config, isolated=isolated)
        if name is None:
            _loaded(chosen, ())
            say(of_libraries(overview()), sys.stdout)
        else:
            say(_told(name, chosen), sys.stdout)
    except settings.SettingsError as error:
        raise click.ClickException(str(error)) from error
    return 0


def _loaded(chosen: "Settings", names: tuple[str, ...]) -> "Catalogue":
    from fastapi_async_lint import catalogue, settings

    try:
        return catalogue.load(names, chosen.catalogue)
    except catalogue.CatalogueError as error:
        message = f"{settings.place(chosen.config_file, 'catalogue', *error.keys)}: {error.reason}"
        raise settings.SettingsError(message) from error


def _told(name: str, chosen: "Settings") -> str:
    from fastapi_async_lint.catalogue.description import Attribute, ClassVerdicts, Contents, Operation, concerned, describe
    from fastapi_async_lint.cli import descriptions
    from fastapi_async_lint.rules import all_rules

    rules = {rule.category: rule for rule in all_rules() if rule.category}
    columns = width(sys.stdout)
    name = name.removesuffix("()")
    found = describe(_loaded(chosen, concerned(name)), name)
    match found:
        case Operation():
            return descriptions.of_operation(found, rules, chosen.offloader, columns)
        case Attribute():
            return descriptions.of_attribute(found, columns)
        case ClassVerdicts():
            return descriptions.of_class(found, rules, columns)
        case Contents():
            return descriptions.of_contents(found, columns)
        case _:
            raise click.UsageError(_not_found(found))


def _not_found(found: "Unknown") -> str:
    message = f"nothing is known of {found.name!r}"
    if found.nearest:
        return f"{message}; did you mean {' or '.join(found.nearest)}?"
    if found.within:
        return f"{message}; `fastapi-async-lint catalogue {found.within}` lists what is known of {found.within}"
    return f"{message}; a full dotted name as it is imported was expected, such as time.sleep"
