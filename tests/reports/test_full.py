import re
from dataclasses import replace

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Step
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.full import render
from tests.reports.samples import ADVICE, AT_STARTUP, FIXED, RATES, ROOT, ROUTES, THROUGH_HELPER, UNREADABLE, UNSAFE, full_report, report

VIEW = View(ROOT)


def test_a_finding_is_told_as_a_story() -> None:
    """The call stands in its lines, underlined; then where it runs, who calls what down to what blocks, and what to do."""
    assert render(report(THROUGH_HELPER), VIEW) == (
        "FAL202 [blocking-http-call] requests.get blocks the event loop\n"
        " --> shop/routes.py:3:12\n"
        "  |\n"
        '1 | @app.get("/price")\n'
        "2 | async def read_price() -> float:\n"
        '3 |     rate = current_rate("EUR")\n'
        "  |            ^^^^^^^^^^^^^^^^^^^\n"
        "4 |     return rate * 100\n"
        "  |\n"
        "  = runs on the loop: route GET /price\n"
        '  = chain: read_price   calls current_rate("EUR")  shop/routes.py:3:12\n'
        "           current_rate calls requests.get(...)    shop/rates.py:4:12\n"
        "  = help: await an async client, or run_in_threadpool(current_rate, ...)\n"
        "\n"
    )


def test_what_is_less_grave_or_less_sure_says_so() -> None:
    """Start-up code and likely findings carry a note."""
    text = render(report(AT_STARTUP), VIEW)
    assert "  = note: this runs while the application starts or stops, when no request waits for it\n" in text
    assert "  = note: likely, not certain: it usually blocks, or only one of several possible callees does\n" in text
    assert "chain" not in text
    assert "help" not in text


def test_long_advice_is_wrapped() -> None:
    """At the terminal's edge, below its own beginning."""
    text = render(report(replace(THROUGH_HELPER, advice="use this; or " * 4 + "that")), View(ROOT, width=40))
    assert text.endswith("  = help: use this; or use this; or use\n          this; or use this; or that\n\n")


def test_a_file_without_text_has_no_excerpt() -> None:
    """A file that could not be decoded is still reported."""
    assert render(report(UNREADABLE), VIEW) == "FAL901 [unreadable-file] cannot be read: it ends early\n --> broken.py:1:1\n\n"


def test_a_path_outside_the_viewers_folder_is_absolute() -> None:
    """Paths are what can be clicked or typed where the viewer is."""
    assert f" --> {ROUTES.as_posix()}:3:12\n" in render(report(THROUGH_HELPER), View(ROOT / "elsewhere"))


def test_the_arrow_stands_below_the_gutter_of_a_longer_file() -> None:
    """The gutter is as wide as the largest row number shown."""
    text = "\n" * 98 + "work()\nmore()\n"
    shown = render(report(replace(THROUGH_HELPER, span=Span(99, 0, 99, 6), chain=()), texts={ROUTES: text}), VIEW)
    assert "\n   --> shop/routes.py:99:1\n    |\n 99 | work()\n    | ^^^^^^\n100 | more()\n    |\n    = runs" in shown


def test_colour_marks_the_code_and_the_underline_by_gravity() -> None:
    """Red for what stalls requests, yellow for start-up code; without colour there is no escape."""
    assert "\x1b[1;31mFAL202\x1b[0m" in render(report(THROUGH_HELPER), View(ROOT, colour=True))
    assert "\x1b[1;33mFAL104\x1b[0m" in render(report(AT_STARTUP), View(ROOT, colour=True))
    assert "\x1b" not in render(report(THROUGH_HELPER, AT_STARTUP), VIEW)


def test_a_chain_that_is_too_wide_has_its_places_on_lines_of_their_own() -> None:
    """A terminal would wrap it anywhere."""
    table = '  = chain: read_price   calls current_rate("EUR")  shop/routes.py:3:12\n'
    assert table in render(report(THROUGH_HELPER), View(ROOT, width=len(table) - 1))
    assert (
        '  = chain: read_price calls current_rate("EUR")\n'
        "             shop/routes.py:3:12\n"
        "           current_rate calls requests.get(...)\n"
        "             shop/rates.py:4:12\n"
    ) in render(report(THROUGH_HELPER), View(ROOT, width=len(table) - 2))


def test_the_headline_keeps_a_message_that_does_not_say_where_it_runs() -> None:
    """Only what the notes repeat is left out."""
    assert "] it waits (for long)\n" in render(report(replace(THROUGH_HELPER, message="it waits (for long)")), VIEW)
    assert "] it waits (for long)\n" in render(report(replace(THROUGH_HELPER, message="it waits (for long)", context="")), VIEW)


def test_functions_are_named_without_the_module_that_their_path_says() -> None:
    """Methods keep their class; a package's own file, a function called like its module, and a name that is no path's are understood."""

    def name(function: str, path: str) -> str:
        chain = (Step(function, ROOT / path, Span(1, 0, 1, 1), "a()"), Step("x.f", ROOT / "x.py", Span(1, 0, 1, 1), "b()"))
        (line,) = (line for line in render(report(replace(THROUGH_HELPER, chain=chain)), VIEW).splitlines() if "chain: " in line)
        return line.partition("chain: ")[2].split()[0]

    assert name("shop.mail.Mailer.send", "src/shop/mail.py") == "Mailer.send"
    assert name("shop.mail.send", "src/shop/mail/__init__.py") == "send"
    assert name("load.load", "load.py") == "load"
    assert name("elsewhere.send", "src/shop/mail.py") == "elsewhere.send"


def test_details_show_the_source_of_every_step() -> None:
    """In place of the table, with row numbers below one another; a file that is gone has its place alone."""
    detailed = replace(VIEW, detailed=True)
    assert (
        "  |\n"
        " ::: shop/rates.py:4:12 current_rate calls requests.get(...)\n"
        "  |\n"
        "4 |       return requests.get(\n"
        "  |  ____________^\n"
        "5 | |         URL,\n"
        '6 | |         params={"to": currency},\n'
        "7 | |     ).json()\n"
        "  | |_____^\n"
        "  |\n"
        "  = runs on the loop: route GET /price\n"
        "  = help: "
    ) in render(report(THROUGH_HELPER), detailed)
    gone = render(replace(report(THROUGH_HELPER), texts={}), detailed)
    assert " ::: shop/rates.py:4:12 current_rate calls requests.get(...)\n  = runs" in gone


def test_what_can_be_fixed_says_how() -> None:
    """With the option that does it; advice is the help's, and reasons are details."""
    assert "\n  = fix: run current_rate in a worker thread (safe; --fix)\n" in render(report(FIXED), VIEW)
    unsafe = report(replace(THROUGH_HELPER, fix=UNSAFE))
    assert render(unsafe, VIEW).endswith("\n  = fix: declare read_price `def` (unsafe; --unsafe-fixes)\n\n")
    assert render(unsafe, replace(VIEW, detailed=True)).endswith("\n  = why unsafe: a caller awaits it; it shares state\n\n")
    assert "= fix" not in render(report(replace(THROUGH_HELPER, fix=ADVICE)), VIEW)


def test_links_lead_to_rules_and_files() -> None:
    """For terminals that open them; the text is the same."""
    plain, linked = render(report(THROUGH_HELPER), VIEW), render(report(THROUGH_HELPER), replace(VIEW, links=True))
    page = "https://fastapi-async-lint.readthedocs.io/en/stable/rules/FAL202-blocking-http-call/"
    assert linked.startswith(f"\x1b]8;;{page}\x1b\\FAL202\x1b]8;;\x1b\\ [")
    assert f"--> \x1b]8;;{ROUTES.as_uri()}\x1b\\shop/routes.py:3:12\x1b]8;;\x1b\\\n" in linked
    assert re.sub(r"\x1b]8;;.*?\x1b\\", "", linked) == plain
    assert RATES.as_uri() in render(report(THROUGH_HELPER), replace(VIEW, links=True, detailed=True))


def test_names_cannot_steer_the_terminal() -> None:
    """Control characters in paths, messages and calls are spelled out, and make no lines."""
    text = render(full_report(), replace(VIEW, detailed=True))
    assert "\x1b" not in text
    assert "\\x1b[31m" in text
    assert not any(line.startswith("::error") for line in text.splitlines())


def test_no_findings_no_text() -> None:
    """The summary is not the report's."""
    assert render(report(), VIEW) == ""


def test_calls_on_one_resource_are_one_story() -> None:
    """The first call is told, the others of its code are named below it; other resources and other codes stay apart."""
    first = replace(THROUGH_HELPER, code="FAL104", resource="1:2:3", chain=())
    second = replace(first, span=Span(4, 4, 4, 10), call="file.read()")
    third = replace(first, span=Span(4, 11, 4, 15), call="file.write(...)")
    elsewhere = replace(first, resource="1:2:9")
    other_code = replace(first, code="FAL103")
    text = render(report(first, elsewhere, second, other_code, third), VIEW)
    assert text.count("[blocking-http-call]") == 3
    assert ("  = also: file.read()      shop/routes.py:4:5\n          file.write(...)  shop/routes.py:4:12\n") in text
