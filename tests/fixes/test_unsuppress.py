import pytest

from tests.fixes.marking import fixed, refusal


@pytest.mark.parametrize(
    ("before", "form", "words", "after"),
    [
        ("call()  «# noqa: FAL101»\nrest()\n", "noqa", "FAL101", "call()\nrest()\n"),
        ("call()\t«#noqa:FAL101,FAL102»\n", "noqa", "FAL101", "call()\t#noqa:FAL102\n"),
        ("call()  «# noqa: E501, fal101»\n", "noqa", "fal101", "call()  # noqa: E501\n"),
        ("call()  «# noqa: FAL101 FAL102»\n", "noqa", "FAL101 FAL102", "call()\n"),
        ("call()  «# noqa: FAL101, FAL102 it must wait»\n", "noqa", "FAL102", "call()  # noqa: FAL101 it must wait\n"),
        ("call()  «# noqa: FAL101 it must wait»", "noqa", "FAL101", "call()"),
        ("call()  «# type: ignore  # noqa: FAL101 - it must wait»\n", "noqa", "FAL101", "call()  # type: ignore\n"),
        ("call()  «# noqa: FAL101  # type: ignore»\n", "noqa", "FAL101", "call()  # type: ignore\n"),
        ("«# flake8: noqa: FAL101»\ncall()\n", "flake8: noqa", "FAL101", "call()\n"),
        ("«# flake8: noqa: FAL101, E501»\ncall()\n", "flake8: noqa", "FAL101", "# flake8: noqa: E501\ncall()\n"),
        ("if a:\r\n    «# fastapi-async-lint: ignore»\r\n    call()\r\n", "ignore", "", "if a:\r\n    call()\r\n"),
        ("call()  «# fastapi-async-lint: ignore[FAL101, blocking-wait] why»\n", "ignore", "FAL101", "call()  # fastapi-async-lint: ignore[blocking-wait] why\n"),
        ("call()  «# noqa: FAL101  # fastapi-async-lint: ignore[FAL101]»\n", "ignore", "FAL101", "call()  # noqa: FAL101\n"),
        ("call()\n«# fastapi-async-lint: ignore-file[FAL101]»", "ignore-file", "FAL101", "call()\n"),
    ],
)  # fmt: skip
def test_words_are_removed_and_what_is_empty_then(before: str, form: str, words: str, after: str) -> None:
    """The words, else the suppression with its reason, else the comment, else the row; what other tools read stays."""
    assert fixed(before, "unsuppress", form=form, words=words) == after


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ("call()  «# noqa: FAL101»\n", "noqa", "FAL102"),
        ("call()  «# noqa: FAL101»\n", "ignore", "FAL101"),
        ("call()  «# noqa»\n", "noqa", "FAL101"),
        ("call()  «# fastapi-async-lint: ignore[FAL101]»\n", "ignore", ""),
    ],
)
def test_a_comment_that_says_something_else_is_left(text: str, form: str, words: str) -> None:
    """It has been changed since."""
    assert refusal(text, "unsuppress", form=form, words=words) == "the comment does not say what was to be removed"


def test_a_span_without_a_comment_is_refused() -> None:
    """A string that looks like one is none."""
    assert "no longer stands where it was" in refusal('x = "«# noqa: FAL101»"\n', "unsuppress", form="noqa", words="FAL101")
