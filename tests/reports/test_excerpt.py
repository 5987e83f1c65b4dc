import pytest

from fastapi_async_lint.facts import Span
from fastapi_async_lint.reports.parts.excerpt import Frame, excerpt
from fastapi_async_lint.reports.parts.style import painter


def shown(text: str, span: Span, width: int = 120) -> list[str]:
    """The excerpt's lines, without the frame above and below."""
    return list(excerpt(text.split("\n"), span, "warning", Frame(width, painter(colour=False))))[1:-1]


def test_two_lines_before_and_after_without_blank_edges() -> None:
    """Neighbouring lines are shown, blank ones at the edges are not."""
    assert shown("a\n\nb()\n\nc", Span(3, 0, 3, 3)) == ["1 | a", "2 |", "3 | b()", "  | ^^^", "4 |", "5 | c"]
    assert shown("\n\nb()\n\n\n", Span(3, 0, 3, 3)) == ["3 | b()", "  | ^^^"]


def test_tabs_are_widened() -> None:
    """The mark stands below the call whatever the indentation is made of."""
    assert shown("\tgo()", Span(1, 1, 1, 5)) == ["1 |     go()", "  |     ^^^^"]
    assert shown("a\tgo()", Span(1, 2, 1, 6)) == ["1 | a   go()", "  |     ^^^^"]


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    """The mark stands below the call whatever stands before it."""
    assert shown('"値" + go()', Span(1, 6, 1, 10)) == ['1 | "値" + go()', "  |        ^^^^"]
    assert shown('"e\u0301" + go()', Span(1, 7, 1, 11)) == ['1 | "e\u0301" + go()', "  |       ^^^^"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    """An escape sequence in a source file is shown as a placeholder."""
    assert shown("go('\x1b[2J')", Span(1, 0, 1, 10)) == ["1 | go('\N{REPLACEMENT CHARACTER}[2J')", "  | ^^^^^^^^^^"]


def test_a_call_of_several_lines_is_bracketed() -> None:
    """From below its first character along the margin to below its last."""
    text = "x = get(\n    url,\n)\ndone"
    assert shown(text, Span(1, 4, 3, 1)) == ["1 |   x = get(", "  |  _____^", "2 | |     url,", "3 | | )", "  | |_^", "4 |   done"]


def test_a_very_long_call_is_shown_without_its_middle() -> None:
    """Eight lines are shown whole; of more, three at either end."""
    eight = "f(\n" + "a,\n" * 6 + ")"
    assert len([line for line in shown(eight, Span(1, 0, 8, 1)) if "…" not in line]) == 10
    nine = "f(\n" + "a,\n" * 7 + ")"
    assert shown(nine, Span(1, 0, 9, 1)) == [
        "1 |   f(",
        "  |  _^",
        "2 | | a,",
        "3 | | a,",
        "  | | …",
        "7 | | a,",
        "8 | | a,",
        "9 | | )",
        "  | |_^",
    ]


@pytest.mark.parametrize("width", [70, 80, 100])
def test_long_lines_are_cut_around_the_mark(width: int) -> None:
    """No line is wider than the terminal, and the call is in view."""
    line = "x = [" + "0, " * 60 + "go(), " + "1, " * 60 + "]"
    column = line.index("go")
    rows = shown(f"{line}\n{line}", Span(1, column, 1, column + 4), width)
    assert all(len(row) <= width for row in rows)
    source, mark = rows[0], rows[1]
    assert source[mark.index("^") : mark.rindex("^") + 1] == "go()"
    assert source.startswith("1 | …")
    assert source.endswith("…")


def test_a_wide_character_on_the_cut_does_not_shift_the_line() -> None:
    """Half a character is a blank."""
    line = "値" * 60 + "go()"
    rows = shown(line, Span(1, 60, 1, 64), 70)
    assert rows[0].endswith("go()")
    assert rows[1].endswith("^^^^")


def test_a_call_that_is_longer_than_the_terminal_is_marked_to_the_edge() -> None:
    """The mark is cut with its line."""
    line = "go(" + "0, " * 60 + ")"
    rows = shown(line, Span(1, 0, 1, len(line)), 70)
    assert [len(row) for row in rows] == [70, 70]


def test_lines_around_and_the_least_gutter_can_be_chosen() -> None:
    """So that an excerpt fits below another one."""
    frame = Frame(80, painter(colour=False), context=0, gutter=3)
    assert list(excerpt(["a", "b()", "c"], Span(2, 0, 2, 3), "info", frame)) == ["    |", "  2 | b()", "    | ^^^", "    |"]


@pytest.mark.parametrize("span", [Span(0, 0, 0, 0), Span(5, 0, 5, 1), Span(1, 0, 9, 1)])
def test_a_span_outside_the_text_has_no_excerpt(span: Span) -> None:
    """A text that changed since it was read cannot be quoted."""
    assert not list(excerpt(["a", "b"], span, "warning", Frame(80, painter(colour=False))))


def test_a_column_outside_the_line_is_marked_at_its_end() -> None:
    """Nothing is raised for a span that the text no longer has."""
    assert shown("ab", Span(1, 9, 1, 12)) == ["1 | ab", "  |   ^"]
