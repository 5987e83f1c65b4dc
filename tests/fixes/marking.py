"""Texts with a marked place -> plans for that place, and the text after them."""

from pathlib import Path

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Applicability, Change, FixPlan
from fastapi_async_lint.fixes import Outcome, apply

PATH = Path("project/app/main.py")
OPENING, CLOSING = "«", "»"


def unmark(marked: str) -> tuple[str, list[Span]]:
    """The text without its marks, and the spans between them in the order of their openings; marks may be nested."""
    text: list[str] = []
    spans: list[tuple[int, int]] = []
    still_open: list[int] = []
    for character in marked:
        if character == OPENING:
            still_open.append(len(spans))
            spans.append((len(text), -1))
        elif character == CLOSING:
            number = still_open.pop()
            spans[number] = (spans[number][0], len(text))
        else:
            text.append(character)
    plain = "".join(text)
    return plain, [Span(*_place(plain, start), *_place(plain, end)) for start, end in spans]


def _place(text: str, offset: int) -> tuple[int, int]:
    lines = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1])


def plan_of(span: Span, codemod: str, **arguments: str) -> FixPlan:
    """A plan with one change."""
    return FixPlan(Applicability.SAFE, "do it", (Change(codemod, PATH, span, tuple(sorted(arguments.items()))),))


def outcome(marked: str, codemod: str, **arguments: str) -> tuple[Outcome, str]:
    """What becomes of a plan for each marked span, and the text before."""
    text, spans = unmark(marked)
    return apply([plan_of(span, codemod, **arguments) for span in spans], {PATH: text}), text


def fixed(marked: str, codemod: str, **arguments: str) -> str:
    """The text after the plans for all marked spans at once; none of them may be refused or deferred."""
    found, _ = outcome(marked, codemod, **arguments)
    assert (found.refused, found.deferred) == ((), ())
    return found.texts[PATH]


def refusal(marked: str, codemod: str, **arguments: str) -> str:
    """Why the plan for the marked span is refused; nothing may have changed."""
    found, _ = outcome(marked, codemod, **arguments)
    assert (dict(found.texts), found.applied, found.deferred) == ({}, (), ())
    [(_, reason)] = found.refused
    return reason
