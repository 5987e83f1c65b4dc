"""Report -> a code quality report of GitLab, which shows what a merge request adds and what it solves.

Paths are relative to the folder that the command runs in, which in a job is the repository's.
"""

import json

from fastapi_async_lint.findings import Finding
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.fingerprints import fingerprints
from fastapi_async_lint.reports.parts.gravity import Gravity, gravity
from fastapi_async_lint.reports.parts.places import shown
from fastapi_async_lint.reports.parts.sentences import told
from fastapi_async_lint.results import Report

FOR_PEOPLE = False
WANTS_EDITS = False
SHOWS_SUPPRESSED = False

_SEVERITIES: dict[Gravity, str] = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, view: View) -> str:
    """One object per finding; `[]` for none."""
    names = fingerprints(report)
    return json.dumps([_issue(finding, names[finding], view) for finding in report.findings], indent=2) + "\n"


def _issue(finding: Finding, fingerprint: str, view: View) -> dict[str, object]:
    span = finding.span
    return {
        "type": "issue",
        "check_name": finding.code,
        "description": f"{finding.code}: {finding.message}",
        "content": {"body": "\n".join(told(finding, view.base))},
        "categories": ["Performance"],
        "severity": _SEVERITIES[gravity(finding)],
        "fingerprint": fingerprint,
        "location": {
            "path": shown(finding.path, view.base),
            "positions": {
                "begin": {"line": span.row, "column": span.column + 1},
                "end": {"line": span.end_row, "column": span.end_column + 1},
            },
        },
    }
