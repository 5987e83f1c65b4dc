"""Report -> one line per finding, as compilers print them."""

from fastapi_async_lint.findings import Severity
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.places import page, place
from fastapi_async_lint.reports.parts.style import Role, linker, painter, printable
from fastapi_async_lint.results import Report

FOR_PEOPLE = True
WANTS_EDITS = False
SHOWS_SUPPRESSED = False


def render(report: Report, view: View) -> str:
    """`path:row:column: CODE [name] message` for every finding."""
    paint, link = painter(colour=view.colour), linker(links=view.links)
    lines = []
    for finding in report.findings:
        where = link(finding.path.as_uri(), paint("path", printable(place(finding.path, finding.span, view.base))))
        role: Role = "warning" if finding.severity is Severity.WARNING else "info"
        code = link(page(finding.code, finding.name), paint(role, finding.code))
        lines.append(f"{where}: {code} [{finding.name}] {printable(finding.message)}\n")
    return "".join(lines)
