"""Report -> one story per resource: the call in its lines, where it runs, the chain to what blocks, and what to do instead.

Calls on one resource (an opened file and what is read from it, one session in one route) are told with the first of them.
"""

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
    stories = _stories(report.findings)
    return "".join(f"{line}\n" for story in stories for line in _paragraph(story, lines.get(story[0].path, []), view, paint))


def _stories(findings: tuple[Finding, ...]) -> list[list[Finding]]:
    """The findings in their order, those of one code on one resource together with the first of them."""
    stories: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        key = (finding.path, finding.code, finding.resource) if finding.resource else (number,)
        stories.setdefault(key, []).append(finding)
    return list(stories.values())


def _paragraph(story: list[Finding], lines: list[str], view: View, paint: Paint) -> Iterator[str]:
    finding = story[0]
    role: Role = "warning" if finding.severity is Severity.WARNING else "info"
    yield f"{paint(role, finding.code)} [{finding.name}] {paint('heading', finding.message)}"
    indent = " " * len(str(min(finding.span.end_row + 2, max(len(lines), 1))))
    yield f"{indent}{paint('gutter', '-->')} {paint('path', place(finding.path, finding.span, view.base))}"
    yield from excerpt(lines, finding.span, role, width=view.width, paint=paint)
    for label, texts in _notes(story, view):
        head = f"{indent} {paint('gutter', '=')} {paint('help' if label == 'help' else 'heading', label)}: "
        hanging = " " * len(f"{indent} = {label}: ")
        wrapped = texts if len(texts) > 1 else wrap(texts[0], view.width - len(hanging), break_long_words=False, break_on_hyphens=False)
        for number, text in enumerate(wrapped):
            yield (hanging if number else head) + text
    yield ""


def _notes(story: list[Finding], view: View) -> Iterator[tuple[str, list[str]]]:
    """Labels, each with a sentence or with the rows of a table."""
    finding = story[0]
    if finding.context:
        yield "runs on the loop", [finding.context]
    if len(finding.chain) > 1:
        yield "chain", _table(finding.chain, view)
    if len(story) > 1:
        yield "also", _others(story[1:], view)
    if finding.severity is Severity.INFO:
        yield "note", [_STARTUP]
    if finding.confidence is Confidence.LIKELY:
        yield "note", [_LIKELY]
    if finding.advice:
        yield "help", [finding.advice]


def _others(findings: list[Finding], view: View) -> list[str]:
    """The further calls on the same resource, a line for each."""
    calls = max(len(finding.call) for finding in findings)
    return [f"{finding.call:<{calls}}  {place(finding.path, finding.span, view.base)}" for finding in findings]


def _table(chain: tuple[Step, ...], view: View) -> list[str]:
    """Who calls what and where, a line for each step, in columns."""
    places = [place(step.path, step.span, view.base) for step in chain]
    functions = max(len(step.function) for step in chain)
    calls = max(len(step.call) for step in chain)
    return [f"{step.function:<{functions}} calls {step.call:<{calls}}  {where}" for step, where in zip(chain, places, strict=True)]
