"""A comment or an entry of the baseline that silences nothing: FAL902.

## What it finds
`# noqa: FAL...` comments, the linter's own `# fastapi-async-lint: ...` comments and entries of a
baseline (docs/adoption.md) that no finding answers to, one finding for each comment, with the codes that do nothing. Also comments of
the own form that cannot be understood, and codes that no rule has.

## Why it matters
The call that it stood for has been fixed or has moved. What stays behind silences the next one that somebody writes there.

## Example
    import asyncio

    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/")
    async def root():
        await asyncio.sleep(1)  # noqa: FAL101

## Instead
    import asyncio

    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/")
    async def root():
        await asyncio.sleep(1)

## Fix safety
Safe: the words that do nothing are removed, and the comment if nothing else is in it; a reason behind a suppression goes with it.
Comments are looked after when nothing else is left to fix. There is no fix where a comment cannot be understood, where it would be of use at
the call that is reported, and for `off`, whose `on` would be left behind; a baseline is written anew.

## Limits
- A word is judged only if the rules that it names are selected in that file; `FAL1`, `FAL` and the own forms without brackets if all those
  are that are on by default. A run on some files judges the comments in these files.
- `# noqa` and `# flake8: noqa` without codes are never judged: other tools' findings may be meant.
- A finding is silenced where it is reported: where code on the event loop makes the call. A comment in the helper that the call leads to
  silences nothing, and the message says where it would.
- A comment does not silence what this rule says of it, unless it names FAL902 or unused-suppression.
- flake8 shows the findings of Python files alone: unused entries of a baseline are told by the command line.
"""

from collections.abc import Iterator, Sequence

from fastapi_async_lint.findings import Applicability, Change, Finding, FixPlan
from fastapi_async_lint.rules.rule import Rule
from fastapi_async_lint.telling.gates import UNUSED, Unused
from fastapi_async_lint.telling.suppressions import Form

_CODE, _NAME = UNUSED
_WHERE = {
    None: "in this project",
    Form.NOQA: "here",
    Form.IGNORE: "here",
    Form.OFF: "between `off` and `on`",
    Form.NOQA_FILE: "in this file",
    Form.IGNORE_FILE: "in this file",
}


def review(unused: Sequence[Unused]) -> Iterator[Finding]:
    """One finding for each."""
    for suppression in unused:
        message, advice = _told(suppression)
        yield Finding(_CODE, _NAME, message, suppression.path, suppression.span, advice=advice, fix=_plan(suppression))


def _plan(unused: Unused) -> FixPlan | None:
    """How the comment can be made to say no more than it does; None where it is to be moved, to be understood, or has a counterpart."""
    if unused.form in {None, Form.OFF} or unused.instead is not None:
        return None
    arguments = (("form", str(unused.form)), ("words", " ".join(unused.words)))
    message = f"remove {', '.join(unused.words)} from the comment" if unused.words else "remove the comment"
    return FixPlan(Applicability.SAFE, message, (Change("unsuppress", unused.path, unused.span, arguments),))


def _told(unused: Unused) -> tuple[str, str]:
    """What is wrong, and what to do."""
    if unused.complaint:
        return f"the suppression cannot be understood: {unused.complaint}", "correct the comment, or remove it"
    if unused.entry is not None:
        entry = unused.entry
        what = ", ".join(filter(None, (entry.code, entry.resolves_to, entry.via and f"via {entry.via}")))
        where = f"{entry.function} of {entry.path}" if entry.function else entry.path
        return (
            f"the baseline knows a finding that is gone: {what} in {where}",
            f"write the baseline anew: --write-baseline {unused.path.name}",
        )
    words = ", ".join(unused.words)
    where = _WHERE[unused.form]
    if not words:
        return f"this comment silences nothing {where}", "remove the comment"
    message = f"{words} {'silences' if len(unused.words) == 1 else 'silence'} nothing {where}"
    if unused.instead is not None:
        path, row = unused.instead
        return f"{message}: the call is reported at {path.name}:{row}", f"silence it there, and remove {words} here"
    return message, f"remove {words} from the comment"


RULE = Rule((_CODE,), _NAME, "A comment or an entry of the baseline that silences nothing", documentation=__doc__ or "", review=review)
