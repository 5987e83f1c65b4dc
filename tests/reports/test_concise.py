from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.concise import render
from tests.reports.samples import AT_STARTUP, HOSTILE, ROOT, ROUTES, THROUGH_HELPER, report


def test_one_line_for_each_finding() -> None:
    """As compilers print them, so that editors find the place."""
    assert render(report(THROUGH_HELPER, AT_STARTUP), View(ROOT)) == (
        "shop/routes.py:3:12: FAL202 [blocking-http-call] "
        "requests.get blocks the event loop (route GET /price, via shop.rates.current_rate)\n"
        "shop/routes.py:4:5: FAL104 [blocking-file-io] open blocks the event loop (startup)\n"
    )


def test_links() -> None:
    """The place leads to the file, the code to its rule."""
    line = render(report(THROUGH_HELPER), View(ROOT, links=True))
    assert line.startswith(f"\x1b]8;;{ROUTES.as_uri()}\x1b\\shop/routes.py:3:12\x1b]8;;\x1b\\: \x1b]8;;https://")


def test_a_finding_is_one_line_whatever_its_names_hold() -> None:
    """Control characters are spelled out."""
    text = render(report(HOSTILE), View(ROOT))
    assert text.count("\n") == 1
    assert "\x1b" not in text


def test_colour() -> None:
    """The code is red, or yellow for what runs at start-up."""
    first, second = render(report(THROUGH_HELPER, AT_STARTUP), View(ROOT, colour=True)).splitlines()
    assert "\x1b[1;31mFAL202\x1b[0m" in first
    assert "\x1b[1;33mFAL104\x1b[0m" in second
