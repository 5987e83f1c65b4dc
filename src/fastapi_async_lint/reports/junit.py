"""Report -> JUnit XML, which build servers show as failed tests: a suite for each file, a failed case for each finding.

A clean run is one case that passed, because some servers take a report without cases for a run that never happened.
"""

import re
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from fastapi_async_lint.findings import Finding
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.parts.gravity import gravity
from fastapi_async_lint.reports.parts.places import place, shown
from fastapi_async_lint.reports.parts.sentences import told
from fastapi_async_lint.results import Report

FOR_PEOPLE = False
WANTS_EDITS = False
SHOWS_SUPPRESSED = False

_NAME = "fastapi-async-lint"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold, not even escaped."""


def render(report: Report, view: View) -> str:
    """One document in ASCII, so that no stream's encoding stands in the way."""
    found = len(report.findings)
    root = Element("testsuites", name=_NAME, tests=str(found or 1), failures=str(found), errors="0")
    for path, findings in groupby(report.findings, key=lambda finding: finding.path):
        name = _clean(shown(path, view.base))
        cases = list(findings)
        suite = SubElement(root, "testsuite", name=name, tests=str(len(cases)), failures=str(len(cases)), errors="0")
        for finding in cases:
            _case(suite, name, finding, view)
    if not found:
        suite = SubElement(root, "testsuite", name=_NAME, tests="1", failures="0", errors="0")
        SubElement(suite, "testcase", name="nothing blocks the event loop", classname=_NAME)
    indent(root)
    return f'<?xml version="1.0" encoding="US-ASCII"?>\n{tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")}\n'


def _case(suite: Element, name: str, finding: Finding, view: View) -> None:
    title = f"{finding.code} {finding.name} at {finding.span.row}:{finding.span.column + 1}"
    case = SubElement(suite, "testcase", name=title, classname=name.removesuffix(".py").replace("/", "."))
    failure = SubElement(case, "failure", type=gravity(finding), message=_clean(finding.message))
    lines = (f"{place(finding.path, finding.span, view.base)}: {finding.message}", *told(finding, view.base))
    failure.text = _clean("\n".join(lines))


def _clean(text: str) -> str:
    """The text with escapes in place of what XML forbids."""
    return _FORBIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
