"""Report -> one line per finding, as compilers print them."""

from fastapi_async_lint.findings import Severity
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.places import place
from fastapi_async_lint.reports.parts.style import painter
from fastapi_async_lint.results import Report

FOR_PEOPLE = True


def render(report: Report, view: View) -> str:
    """`path:row:column: CODE [name] message` for every finding."""
    paint = painter(colour=view.colour)
    return "".join(
        f"{paint('path', place(finding.path, finding.span, view.base))}: "
        f"{paint('warning' if finding.severity is Severity.WARNING else 'info', finding.code)} [{finding.name}] {finding.message}\n"
        for finding in report.findings
    )
