from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
import xmlschema

from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.junit import render
from fastapi_async_lint.results import Report
from tests.reports.samples import FIXED, ROOT, THROUGH_HELPER, UNREADABLE, full_report, report
from tests.reports.schemas import DATA

VIEW = View(ROOT)


@pytest.fixture(scope="module")
def schema() -> Any:
    """What build servers read, as far as we use it."""
    return xmlschema.XMLSchema(str(DATA / "junit.xsd"))


def root_of(shown: Report, schema: Any) -> Element:
    """The root of the report, which is valid."""
    text = render(shown, VIEW)
    schema.validate(text)
    return fromstring(text)


def test_a_file_is_a_suite_and_a_finding_a_failed_case(schema: Any) -> None:
    """Case and failure name the rule, the place, and the whole story."""
    root = root_of(report(UNREADABLE, FIXED, replace(THROUGH_HELPER, code="FAL203")), schema)
    assert root.attrib == {"name": "fastapi-async-lint", "tests": "3", "failures": "3", "errors": "0"}
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("broken.py", "1"), ("shop/routes.py", "2")]
    case = root[1][0]
    assert case.attrib == {"name": "FAL202 blocking-http-call at 3:12", "classname": "shop.routes"}
    assert case[0].attrib == {"type": "error", "message": FIXED.message}
    assert case[0].text == (
        f"shop/routes.py:3:12: {FIXED.message}\n"
        'shop.routes.read_price calls current_rate("EUR") at shop/routes.py:3:12\n'
        "shop.rates.current_rate calls requests.get(...) at shop/rates.py:4:12\n"
        "help: await an async client, or run_in_threadpool(current_rate, ...)\n"
        "fix: run current_rate in a worker thread (safe; --fix)"
    )


def test_any_text_is_valid(schema: Any) -> None:
    """What XML forbids is spelled out, everything else comes back as it was."""
    message = root_of(full_report(), schema)[0][0][0].get("message")
    assert message == "a\"b'c\n::error::]]>--><script>alert(1)</script>&amp;%41,:値𐐀\\x1b[31m\\udce9 blocks the event loop"


def test_a_clean_run_is_a_passed_case(schema: Any) -> None:
    """Servers would take a report without cases for a broken build."""
    root = root_of(report(), schema)
    assert (root.get("tests"), root.get("failures")) == ("1", "0")
    assert len(root[0][0]) == 0
