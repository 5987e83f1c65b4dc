"""Report -> a name for each finding that stays the same while lines move, so that a service can tell old findings from new ones."""

import hashlib
from collections import Counter
from collections.abc import Mapping

from fastapi_async_lint.findings import Finding
from fastapi_async_lint.reports.parts.places import shown
from fastapi_async_lint.results import Report


def fingerprints(report: Report) -> Mapping[Finding, str]:
    """The fingerprint of every finding, suppressed ones included; no two are the same.

    It is made of the file, the code, the function, the call and what that resolves to. Calls that agree in all of these are told apart by
    their order; silencing one of them by a comment changes no other's fingerprint.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    names: dict[Finding, str] = {}
    for finding in sorted((*report.findings, *report.suppressed), key=_order):
        parts = (shown(finding.path, report.root), finding.code, finding.function, finding.call, finding.resolves_to)
        text = "\0".join((*parts, str(seen[parts])))
        names[finding] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[parts] += 1
    return names


def _order(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    return str(finding.path), span.row, span.column, span.end_row, span.end_column, finding.code, finding.message
