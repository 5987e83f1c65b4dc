"""Literals -> values, as Python has them."""

import ast
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_async_lint.syntax import strings


@pytest.mark.parametrize(
    "source",
    [
        "'a'",
        '"a"',
        "'''a\n'b' '''",
        '"""a\r\nb\rc"""',
        "r'\\n'",
        "R'\\''",
        "u'a'",
        r"'\n\t\\\'\"\a\b\f\r\v'",
        r"'\0\12\1234\x41\u00e9\U0001F600'",
        r"'\N{BULLET}\N{GREEK SMALL LETTER ALPHA}'",
        r"'\d \8 \ '",
        "'a\\\nb'",
        "''",
        '""""""',
    ],
)
def test_a_literal_has_pythons_value(source: str) -> None:
    """Quotes, prefixes, escapes, newlines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert strings.value_of(source) == ast.literal_eval(source)


@pytest.mark.parametrize("source", [r"'\N{NO SUCH CHARACTER}'", r"'\UFFFFFFFF'", "no literal"])
def test_what_is_no_literal_has_no_value(source: str) -> None:
    """None, not an error."""
    assert strings.value_of(source) is None


@given(st.text())
def test_every_string_is_read_back(text: str) -> None:
    """Whatever `repr` writes."""
    assert strings.value_of(repr(text)) == text
