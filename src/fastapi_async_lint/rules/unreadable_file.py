"""A file that could not be read: FAL901.

## What it finds
Syntax errors, undecodable bytes, null bytes, files that may not be read, and nesting too deep to parse. The rest of the project is
checked.

## Why it matters
What stands in such a file is unknown, so calls into it are silent.

## Example
    async def load(:
        pass

## Instead
    async def load():
        pass

## Fix safety
There is no fix.

## Limits
- The grammar is LibCST's, whatever Python runs the linter: code for a newer Python is read as well.
- A comment in such a file silences nothing, because comments are read with the rest. `per-file-ignores` and `exclude` do.
- A file below the paths given is reported; one that is read only for what it says to them is not.
"""

from collections.abc import Iterator

from fastapi_async_lint.analysis import Analysis
from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import UNREADABLE, Finding
from fastapi_async_lint.rules.rule import Rule

_NAME = "unreadable-file"


def check(analysis: Analysis) -> Iterator[Finding]:
    """One finding for each file that has a problem."""
    for module in analysis.program.modules:
        problem = module.facts.problem
        if problem is not None and module.number in analysis.reported:
            span = Span(problem.row, problem.column, problem.row, problem.column + 1)
            yield Finding(UNREADABLE, _NAME, problem.message, module.source.path, span)


RULE = Rule((UNREADABLE,), _NAME, "A file that could not be read", check, __doc__ or "")
