"""Report -> the diagnostic format of reviewdog, which puts findings and suggestions into reviews on any platform.

Paths are relative to the folder that the command runs in. Columns are bytes of UTF-8, as the format has it. A fix becomes suggestions if it
stays in the finding's file: a suggestion cannot name another one.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.gravity import Gravity, gravity
from fastapi_async_lint.reports.parts.places import SITE, lines_of, page, shown
from fastapi_async_lint.reports.parts.sentences import step, told
from fastapi_async_lint.results import Report

FOR_PEOPLE = False
WANTS_EDITS = True
SHOWS_SUPPRESSED = False

_SEVERITIES: dict[Gravity, str] = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def render(report: Report, view: View) -> str:
    """One result with a diagnostic per finding."""
    lines = {path: lines_of(text) for path, text in report.texts.items()}
    result = {
        "source": {"name": "fastapi-async-lint", "url": f"{SITE}/"},
        "diagnostics": [_diagnostic(finding, report, lines, view) for finding in report.findings],
    }
    return json.dumps(result, indent=2) + "\n"


def _diagnostic(finding: Finding, report: Report, lines: Mapping[Path, Sequence[str]], view: View) -> dict[str, object]:
    edits = report.edits.get(finding, ())
    suggestions = [{"range": _range(edit.span, lines.get(edit.path, ())), "text": edit.content} for edit in edits]
    elsewhere = any(edit.path != finding.path for edit in edits)
    related = [
        {"message": step(taken), "location": _location(taken.path, taken.span, lines, view)}
        for taken in (finding.chain if len(finding.chain) > 1 else ())
    ]
    return {
        "message": "\n".join((finding.message, *told(finding, view.base))),
        "location": _location(finding.path, finding.span, lines, view),
        "severity": _SEVERITIES[gravity(finding)],
        "code": {"value": finding.code, "url": page(finding.code, finding.name)},
        **({"suggestions": suggestions} if suggestions and not elsewhere else {}),
        **({"related_locations": related} if related else {}),
    }


def _location(path: Path, span: Span, lines: Mapping[Path, Sequence[str]], view: View) -> dict[str, object]:
    return {"path": shown(path, view.base), "range": _range(span, lines.get(path, ()))}


def _range(span: Span, lines: Sequence[str]) -> dict[str, object]:
    """The span, its end exclusive; whole lines where the text is not known, because bytes cannot be counted then."""
    if span.end_row > len(lines):
        return {"start": {"line": span.row}, "end": {"line": span.end_row}}
    return {
        "start": {"line": span.row, "column": _bytes(lines[span.row - 1], span.column)},
        "end": {"line": span.end_row, "column": _bytes(lines[span.end_row - 1], span.end_column)},
    }


def _bytes(line: str, column: int) -> int:
    """The column counted in bytes, from 1."""
    return len(line[:column].encode("utf-8", "surrogatepass")) + 1
