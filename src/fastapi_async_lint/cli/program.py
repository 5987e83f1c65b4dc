"""The set of commands: every file in `commands/` is one, found by its name and imported when it is called for."""

import importlib
import pkgutil
from pathlib import Path

import click
from click.shell_completion import CompletionItem, add_completion_class

from fastapi_async_lint import __version__
from fastapi_async_lint.cli import commands
from fastapi_async_lint.cli.completion import SHELLS
from fastapi_async_lint.cli.options import CONTEXT, write_sections
from fastapi_async_lint.wording import nearest

PROGRAM = "fastapi-async-lint"
DEFAULT = "check"
_OWN_OPTIONS = frozenset({"-h", "--help", "--version"})


class Program(click.Group):
    """A group whose first word may be left out: what names no command belongs to `check`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """The names of the files in `commands/`."""
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The object `command` of the file of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"{commands.__name__}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Arguments with the default command put in where none is named; a path of a command's name is written `./check`."""
        if not args and ctx.resilient_parsing:
            return super().parse_args(ctx, args)  # the first word is being completed: it may become a command
        if not args or (args[0] not in _OWN_OPTIONS and args[0] not in self.list_commands(ctx)):
            if args and not ctx.resilient_parsing:
                self._verify_first(ctx, args[0])
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def _verify_first(self, ctx: click.Context, word: str) -> None:
        """UsageError for a word that is no path, and nearly a command."""
        near = nearest(word, self.list_commands(ctx)) if word.isalpha() else ""
        if near and not Path(word).exists():
            raise click.UsageError(f"{word}: no such file or folder; did you mean the command {near}?")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What the first word may become: a file, a command, an option of the default command."""
        default = self.get_command(ctx, DEFAULT)
        assert default is not None
        options = default.shell_complete(default.make_context(DEFAULT, [], parent=ctx, resilient_parsing=True), incomplete)
        own = super().shell_complete(ctx, incomplete)
        known = {item.value for item in own}
        files = [] if incomplete.startswith("-") else [CompletionItem(incomplete, type="file")]
        return [*files, *own, *(item for item in options if item.value not in known)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        """The usage of the default command, which is what most people want to know."""
        formatter.write_usage(PROGRAM, f"[{DEFAULT}] [OPTIONS] [PATHS]...")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of the default command, and the other commands."""
        default = self.get_command(ctx, DEFAULT)
        assert default is not None
        write_sections(default.get_params(ctx), ctx, formatter, extra=self.get_params(ctx))
        others = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx) if name != DEFAULT]
        if others:
            with formatter.section("Other commands"):
                formatter.write_dl([(name, command.get_short_help_str(100)) for name, command in others if command])


for shell in SHELLS:
    add_completion_class(shell)
program = Program(
    name=PROGRAM, help="Find what blocks the event loop in FastAPI applications.", context_settings=CONTEXT, no_args_is_help=False
)
program = click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s", help="Show this message, or the version.")(
    program
)
