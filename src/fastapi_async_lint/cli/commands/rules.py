"""`rules`: every rule in one line."""

import sys

import click

from fastapi_async_lint.cli.options import CONTEXT, Command
from fastapi_async_lint.cli.output import say


@click.command(cls=Command, context_settings=CONTEXT)
def command() -> int:
    """List the rules."""
    from fastapi_async_lint.rules import all_rules

    rules = all_rules()
    codes = max(len(" ".join(rule.codes)) for rule in rules)
    names = max(len(rule.name) for rule in rules)
    for rule in rules:
        off = "" if rule.default else " (off unless selected by code or name)"
        say(f"{' '.join(rule.codes):<{codes}}  {rule.name:<{names}}  {rule.summary}{off}\n", sys.stdout)
    return 0
