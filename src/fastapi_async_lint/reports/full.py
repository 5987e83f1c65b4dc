"""Report -> one story per finding: the call in its lines, where it runs, the chain to what blocks, and what to do instead."""

from collections.abc import Iterator
from textwrap import wrap

from fastapi_async_lint.findings import Confidence, Finding, Severity, Step
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.excerpt import excerpt
from fastapi_async_lint.reports.parts.places import lines_of, place
from fastapi_async_lint.reports.parts.style import Paint, Role, painter
from fastapi_async_lint.results import Report

FOR_PEOPLE = True

_LIKELY = "likely, not certain: it usually blocks, or only one of several possible callees does"
_STARTUP = "this runs while the application starts or stops, when no request waits for it"


def render(report: Report, view: View) -> str:
    """Every finding as a paragraph, with a blank line behind it."""
    paint = painter(colour=view.colour)
    paths = {finding.path for finding in report.findings}
    lines = {path: lines_of(text) for path, text in report.texts.items() if path in paths}
    return "".join(f"{line}\n" for finding in report.findings for line in _paragraph(finding, lines.get(finding.path, []), view, paint))


def _paragraph(finding: Finding, lines: list[str], view: View, paint: Paint) -> Iterator[str]:
    role: Role = "warning" if finding.severity is Severity.WARNING else "info"
    yield f"{paint(role, finding.code)} [{finding.name}] {paint('heading', finding.message)}"
    indent = " " * len(str(min(finding.span.end_row + 2, max(len(lines), 1))))
    yield f"{indent}{paint('gutter', '-->')} {paint('path', place(finding.path, finding.span, view.base))}"
    yield from excerpt(lines, finding.span, role, width=view.width, paint=paint)
    for label, texts in _notes(finding, view):
        head = f"{indent} {paint('gutter', '=')} {paint('help' if label == 'help' else 'heading', label)}: "
        hanging = " " * len(f"{indent} = {label}: ")
        wrapped = texts if len(texts) > 1 else wrap(texts[0], view.width - len(hanging), break_long_words=False, break_on_hyphens=False)
        for number, text in enumerate(wrapped):
            yield (hanging if number else head) + text
    yield ""


def _notes(finding: Finding, view: View) -> Iterator[tuple[str, list[str]]]:
    """Labels, each with a sentence or with the rows of a table."""
    if finding.context:
        yield "runs on the loop", [finding.context]
    if len(finding.chain) > 1:
        yield "chain", _table(finding.chain, view)
    if finding.severity is Severity.INFO:
        yield "note", [_STARTUP]
    if finding.confidence is Confidence.LIKELY:
        yield "note", [_LIKELY]
    if finding.advice:
        yield "help", [finding.advice]


def _table(chain: tuple[Step, ...], view: View) -> list[str]:
    """Who calls what and where, a line for each step, in columns."""
    places = [place(step.path, step.span, view.base) for step in chain]
    functions = max(len(step.function) for step in chain)
    calls = max(len(step.call) for step in chain)
    return [f"{step.function:<{functions}} calls {step.call:<{calls}}  {where}" for step, where in zip(chain, places, strict=True)]
