"""How calls read in messages."""

import pytest

from fastapi_async_lint.facts import Call, Expression
from fastapi_async_lint.spelling import spell
from fastapi_async_lint.syntax import extract


def spelled(source: str) -> str:
    """The last call of the text, as messages have it."""
    expressions: tuple[Expression, ...] = extract(source).expressions
    return spell(expressions, max(number for number, expression in enumerate(expressions) if isinstance(expression, Call)))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f()", "f()"),
        ("a.b.f(1, x=2)", "a.b.f(...)"),
        ("session.query(User).all()", "session.query(...).all()"),
        ("rows[0].save()", "rows[...].save()"),
        ("(await get()).read()", "(await get()).read()"),
        ("(base / name).open()", "(base / name).open()"),
        ("', '.join(x)", "', '.join(...)"),
        ("f'{x}'.encode()", "str.encode()"),
        ("(1).bit_length()", "1.bit_length()"),
        ("(lambda: 1)()", "(lambda)()"),
        ("[x].pop()", "[...].pop()"),
        ("(x, y).count(1)", "(...).count(...)"),
        ("{x}.pop()", "{...}.pop()"),
        ("[x for x in y].pop()", "[...].pop()"),
        ("(a or b).run()", "(... or ...).run()"),
        ("(not a).run()", "....run()"),
    ],
)
def test_calls_read_as_written_without_arguments(source: str, expected: str) -> None:
    """Each kind of expression, as short as it can be recognised."""
    assert spelled(source) == expected


def test_long_calls_keep_their_end() -> None:
    """The last name is what matters; sixty characters are enough."""
    text = spelled("first_of_all.and_then.after_that.some_more_of_it.until_it_is_too_long.finally_this()")
    assert len(text) == 60
    assert text.startswith("...")
    assert text.endswith(".finally_this()")


def test_deep_calls_are_cut() -> None:
    """A chain of hundreds does not recurse as deep."""
    assert len(spelled("x" + ".a()" * 300)) <= 60
