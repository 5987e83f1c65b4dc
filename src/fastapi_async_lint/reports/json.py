"""Report -> a JSON list of objects, under the names that other linters' consumers know, with the chain beside them.

File names are absolute; rows and columns count from 1, ends are exclusive.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Edit, Finding
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.places import page
from fastapi_async_lint.results import Report
from fastapi_async_lint.rows import comment_rows

FOR_PEOPLE = False
WANTS_EDITS = True
SHOWS_SUPPRESSED = False

Json: TypeAlias = "str | int | Mapping[str, Json] | Sequence[Json] | None"


def render(report: Report, view: View) -> str:  # noqa: ARG001  the same for every viewer
    """One object per finding; `[]` for none."""
    return json.dumps([encode(finding, report) for finding in report.findings], indent=2) + "\n"


def encode(finding: Finding, report: Report) -> dict[str, Json]:
    """One finding of the report as JSON values."""
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "filename": str(finding.path),
        "location": _location(finding.span.row, finding.span.column),
        "end_location": _location(finding.span.end_row, finding.span.end_column),
        "noqa_row": _noqa_row(finding.span, report.texts.get(finding.path, "")),
        "url": page(finding.code, finding.name),
        "fix": _fix(finding, report.edits.get(finding, ())),
        "confidence": finding.confidence,
        "context": finding.context,
        "function": finding.function,
        "call": finding.call,
        "resolves_to": finding.resolves_to,
        "category": finding.category,
        "chain": [
            {
                "function": step.function,
                "filename": str(step.path),
                "location": _location(step.span.row, step.span.column),
                "call": step.call,
            }
            for step in finding.chain
        ],
    }


def _fix(finding: Finding, edits: Sequence[Edit]) -> dict[str, Json] | None:
    """The plan and what it would change; an edit names its file only if that is not the finding's."""
    if finding.fix is None:
        return None
    return {
        "applicability": finding.fix.applicability,
        "message": finding.fix.message,
        "edits": [
            {
                "content": edit.content,
                "location": _location(edit.span.row, edit.span.column),
                "end_location": _location(edit.span.end_row, edit.span.end_column),
                **({} if edit.path == finding.path else {"filename": str(edit.path)}),
            }
            for edit in edits
        ],
        "reasons": list(finding.fix.reasons),
    }


def _location(row: int, column: int) -> dict[str, Json]:
    return {"row": row, "column": column + 1}


def _noqa_row(span: Span, text: str) -> int:
    """The row on which a `noqa` comment can stand: the call's first, unless that ends inside a string or in a backslash."""
    rows = comment_rows(text)
    return rows.of(span.row) if rows else span.row
