"""Report -> a JSON list of objects, under the names that other linters' consumers know, with the chain beside them.

File names are absolute; rows and columns count from 1, ends are exclusive.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.places import lines_of, page
from fastapi_async_lint.results import Report

FOR_PEOPLE = False

Json: TypeAlias = "str | int | Mapping[str, Json] | Sequence[Json] | None"


def render(report: Report, view: View) -> str:  # noqa: ARG001  the same for every viewer
    """One object per finding; `[]` for none."""
    objects = [encode(finding, report.texts) for finding in report.findings]
    return json.dumps(objects, indent=2) + "\n"


def encode(finding: Finding, texts: Mapping[Path, str]) -> dict[str, Json]:
    """One finding as JSON values."""
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "filename": str(finding.path),
        "location": _location(finding.span.row, finding.span.column),
        "end_location": _location(finding.span.end_row, finding.span.end_column),
        "noqa_row": _noqa_row(finding.span, texts.get(finding.path, "")),
        "url": page(finding),
        "fix": None,
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


def _location(row: int, column: int) -> dict[str, Json]:
    return {"row": row, "column": column + 1}


def _noqa_row(span: Span, text: str) -> int:
    """The row on which a `noqa` comment can stand: the call's first, unless that line ends inside a string or in a backslash."""
    if span.row == span.end_row or not text:
        return span.row
    called = lines_of(text)[span.row - 1 : span.end_row]
    unsafe = any('"""' in line or "'''" in line for line in called) or called[0].endswith("\\")
    return span.end_row if unsafe else span.row
