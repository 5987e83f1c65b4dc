"""Report -> one web page with everything in it: findings by file with their lines and chains, to be filtered by rule, context and words.

It is a page to send or to keep as a build's artefact: it loads nothing, and without scripts it shows everything.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Confidence, Finding, Severity
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.excerpt import CONTEXT, around
from fastapi_async_lint.reports.parts.gravity import gravity
from fastapi_async_lint.reports.parts.places import lines_of, page, place, shown
from fastapi_async_lint.reports.parts.sentences import LIKELY, STARTUP, offered
from fastapi_async_lint.reports.parts.totals import summary
from fastapi_async_lint.reports.parts.webpage import document
from fastapi_async_lint.results import Report

FOR_PEOPLE = False
WANTS_EDITS = False
SHOWS_SUPPRESSED = False

_TITLE = "What blocks the event loop"
_ELSEWHERE = "elsewhere"
_KIND_ENDS = re.compile(r",| of | \(")
"""`coroutine load, route GET /`; `validator of route POST /`; `startup or shutdown (lifespan)`."""


def render(report: Report, view: View) -> str:
    """The page, in ASCII; its summary stands on top."""
    lines = {path: lines_of(text) for path, text in report.texts.items()}
    files = "".join(
        f"<section>\n<h2>{escape(shown(path, view.base))}</h2>\n{''.join(_article(finding, lines, view) for finding in findings)}</section>\n"
        for path, findings in groupby(report.findings, key=lambda finding: finding.path)
    )
    head = f"<header>\n<h1>{_TITLE}</h1>\n<p>{escape(summary(report)).replace(chr(10), '<br>')}</p>\n</header>\n"
    return document(f"{_TITLE}: {report.root.name}", f"{head}{_filters(report.findings)}<main>\n{files}</main>\n")


def _kind(finding: Finding) -> str:
    """What it runs in, without the name: route, exception handler, async generator, ..."""
    words = _KIND_ENDS.split(finding.context, maxsplit=1)[0].split()
    owns = {step.function.rpartition(".")[2] for step in finding.chain}
    while len(words) > 1 and (words[-1].rpartition(".")[2] in owns or not words[-1].isalpha() or words[-1].isupper()):
        words.pop()
    return " ".join(words) if words and words[0].isalpha() else _ELSEWHERE


def _filters(findings: Sequence[Finding]) -> str:
    """Boxes for rules and contexts with their numbers, and a field for words; hidden where no script brings it to life."""
    if not findings:
        return ""
    codes = Counter((finding.code, finding.name) for finding in findings)
    kinds = Counter(_kind(finding) for finding in findings)
    rules = "".join(_box("code", code, f"{code} {name}", number) for (code, name), number in sorted(codes.items()))
    contexts = "".join(_box("kind", kind, kind, number) for kind, number in sorted(kinds.items()))
    return (
        f"<form hidden>\n<fieldset><legend>Rules</legend>{rules}</fieldset>\n<fieldset><legend>Runs in</legend>{contexts}</fieldset>\n"
        '<input type="search" name="words" placeholder="path, route, function, ..." aria-label="Words"> <output></output>\n</form>\n'
    )


def _box(name: str, value: str, label: str, number: int) -> str:
    box = f'<input type="checkbox" name="{name}" value="{escape(value)}" checked>'
    return f'<label>{box} {escape(label)} <span class="faint">{number}</span></label> '


def _article(finding: Finding, lines: Mapping[Path, Sequence[str]], view: View) -> str:
    where = escape(place(finding.path, finding.span, view.base))
    address = escape(page(finding.code, finding.name))
    facts = "".join(f"<dt>{label}</dt><dd>{content}</dd>\n" for label, content in _facts(finding, lines, view))
    return (
        f'<article class="{gravity(finding)}" data-code="{escape(finding.code)}" data-kind="{escape(_kind(finding))}"'
        f' data-path="{escape(shown(finding.path, view.base))}">\n'
        f'<h3><a class="code" href="{address}">{escape(finding.code)}</a> <span class="faint">{escape(finding.name)}</span> '
        f'{escape(finding.message)}</h3>\n<div class="faint">{where}</div>\n'
        f"{_excerpt(lines.get(finding.path, ()), finding.span)}<dl>\n{facts}</dl>\n</article>\n"
    )


def _facts(finding: Finding, lines: Mapping[Path, Sequence[str]], view: View) -> Iterator[tuple[str, str]]:
    """Labels, and what stands beside them as HTML."""
    if finding.context:
        yield "Runs on the loop", escape(finding.context)
    if len(finding.chain) > 1:
        steps = (
            f"<li><code>{escape(step.function)}</code> calls <code>{escape(step.call)}</code> "
            f'<span class="faint">{escape(place(step.path, step.span, view.base))}</span>'
            f"{_excerpt(lines.get(step.path, ()), step.span, context=0) if number else ''}</li>\n"
            for number, step in enumerate(finding.chain)
        )
        yield "Chain", f"<ol>\n{''.join(steps)}</ol>"
    if finding.severity is Severity.INFO:
        yield "Note", escape(STARTUP)
    if finding.confidence is Confidence.LIKELY:
        yield "Note", escape(LIKELY)
    if finding.advice:
        yield "Instead", _prose(finding.advice)
    if finding.fix and (offer := offered(finding.fix)):
        yield "Fix", _prose(offer)


def _prose(text: str) -> str:
    """A sentence, with what stands in backquotes as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _excerpt(lines: Sequence[str], span: Span, context: int = CONTEXT) -> str:
    """The lines of the span and those around it, the span itself marked; nothing if it is not in the text."""
    if not 1 <= span.row <= span.end_row <= len(lines):
        return ""
    first, last = around(lines, span, context)
    width = len(str(last))
    rows = (f"<b>{row:>{width}} </b> {_marked(lines[row - 1], row, span)}\n" for row in range(first, last + 1))
    return f"<pre>{''.join(rows)}</pre>\n"


def _marked(line: str, row: int, span: Span) -> str:
    if not span.row <= row <= span.end_row:
        return escape(line)
    start = span.column if row == span.row else len(line) - len(line.lstrip())
    end = span.end_column if row == span.end_row else len(line)
    return f"{escape(line[:start])}<mark>{escape(line[start:end])}</mark>{escape(line[end:])}" if start < end else escape(line)
