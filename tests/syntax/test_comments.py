"""Comments that may suppress."""

import pytest

from fastapi_async_lint.facts import Comment
from fastapi_async_lint.syntax import extract


def test_comments_that_may_suppress_are_kept() -> None:
    """Those with `noqa` or the linter's name in any case, wherever a comment may stand; no others."""
    source = (
        "# NoQA: everything\n"
        "a = 1  # noqa: FAL101\n"
        "# nothing\n"
        "def f(  # noqa\n"
        "    a,\n"
        "    # Fastapi-Async-Lint: off\n"
        "    b,\n"
        "): pass  # noqa:FAL1,FAL2 because\n"
        "\tif_ = 'no comment # noqa'\n".replace("\t", "")
        + "x = f'# noqa {a}' f'''\n# noqa\n'''\n"
        "class A:  #noqa\n"
        "    '''# noqa'''\n"
        "\n"
        "    # noqa inside\n"
        "  # noqa last"
    )
    assert extract(source).comments == (
        Comment(1, 0, "# NoQA: everything", True),
        Comment(2, 7, "# noqa: FAL101", False),
        Comment(4, 8, "# noqa", False),
        Comment(6, 4, "# Fastapi-Async-Lint: off", True),
        Comment(8, 9, "# noqa:FAL1,FAL2 because", False),
        Comment(13, 10, "#noqa", False),
        Comment(16, 4, "# noqa inside", True),
        Comment(17, 2, "# noqa last", True),
    )


def test_columns_of_comments_count_characters() -> None:
    """Not bytes, and a tab is one."""
    assert extract("é = '😀'\t# noqa\n").comments == (Comment(1, 8, "# noqa", False),)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_newline_ends_a_comment(newline: str) -> None:
    """And starts a row."""
    source = newline.join(["a", "# noqa: 1", "b  # noqa: 2", ""])
    assert extract(source).comments == (Comment(2, 0, "# noqa: 1", True), Comment(3, 3, "# noqa: 2", False))
