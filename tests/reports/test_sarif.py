import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import fastapi_async_lint
from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Edit
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.sarif import render
from fastapi_async_lint.results import Report
from tests.reports.samples import (
    AT_STARTUP,
    FIX_EDITS,
    FIXED,
    HOSTILE_PATH,
    RATES,
    ROOT,
    ROUTES,
    RULES,
    THROUGH_HELPER,
    UNREADABLE,
    full_report,
    report,
)
from tests.reports.schemas import parsed

VIEW = View(ROOT)


def run_of(shown: Report, view: View = VIEW) -> Any:
    """The one run of the log, which is valid."""
    log: Any = parsed(render(shown, view), "sarif")
    return log["runs"][0]


def region(row: int, column: int, end_row: int, end_column: int) -> dict[str, int]:
    """As the standard has it: columns from 1, the end exclusive."""
    return {"startLine": row, "startColumn": column, "endLine": end_row, "endColumn": end_column}


def test_a_finding_is_a_result() -> None:
    """With its level, its place below the root, and what other formats say of it as properties."""
    run = run_of(report(THROUGH_HELPER))
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": "file:///project/"}}
    (result,) = run["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("FAL202", 0, "error")
    assert result["message"]["text"] == (
        "requests.get blocks the event loop (route GET /price, via shop.rates.current_rate). "
        "Instead: await an async client, or run_in_threadpool(current_rate, ...)."
    )
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "shop/routes.py", "uriBaseId": "%SRCROOT%"},
                "region": region(3, 12, 3, 31),
            },
            "logicalLocations": [{"fullyQualifiedName": "shop.routes.read_price"}],
        }
    ]
    assert result["properties"] == {
        "confidence": "certain",
        "context": "route GET /price",
        "call": 'current_rate("EUR")',
        "resolvesTo": "requests.get",
        "category": "http",
    }


def test_the_chain_is_a_code_flow() -> None:
    """Each step a level deeper; a finding without a chain has none."""
    first, second = run_of(report(THROUGH_HELPER, AT_STARTUP))["results"]
    steps = first["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [(step["nestingLevel"], step["location"]["message"]["text"]) for step in steps] == [
        (0, 'shop.routes.read_price calls current_rate("EUR")'),
        (1, "shop.rates.current_rate calls requests.get(...)"),
    ]
    assert steps[1]["location"]["physicalLocation"]["region"] == region(4, 12, 7, 6)
    assert "codeFlows" not in second


def test_rules_explain_themselves() -> None:
    """Those that are there, once each and in order; one whose text is not known has its name and its page."""
    run = run_of(replace(report(THROUGH_HELPER, UNREADABLE, AT_STARTUP, THROUGH_HELPER), rules=RULES))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["FAL104", "FAL202", "FAL901"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [result["ruleId"] for result in run["results"]]
    assert rules[1]["shortDescription"]["text"] == "A synchronous HTTP request"
    assert rules[1]["help"]["markdown"].startswith("A synchronous HTTP request.\n\n## Why\n")
    assert rules[1]["helpUri"].endswith("/rules/FAL202-blocking-http-call/")
    assert "help" not in rules[0]


def test_edits_are_replacements_by_file() -> None:
    """A file is named once, whatever the number of its edits; how far the fix can be trusted stands beside it."""
    other = Edit(RATES, Span(1, 0, 1, 0), "import asyncio\n")
    (result,) = run_of(replace(report(FIXED), edits={FIXED: (other, *FIX_EDITS)}))["results"]
    (fix,) = result["fixes"]
    assert fix["description"]["text"] == "run current_rate in a worker thread"
    assert fix["properties"] == {"applicability": "safe", "reasons": []}
    assert [(change["artifactLocation"]["uri"], len(change["replacements"])) for change in fix["artifactChanges"]] == [
        ("shop/rates.py", 1),
        ("shop/routes.py", 2),
    ]
    assert fix["artifactChanges"][1]["replacements"][1] == {
        "deletedRegion": region(3, 12, 3, 31),
        "insertedContent": {"text": 'await run_in_threadpool(current_rate, "EUR")'},
    }
    assert "fixes" not in run_of(report(FIXED))["results"][0]


def test_suppressed_findings_only_if_asked_for() -> None:
    """Services list them as open alerts; who wants them gets them marked."""
    assert len(run_of(full_report())["results"]) == 4
    results = run_of(full_report(), replace(VIEW, suppressed=True))["results"]
    assert [result.get("suppressions") for result in results] == [None] * 4 + [[{"kind": "inSource"}]]


def test_every_report_is_valid() -> None:
    """With each kind of finding and with none; a path's bytes come back from its address."""
    artifact = run_of(full_report())["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert unquote_to_bytes(artifact["uri"]) == os.fsencode(HOSTILE_PATH.name)
    empty = run_of(report())
    assert (empty["results"], empty["tool"]["driver"]["rules"]) == ([], [])
    assert empty["tool"]["driver"]["version"] == fastapi_async_lint.__version__


def test_a_file_outside_the_root_has_an_address_of_its_own() -> None:
    """Relative addresses would lead out of the root."""
    run = run_of(report(THROUGH_HELPER), View(Path("/elsewhere/with space")))
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "file:///elsewhere/with%20space/"
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": ROUTES.as_uri()}


def test_the_root_of_the_disk_is_a_root() -> None:
    """No slash is doubled."""
    assert run_of(report(), View(Path("/")))["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "file:///"
