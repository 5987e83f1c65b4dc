import pytest

from fastapi_async_lint.rows import comment_rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a()\nb()\n", [1, 2]),
        ("a(\n  1,\n)\n", [1, 2, 3]),
        ("a() + \\\n  b()\nc()\n", [2, 2, 3]),
        ('a("""\n\n""")\nb()\n', [3, 3, 3, 4]),
        ('a("""\n""", """\n""", 1)\n', [3, 3, 3]),
        ('a("""x""")\nb()\n', [1, 2]),
        ('a(1,\n  """\n""")\n', [1, 3, 3]),
        ('f"""{\na()\n}"""\nb()\n', [3, 3, 3, 4]),
        ("'a\\\nb'\n", [2, 2]),
        ("if a:\n    b()\n# c\n\nd()\n", [1, 2, 3, 4, 5]),
        ("if a: \\\n    b()\n", [2, 2]),
        ("a(  # b\n  c)\n", [1, 2]),
        ("a()\r\nb(\\\r\n)\r\n", [1, 3, 3]),
        ("a()\rb()\r", [1, 2]),
        ("a(\x0c)\nb('\x0b\x1c\u2028')\nc()", [1, 2, 3]),
        ("", [1]),
    ],
)
def test_the_row_of_a_comment(text: str, rows: list[int]) -> None:
    """The row itself, unless it ends in a string or a backslash; then the next one that does not."""
    found = comment_rows(text)
    assert found is not None
    assert [found.of(row) for row in range(1, len(rows) + 1)] == rows


def test_what_is_joined() -> None:
    """Both ends are told; a row alone is its own beginning and end."""
    found = comment_rows('a()\nb("""\n""")\nc()\n')
    assert found is not None
    assert [found.around(row) for row in (1, 2, 3, 4, 5)] == [(1, 1), (2, 3), (2, 3), (4, 4), (5, 5)]


@pytest.mark.parametrize("text", ["a(\n", 'a = """\n', "if a:\n        b()\n    c()\n"])
def test_a_text_that_cannot_be_read(text: str) -> None:
    """It has no rows; nobody guesses."""
    assert comment_rows(text) is None
