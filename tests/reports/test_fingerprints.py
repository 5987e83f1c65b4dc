from dataclasses import replace

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.reports.parts.fingerprints import fingerprints
from tests.reports.samples import AT_STARTUP, HOSTILE, ROOT, ROUTES, THROUGH_HELPER, report


def moved(finding: Finding, rows: int) -> Finding:
    """The finding so many rows further down."""
    span = finding.span
    return replace(finding, span=Span(span.row + rows, span.column, span.end_row + rows, span.end_column))


def test_they_are_unique() -> None:
    """Also for calls that are alike in everything but their place."""
    alike = [moved(THROUGH_HELPER, rows) for rows in range(5)]
    names = fingerprints(report(*alike, AT_STARTUP, HOSTILE))
    assert len(set(names.values())) == len(names) == 7


def test_they_stay_while_lines_move() -> None:
    """And while the project lies elsewhere."""
    before, after = report(THROUGH_HELPER, moved(THROUGH_HELPER, 3)), report(moved(THROUGH_HELPER, 40), moved(THROUGH_HELPER, 50))
    assert list(fingerprints(before).values()) == list(fingerprints(after).values())
    elsewhere = replace(report(replace(THROUGH_HELPER, path=ROOT / "copy" / ROUTES.relative_to(ROOT))), root=ROOT / "copy")
    assert list(fingerprints(elsewhere).values()) == list(fingerprints(report(THROUGH_HELPER)).values())


def test_silencing_one_changes_no_other() -> None:
    """The second of two alike remains the second when a comment silences the first."""
    first, second = THROUGH_HELPER, moved(THROUGH_HELPER, 1)
    assert fingerprints(report(first, second))[second] == fingerprints(replace(report(second), suppressed=(first,)))[second]


def test_what_differs_has_another() -> None:
    """File, code, function, call, and what that resolves to."""
    others = [
        replace(THROUGH_HELPER, path=ROOT / "other.py"),
        replace(THROUGH_HELPER, code="FAL203"),
        replace(THROUGH_HELPER, function="other"),
        replace(THROUGH_HELPER, call="other()"),
        replace(THROUGH_HELPER, resolves_to="requests.post"),
    ]
    (own,) = fingerprints(report(THROUGH_HELPER)).values()
    assert own not in {name for other in others for name in fingerprints(report(other)).values()}
