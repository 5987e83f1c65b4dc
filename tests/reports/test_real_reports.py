"""One run of the command on every fixture, and what services make of its reports."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import junitparser
import pytest
import xmlschema

from tests.reports.schemas import DATA, official_sarif, parsed

FIXTURES = Path(__file__).parent.parent / "fixtures"
MANY = 500
"""All fixtures together have more findings than these."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The text of each service's report, by format; what comments silence is in where a format can say so."""
    folder = tmp_path_factory.mktemp("everything")
    project = folder / "project"
    for case in FIXTURES.glob("*/*/before"):
        shutil.copytree(case, project / f"{case.parent.parent.name}_{case.parent.name}")
    names = ("json", "sarif", "gitlab", "junit", "rdjson")
    asked = [argument for name in names for argument in ("--output-format", f"{name}:{folder / name}")]
    command = [
        sys.executable,
        "-m",
        "fastapi_async_lint",
        "--isolated",
        "--no-cache",
        "--exit-zero",
        "--report-suppressed",
        *asked,
        str(project),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


@pytest.fixture(scope="module")
def findings(reports: dict[str, str]) -> list[dict[str, Any]]:
    """The same findings as JSON."""
    found: list[dict[str, Any]] = json.loads(reports["json"])
    assert len(found) > MANY
    return found


def test_sarif_is_what_the_standard_says(reports: dict[str, str], findings: list[dict[str, Any]]) -> None:
    """By its own schema and by ours; chains, fixes and what comments silence are among the results."""
    log = parsed(reports["sarif"], "sarif")
    official_sarif().validate(log)
    results = log["runs"][0]["results"]
    assert len([result for result in results if "suppressions" not in result]) == len(findings)
    for part in ("codeFlows", "fixes", "suppressions"):
        assert any(part in result for result in results), part


@pytest.mark.parametrize(
    ("key", "value"), [("level", "grave"), ("ruleIndex", "first"), ("message", {}), ("fixes", [{}]), ("codeFlows", [{}]), ("kin", "fail")]
)
def test_the_standard_s_schema_refuses_what_it_must(reports: dict[str, str], key: str, value: object) -> None:
    """So that its silence above says something."""
    log = json.loads(reports["sarif"])
    log["runs"][0]["results"][0][key] = value
    with pytest.raises(jsonschema.ValidationError):
        official_sarif().validate(log)


def test_gitlab_gets_an_issue_for_each_finding(reports: dict[str, str], findings: list[dict[str, Any]]) -> None:
    """No two with the same fingerprint, because GitLab drops all but one of those."""
    issues = parsed(reports["gitlab"], "gitlab")
    assert len(issues) == len({issue["fingerprint"] for issue in issues}) == len(findings)


def test_reviewdog_gets_a_diagnostic_for_each_finding(reports: dict[str, str], findings: list[dict[str, Any]]) -> None:
    """With suggestions where there are fixes."""
    diagnostics = parsed(reports["rdjson"], "rdjson")["diagnostics"]
    assert len(diagnostics) == len(findings)
    assert any("suggestions" in diagnostic for diagnostic in diagnostics)


def test_build_servers_get_a_failed_case_for_each_finding(reports: dict[str, str], findings: list[dict[str, Any]]) -> None:
    """Valid to the schema, and read by a library that build tools use."""
    xmlschema.XMLSchema(str(DATA / "junit.xsd")).validate(reports["junit"])
    suites = junitparser.JUnitXml.fromstring(reports["junit"].encode())
    cases = [case for suite in suites for case in suite]
    assert (suites.tests, suites.failures, suites.errors) == (len(findings), len(findings), 0)
    assert len(cases) == len(findings)
    assert all(isinstance(case.result[0], junitparser.Failure) for case in cases)
