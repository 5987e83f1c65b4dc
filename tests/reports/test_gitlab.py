from typing import Any

from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.gitlab import render
from tests.reports.samples import HOSTILE_PATH, ROOT, THROUGH_HELPER, full_report, report
from tests.reports.schemas import parsed

VIEW = View(ROOT)


def issues(text: str) -> Any:
    """The issues of a valid report."""
    return parsed(text, "gitlab")


def test_a_finding_is_an_issue() -> None:
    """With what the merge request's widget shows, and with the chain."""
    (issue,) = issues(render(report(THROUGH_HELPER), VIEW))
    assert issue.pop("fingerprint")
    assert issue == {
        "type": "issue",
        "check_name": "FAL202",
        "description": "FAL202: requests.get blocks the event loop (route GET /price, via shop.rates.current_rate)",
        "content": {
            "body": 'shop.routes.read_price calls current_rate("EUR") at shop/routes.py:3:12\n'
            "shop.rates.current_rate calls requests.get(...) at shop/rates.py:4:12\n"
            "help: await an async client, or run_in_threadpool(current_rate, ...)"
        },
        "categories": ["Performance"],
        "severity": "major",
        "location": {"path": "shop/routes.py", "positions": {"begin": {"line": 3, "column": 12}, "end": {"line": 3, "column": 31}}},
    }


def test_every_report_is_valid() -> None:
    """With findings of each kind and with none; names survive whatever is in them."""
    found = issues(render(full_report(), VIEW))
    assert found[0]["location"]["path"] == HOSTILE_PATH.name
    assert [issue["severity"] for issue in found] == ["major", "major", "info", "major"]
    assert issues(render(report(), VIEW)) == []
