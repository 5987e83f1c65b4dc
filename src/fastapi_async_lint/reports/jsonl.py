"""Report -> JSON Lines: the objects of the JSON report, one on each line, for tools that read line by line."""

import json

from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.json import encode
from fastapi_async_lint.results import Report

FOR_PEOPLE = False
WANTS_EDITS = True
SHOWS_SUPPRESSED = False


def render(report: Report, view: View) -> str:  # noqa: ARG001  the same for every viewer
    """One line per finding; nothing for none."""
    return "".join(json.dumps(encode(finding, report)) + "\n" for finding in report.findings)
