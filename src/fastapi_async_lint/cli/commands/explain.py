"""`explain`: what a rule finds, why it matters, and what to do instead."""

import sys

import click

from fastapi_async_lint.cli.options import CONTEXT, Command, complete_rule
from fastapi_async_lint.cli.output import say


@click.command(cls=Command, context_settings=CONTEXT, short_help="Say what a rule finds, and what to do about it.")
@click.argument("rule", metavar="CODE", required=False, shell_complete=lambda ctx, param, incomplete: complete_rule(incomplete))  # noqa: ARG005  click's signature
def command(rule: str | None) -> int:
    """Say what a rule finds and what to do about it; CODE is a code or a rule's name."""
    from fastapi_async_lint.rules import all_rules
    from fastapi_async_lint.settings.selection import nearest_rule

    if rule is None:
        raise click.UsageError("a code or a rule's name was expected, such as FAL101; `fastapi-async-lint rules` lists them")
    for known in all_rules():
        if rule.upper() in known.codes or rule.lower() == known.name:
            say(f"{', '.join(known.codes)} {known.name}\n\n{known.documentation.strip()}\n", sys.stdout)
            return 0
    hint = nearest_rule(rule, {code: known.name for known in all_rules() for code in known.codes}, whole=True)
    raise click.UsageError(f"unknown rule {rule!r}{hint}")
