from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.concise import render
from tests.reports.samples import AT_STARTUP, ROOT, THROUGH_HELPER, report


def test_one_line_for_each_finding() -> None:
    """As compilers print them, so that editors find the place."""
    assert render(report(THROUGH_HELPER, AT_STARTUP), View(ROOT)) == (
        "shop/routes.py:3:12: FAL202 [blocking-http-call] "
        "requests.get blocks the event loop (route GET /price, via shop.rates.current_rate)\n"
        "shop/routes.py:4:5: FAL104 [blocking-file-io] open blocks the event loop (startup)\n"
    )


def test_colour() -> None:
    """The code is red, or yellow for what runs at start-up."""
    first, second = render(report(THROUGH_HELPER, AT_STARTUP), View(ROOT, colour=True)).splitlines()
    assert "\x1b[1;31mFAL202\x1b[0m" in first
    assert "\x1b[1;33mFAL104\x1b[0m" in second
