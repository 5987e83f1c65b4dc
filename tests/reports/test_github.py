from dataclasses import replace
from urllib.parse import unquote

from fastapi_async_lint.facts import Span
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.github import render
from tests.reports.samples import AT_STARTUP, FIXED, HOSTILE, HOSTILE_NAME, HOSTILE_PATH, ROOT, THROUGH_HELPER, report

VIEW = View(ROOT)


def test_a_finding_is_a_command_with_its_chain() -> None:
    """Title, place and message as GitHub's documentation has them; line breaks of the message are encoded."""
    assert render(report(FIXED), VIEW) == (
        "::error title=FAL202 blocking-http-call,file=shop/routes.py,line=3,endLine=3,col=12,endColumn=30::"
        "requests.get blocks the event loop (route GET /price, via shop.rates.current_rate)"
        '%0Ashop.routes.read_price calls current_rate("EUR") at shop/routes.py:3:12'
        "%0Ashop.rates.current_rate calls requests.get(...) at shop/rates.py:4:12"
        "%0Ahelp: await an async client, or run_in_threadpool(current_rate, ...)"
        "%0Afix: run current_rate in a worker thread (safe; --fix)\n"
    )


def test_gravity_is_the_kind_of_annotation() -> None:
    """Start-up code is a notice."""
    assert render(report(AT_STARTUP), VIEW).startswith("::notice ")
    assert render(report(replace(THROUGH_HELPER, confidence=AT_STARTUP.confidence)), VIEW).startswith("::warning ")


def test_columns_only_within_one_line() -> None:
    """GitHub rejects them for spans of several lines."""
    assert ",line=3,endLine=4::" in render(report(replace(THROUGH_HELPER, span=Span(3, 11, 4, 2))), VIEW)


def test_signs_are_encoded() -> None:
    """A name that looks like a command starts none, and every property and the message can be decoded to what they were."""
    (line,) = render(report(HOSTILE), VIEW).split("\n")[:-1]
    head, message = line.removeprefix("::error ").split("::", 1)
    properties = dict(pair.split("=", 1) for pair in head.split(","))
    assert unquote(properties["file"]) == HOSTILE_PATH.name
    assert message.startswith(HOSTILE_NAME.replace("%", "%25").replace("\n", "%0A"))
    assert "\r" not in line


def test_no_findings_are_no_commands() -> None:
    """Nothing is annotated."""
    assert render(report(), VIEW) == ""
