import json

from fastapi_async_lint.reports import View, load
from tests.reports.samples import ROOT, full_report, report


def test_each_line_is_an_object_of_the_json_report() -> None:
    """Whoever reads one can read the other."""
    view = View(ROOT)
    lines = load("jsonl").render(full_report(), view).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(load("json").render(full_report(), view))


def test_no_findings_are_no_lines() -> None:
    """An empty file is valid JSON Lines."""
    assert load("jsonl").render(report(), View(ROOT)) == ""
