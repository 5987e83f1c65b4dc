"""Report -> workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

Paths are relative to the folder that the command runs in, which in a workflow is the repository's. Columns are given for spans within one
line only: GitHub rejects them elsewhere.
"""

from fastapi_async_lint.findings import Finding
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.gravity import Gravity, gravity
from fastapi_async_lint.reports.parts.places import shown
from fastapi_async_lint.reports.parts.sentences import told
from fastapi_async_lint.results import Report

FOR_PEOPLE = False
WANTS_EDITS = False
SHOWS_SUPPRESSED = False

_COMMANDS: dict[Gravity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, view: View) -> str:
    """One command on one line per finding; nothing for none."""
    return "".join(f"{_command(finding, view)}\n" for finding in report.findings)


def _command(finding: Finding, view: View) -> str:
    span = finding.span
    properties = {
        "title": f"{finding.code} {finding.name}",
        "file": shown(finding.path, view.base),
        "line": str(span.row),
        "endLine": str(span.end_row),
    }
    if span.row == span.end_row:
        properties |= {"col": str(span.column + 1), "endColumn": str(max(span.end_column, span.column + 1))}
    message = "\n".join((finding.message, *told(finding, view.base)))
    shown_properties = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[gravity(finding)]} {shown_properties}::{_data(message)}"


def _data(text: str) -> str:
    """What stands behind the second pair of colons."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The value of a property, where colons and commas are signs too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
