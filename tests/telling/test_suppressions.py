from collections.abc import Iterable

import pytest

from fastapi_async_lint.facts import Comment
from fastapi_async_lint.telling.suppressions import Suppressions, index

KNOWN = {"FAL101": "blocking-sleep", "FAL103": "blocking-database-call", "FAL203": "blocking-database-call"}


def comments(text: str) -> Iterable[Comment]:
    """The comments of a text that has no `#` in strings."""
    for row, line in enumerate(text.splitlines(), 1):
        column = line.find("#")
        if column >= 0:
            yield Comment(row, column, line[column:], not line[:column].strip())


def indexed(text: str) -> Suppressions:
    """The suppressions of a text."""
    return index(comments(text), KNOWN, lambda: text)


def silenced(text: str, *, code: str = "FAL103", last: int | None = None) -> list[int]:
    """The rows where a finding of one line, or one down to the row `last`, is silenced."""
    found = indexed(text)
    rows = range(1, len(text.splitlines()) + 1)
    return [row for row in rows if found.suppresses(code, KNOWN[code], row, last or row)]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "#noqa",
        "# NOQA",
        "# NoQA : FAL103",
        "# noqa: FAL103",
        "#noqa:FAL103 some reason",
        "# noqa: fal103",
        "# noqa:E501,FAL103",
        "# noqa: E501 FAL103",
        "# noqa: FAL1",
        "# noqa: FAL",
        "# noqa: because it is slow anyway",
        "# type: ignore # noqa: FAL103",
        "# fastapi-async-lint: ignore",
        "# fastapi-async-lint:ignore[FAL103] reason",
        "# fastapi-async-lint: ignore[FAL101, blocking-database-call]",
        "# FastAPI-Async-Lint: Ignore[ALL]",
        "# noqa: E501  # fastapi-async-lint: ignore[FAL1]",
    ],
)
def test_comments_that_silence_their_line(comment: str) -> None:
    """As flake8 and ruff spell it, and in our own form."""
    assert silenced(f"a()\nb()  {comment}\nc()\n") == [2]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: E501",
        "# noqa: E501, FAL203",
        "# noqa: FAL101",
        "# noqa:FA100",
        "# noqaFAL103",
        "# ruff: noqa",
        "# flake8: noqa",
        "# the tool fastapi-async-lint ignores this",
        "# fastapi-async-lint: ignore[FAL203]",
        "# fastapi-async-lint: ignore[blocking-sleep]",
    ],
)
def test_comments_that_do_not(comment: str) -> None:
    """Other tools' codes, other rules, mere mentions; a file-level form behind code."""
    assert silenced(f"a()\nb()  {comment}\nc()\n") == []


def test_any_line_of_the_call_counts() -> None:
    """Formatters move comments to the closing line."""
    text = "a(\n  1,  # noqa: FAL103\n)\nb()\n"
    found = indexed(text)
    assert found.suppresses("FAL103", "blocking-database-call", 1, 3) is not None
    assert found.suppresses("FAL103", "blocking-database-call", 3, 3) is None


@pytest.mark.parametrize(
    "comment", ["# flake8: noqa", "#flake8:noqa: FAL103", "# FLAKE8: NOQA: E501, FAL1", "# fastapi-async-lint: ignore-file[FAL1] generated"]
)
def test_comments_that_silence_the_file(comment: str) -> None:
    """Wherever they stand."""
    assert silenced(f"a()\n{comment}\nb()\n") == [1, 2, 3]


def test_a_file_level_form_for_other_tools_says_nothing_to_us() -> None:
    """`# flake8: noqa: E501`."""
    assert silenced("# flake8: noqa: E501\na()\n") == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("# fastapi-async-lint: ignore\na()\nb()\n", [2]),
        ("# fastapi-async-lint: ignore\n\n# why\na(\n  1,\n)\nb()\n", [4, 5, 6]),
        ("if x:\n    # fastapi-async-lint: ignore\n    with a() as f:\n        f.read()\n", [3]),
        ("# fastapi-async-lint: ignore\n@route(\n  1)\n# more\n@other\nasync def f():\n    a()\n", [2, 3, 4, 5, 6]),
        ("f(\n    # fastapi-async-lint: ignore\n    a(),\n    b(),\n)\n", [3]),
        ('# fastapi-async-lint: ignore\nx = """\n"""; a()\nb()\n', [2, 3]),
        ('# fastapi-async-lint: ignore\nx = """\n', [2]),
        ("# fastapi-async-lint: ignore\r\na()\r\nb()\r\n", [2]),
        ("# fastapi-async-lint: ignore\n@dangling\n", [2]),
        ("a()\n# fastapi-async-lint: ignore\n", [2]),
    ],
)
def test_on_a_line_of_its_own_it_is_about_the_next_statement(text: str, rows: list[int]) -> None:
    """Over blank lines and comments; a header without its body; decorators with what they decorate."""
    assert silenced(text) == rows


def test_without_the_text_it_is_about_the_next_line() -> None:
    """The text is asked for only where it matters."""
    found = index(comments("# fastapi-async-lint: ignore\na()\nb()  # noqa\n"))
    assert found.suppresses("FAL103", "blocking-database-call", 2, 2) is not None
    index(comments("a()  # fastapi-async-lint: ignore\n"), KNOWN, lambda: pytest.fail("not needed"))


def test_ranges() -> None:
    """From `off` to `on`, both lines included; without `on` to the end; `on` ends all that are open."""
    text = "a()\n# fastapi-async-lint: off[FAL1]\na()\n# fastapi-async-lint: off[blocking-sleep]\na()\n# fastapi-async-lint: on\na()\n"
    assert silenced(text) == [2, 3, 4, 5, 6]
    assert silenced(text, code="FAL101") == [2, 3, 4, 5, 6]
    assert silenced("a()\n# fastapi-async-lint: off\na()\na()\n") == [2, 3, 4]
    assert silenced(text, code="FAL203") == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignor[FAL103]", "unknown word `ignor`; did you mean ignore?"),
        ("", "expected one of ignore, ignore-file, off, on"),
        ("ignore[FAL1O3]", "unknown rule `FAL1O3`; did you mean FAL103?"),
        ("ignore[blocking-slep]", "unknown rule `blocking-slep`; did you mean blocking-sleep?"),
        ("ignore[E501]", "unknown rule `E501`"),
        ("ignore[]", "`ignore[]` names no rule; leave out the brackets for all rules"),
        ("ignore[FAL103", "`ignore[` is not closed"),
        ("on", "`on` without an `off` above it"),
    ],
)
def test_mistakes_in_our_own_forms_are_told(comment: str, message: str) -> None:
    """With the nearest valid word; they silence nothing."""
    found = indexed(f"a()\nb()  # fastapi-async-lint: {comment}\n")
    assert found.complaints == ((2, message),)
    assert found.entries == ()


def test_one_unknown_rule_does_not_void_the_others() -> None:
    """The rest of the brackets counts."""
    found = indexed("a()  # fastapi-async-lint: ignore[FAL103, FAL999]\n")
    assert [row for row, _ in found.complaints] == [1]
    assert found.complaints[0][1].startswith("unknown rule `FAL999`")
    assert found.suppresses("FAL103", "blocking-database-call", 1, 1) is not None


def test_the_narrowest_suppression_answers() -> None:
    """So that a wide one can be found unused; it says which of its words silences."""
    found = indexed("# flake8: noqa\na()  # noqa: FAL101, FAL1\n")
    narrow = found.suppresses("FAL103", "blocking-database-call", 2, 2)
    assert narrow is not None
    assert (narrow.row, narrow.rules, narrow.rule_for("FAL103", "blocking-database-call")) == (2, ("FAL101", "FAL1"), "FAL1")
    wide = found.suppresses("FAL203", "blocking-database-call", 2, 2)
    assert wide is not None
    assert (wide.row, wide.rules, wide.rule_for("FAL203", "blocking-database-call")) == (1, (), "")
