from dataclasses import replace

from fastapi_async_lint.reports.parts.totals import statistics, summary
from tests.reports.samples import ADVICE, AT_STARTUP, FIXED, NUMBERS, THROUGH_HELPER, UNREADABLE, UNSAFE, report


def test_the_summary_counts_calls_and_files() -> None:
    """Plural and singular are right, and what is no blocking call is not called one."""
    assert summary(report()) == "No blocking calls found (3 files checked)."
    assert summary(report(), "main") == "No blocking calls found (3 files checked, told is what concerns changes since main)."
    assert summary(report(statistics=replace(NUMBERS, files=0))).startswith("Nothing was checked: no Python files found.")
    assert summary(report(THROUGH_HELPER)) == "Found 1 blocking call in 1 file (3 files checked)."
    assert (
        summary(report(THROUGH_HELPER, AT_STARTUP, UNREADABLE))
        == "Found 2 blocking calls and 1 other finding in 2 files (3 files checked)."
    )
    assert summary(report(UNREADABLE, statistics=replace(NUMBERS, files=1))) == "Found 1 finding in 1 file (1 file checked)."


def test_the_summary_says_what_can_be_fixed() -> None:
    """On a line of its own, by the option that does it; advice is not counted."""
    unsafe, advice = replace(THROUGH_HELPER, fix=UNSAFE), replace(THROUGH_HELPER, fix=ADVICE)
    assert summary(report(FIXED, FIXED, advice)).endswith(" checked).\n2 fixable with --fix.")
    assert summary(report(FIXED, unsafe, unsafe)).endswith(" checked).\n1 fixable with --fix, 2 more with --unsafe-fixes.")
    assert summary(report(unsafe, advice)).endswith(" checked).\n1 fixable with --unsafe-fixes.")
    assert summary(report(advice)).endswith(" checked).")


def test_statistics_say_what_can_be_fixed() -> None:
    """Behind each rule."""
    text = statistics(report(FIXED, replace(THROUGH_HELPER, fix=UNSAFE), AT_STARTUP))
    assert " 2  FAL202 blocking-http-call (1 fixable with --fix, 1 more with --unsafe-fixes)\n" in text
    assert " 1  FAL104 blocking-file-io\n" in text


def test_statistics_count_by_rule_and_say_what_was_not_understood() -> None:
    """Rules by frequency, then coverage; unresolved imports are named."""
    assert statistics(report(THROUGH_HELPER, AT_STARTUP, THROUGH_HELPER)) == (
        " 2  FAL202 blocking-http-call\n"
        " 1  FAL104 blocking-file-io\n"
        "\n"
        " 3  files checked, 120 lines\n"
        " 9  functions, 4 of them on the event loop\n"
        "40  calls on the event loop, 75% resolved\n"
        "10  calls on the event loop of unknown callee: these are silent\n"
        " 6  first-party imports, 1 of them unresolved\n"
        " 2  findings suppressed\n"
        "\n"
        "Unresolved first-party imports:\n"
        "  shop.missing\n"
    )


def test_statistics_of_a_clean_program_have_no_empty_parts() -> None:
    """No rules, no names, no division by zero; limits are told where there are any."""
    numbers = replace(NUMBERS, calls=0, unresolved_calls=0, unresolved_imports=(), bounds=("inference stopped at depth 40 in a.b",))
    text = statistics(report(statistics=numbers))
    assert text.startswith("3  files checked")
    assert "\n0  calls on the event loop\n" in text
    assert "Unresolved first-party imports:" not in text
    assert text.endswith("\nLimits reached:\n  inference stopped at depth 40 in a.b\n")
