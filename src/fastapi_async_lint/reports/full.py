"""Report -> one story per resource: the call in its lines, where it runs, the chain to what blocks, and what to do instead.

The chain is a table of calls, or, for who wants to see details, an excerpt of each.

Calls on one resource (an opened file and what is read from it, one session in one route) are told with the first of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import wrap

from fastapi_async_lint.findings import Applicability, Confidence, Finding, Severity, Step
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.excerpt import Frame, excerpt
from fastapi_async_lint.reports.parts.places import lines_of, page, place
from fastapi_async_lint.reports.parts.sentences import LIKELY, STARTUP, offered
from fastapi_async_lint.reports.parts.style import Role, linker, painter, printable
from fastapi_async_lint.results import Report

FOR_PEOPLE = True
WANTS_EDITS = False
SHOWS_SUPPRESSED = False

_Lines = Mapping[Path, Sequence[str]]


def render(report: Report, view: View) -> str:
    """Every finding as a paragraph, with a blank line behind it."""
    paths = {finding.path for finding in report.findings}
    lines = {path: lines_of(text) for path, text in report.texts.items() if view.detailed or path in paths}
    return "".join(f"{line}\n" for story in _stories(report.findings) for line in _paragraph(story, lines, view))


def _stories(findings: tuple[Finding, ...]) -> list[list[Finding]]:
    """The findings in their order, those of one code on one resource together with the first of them."""
    stories: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        key = (finding.path, finding.code, finding.resource) if finding.resource else (number,)
        stories.setdefault(key, []).append(finding)
    return list(stories.values())


def _paragraph(story: list[Finding], lines: _Lines, view: View) -> Iterator[str]:
    finding = story[0]
    paint, link = painter(colour=view.colour), linker(links=view.links)
    role: Role = "warning" if finding.severity is Severity.WARNING else "info"
    code = link(page(finding.code, finding.name), paint(role, finding.code))
    yield f"{code} [{finding.name}] {paint('heading', printable(_headline(finding)))}"
    quoted = lines.get(finding.path, ())
    gutter = len(str(min(finding.span.end_row + 2, max(len(quoted), 1))))
    yield f"{' ' * gutter}{paint('gutter', '-->')} {_linked_place(finding, view)}"
    yield from excerpt(quoted, finding.span, role, Frame(view.width, paint))
    if view.detailed:
        for step in finding.chain[1:]:
            call = printable(f"{_own_name(step)} calls {step.call}")
            yield f"{' ' * gutter}{paint('gutter', ':::')} {_linked_place(step, view)} {call}"
            yield from excerpt(lines.get(step.path, ()), step.span, "info", Frame(view.width, paint, context=0, gutter=gutter))
    for label, said in _notes(story, replace(view, width=view.width - gutter - len(" = chain: "))):
        texts = [printable(text) for text in said]
        head = f"{' ' * gutter} {paint('gutter', '=')} {paint('help' if label in {'help', 'fix'} else 'heading', label)}: "
        hanging = " " * (gutter + len(f" = {label}: "))
        wrapped = texts if len(texts) > 1 else wrap(texts[0], view.width - len(hanging), break_long_words=False, break_on_hyphens=False)
        for number, text in enumerate(wrapped):
            yield (hanging if number else head) + text
    yield ""


def _headline(finding: Finding) -> str:
    """The message without the part in brackets that the notes below tell at more length: where it runs, and through what."""
    return finding.message.partition(f" ({finding.context}")[0] if finding.context else finding.message


def _linked_place(at: Finding | Step, view: View) -> str:
    shown = painter(colour=view.colour)("path", printable(place(at.path, at.span, view.base)))
    return linker(links=view.links)(at.path.as_uri(), shown)


def _notes(story: list[Finding], view: View) -> Iterator[tuple[str, list[str]]]:
    """Labels, each with a sentence or with the rows of a table, which the view is the room for."""
    finding = story[0]
    if finding.context:
        yield "runs on the loop", [finding.context]
    if len(finding.chain) > 1 and not view.detailed:
        yield "chain", _table(finding.chain, view)
    if len(story) > 1:
        yield "also", _others(story[1:], view)
    if finding.severity is Severity.INFO:
        yield "note", [STARTUP]
    if finding.confidence is Confidence.LIKELY:
        yield "note", [LIKELY]
    if finding.advice:
        yield "help", [finding.advice]
    if finding.fix and (offer := offered(finding.fix)):
        yield "fix", [offer]
        if view.detailed and finding.fix.applicability is Applicability.UNSAFE and finding.fix.reasons:
            yield "why unsafe", ["; ".join(finding.fix.reasons)]


def _others(findings: list[Finding], view: View) -> list[str]:
    """The further calls on the same resource, a line for each."""
    calls = max(len(finding.call) for finding in findings)
    return [f"{finding.call:<{calls}}  {place(finding.path, finding.span, view.base)}" for finding in findings]


def _table(chain: tuple[Step, ...], view: View) -> list[str]:
    """Who calls what and where: a line for each step, in columns; where they are too narrow the places stand on lines of their own."""
    names = [_own_name(step) for step in chain]
    places = [place(step.path, step.span, view.base) for step in chain]
    functions, calls = max(map(len, names)), max(len(step.call) for step in chain)
    rows = [f"{name:<{functions}} calls {step.call:<{calls}}  {where}" for name, step, where in zip(names, chain, places, strict=True)]
    if max(map(len, rows)) <= view.width:
        return rows
    return [line for name, step, where in zip(names, chain, places, strict=True) for line in (f"{name} calls {step.call}", f"  {where}")]


def _own_name(step: Step) -> str:
    """The function's name without its module, which its path says too."""
    words, folders = step.function.split("."), step.path.with_suffix("").parts
    folders = folders[:-1] if folders[-1] == "__init__" else folders
    module = max((count for count in range(1, len(words)) if tuple(words[:count]) == folders[-count:]), default=0)
    return ".".join(words[module:])
