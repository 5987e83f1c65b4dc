from dataclasses import replace
from typing import Any

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Edit
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.rdjson import render
from tests.reports.samples import FIX_EDITS, FIXED, HOSTILE_PATH, RATES, ROOT, THROUGH_HELPER, full_report, report
from tests.reports.schemas import parsed

VIEW = View(ROOT)


def diagnostics(text: str) -> Any:
    """The diagnostics of a valid report."""
    result: Any = parsed(text, "rdjson")
    assert result["source"]["name"] == "fastapi-async-lint"
    return result["diagnostics"]


def test_a_finding_is_a_diagnostic() -> None:
    """With its range, its rule's page and the chain as related locations."""
    (diagnostic,) = diagnostics(render(report(THROUGH_HELPER), VIEW))
    assert diagnostic["message"].startswith(THROUGH_HELPER.message + "\n")
    assert diagnostic["severity"] == "ERROR"
    assert diagnostic["code"]["value"] == "FAL202"
    assert diagnostic["location"] == {
        "path": "shop/routes.py",
        "range": {"start": {"line": 3, "column": 12}, "end": {"line": 3, "column": 31}},
    }
    assert [(related["message"], related["location"]["path"]) for related in diagnostic["related_locations"]] == [
        ('shop.routes.read_price calls current_rate("EUR")', "shop/routes.py"),
        ("shop.rates.current_rate calls requests.get(...)", "shop/rates.py"),
    ]
    assert "suggestions" not in diagnostic


def test_edits_are_suggestions() -> None:
    """Each edit is one, an insertion has an empty range."""
    (diagnostic,) = diagnostics(render(replace(report(FIXED), edits={FIXED: FIX_EDITS}), VIEW))
    assert diagnostic["suggestions"] == [
        {
            "range": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 1}},
            "text": "from fastapi.concurrency import run_in_threadpool\n\n",
        },
        {
            "range": {"start": {"line": 3, "column": 12}, "end": {"line": 3, "column": 31}},
            "text": 'await run_in_threadpool(current_rate, "EUR")',
        },
    ]


def test_a_fix_of_several_files_is_no_suggestion() -> None:
    """Half a fix is none, and a suggestion cannot name a file."""
    edits = {FIXED: (*FIX_EDITS, Edit(RATES, Span(1, 0, 1, 0), "import asyncio\n"))}
    (diagnostic,) = diagnostics(render(replace(report(FIXED), edits=edits), VIEW))
    assert "suggestions" not in diagnostic


def test_columns_count_bytes() -> None:
    """As the format has it: four for a letter beyond the basic plane, two for an accented one."""
    first = diagnostics(render(full_report(), VIEW))[0]
    assert first["location"]["path"] == HOSTILE_PATH.name
    assert first["location"]["range"] == {"start": {"line": 1, "column": 12}, "end": {"line": 1, "column": 19}}


def test_without_the_text_lines_are_named() -> None:
    """Bytes of an unknown line cannot be counted."""
    (diagnostic,) = diagnostics(render(report(THROUGH_HELPER, texts={}), VIEW))
    assert diagnostic["location"]["range"] == {"start": {"line": 3}, "end": {"line": 3}}


def test_no_findings_are_a_result_without_diagnostics() -> None:
    """A clean run is valid too."""
    assert diagnostics(render(report(), VIEW)) == []
