"""Text -> facts: the laws that facts.py states, and that no text makes it raise."""

import threading

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_async_lint.facts import (
    NOTHING,
    Argument,
    AttributeBinding,
    Binding,
    Block,
    BlockKind,
    ItemBinding,
    ModuleFacts,
    Name,
    Problem,
    Scope,
)
from fastapi_async_lint.syntax import extract, extraction
from tests.syntax.wording import sources

WORDS = st.sampled_from(
    [
        *("a", "b.c", "1", "'s'", "f'{a}'", "(", ")", "[", "]", "{", "}", ",", ":", ";", "=", ":=", "+", "**", "*", "@", ".", "->"),
        *("def f", "class A", "lambda", "async ", "await ", "for ", "in ", "if ", "else", "elif ", "while ", "try", "except ", "finally"),
        *("with ", "as ", "return", "yield ", "from ", "import ", "global ", "nonlocal ", "del ", "raise ", "match ", "case ", "type "),
        *("\n", "\n    ", "\n  ", "\r\n", "\r", "\t", "\x0c", "\\\n", "# noqa", "\ufeff", "é", "\x00", "'", '"""', "\ud800", "\u2028"),
    ]
)


def assert_lawful(facts: ModuleFacts) -> None:
    """What facts.py promises about numbers and ranges."""
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=ModuleFacts) == facts
    if facts.problem is not None:
        assert facts == ModuleFacts(problem=facts.problem, line_count=facts.line_count)
        assert (facts.problem.row >= 1, facts.problem.column >= 0) == (True, True)
        return
    total = len(facts.expressions)
    for number, expression in enumerate(facts.expressions):
        assert all(NOTHING <= operand < number for operand in operands(expression)), (number, expression)
    all_ranges: tuple[tuple[Scope | Block, ...], ...] = (facts.scopes, facts.blocks)
    for ranges in all_ranges:
        assert (ranges[0].start, ranges[0].end, ranges[0].parent) == (0, total, NOTHING)
        for number, each in enumerate(ranges[1:], 1):
            around = ranges[each.parent]
            assert 0 <= each.parent < number
            assert around.start <= each.start <= each.end <= around.end
    for function in facts.functions:
        assert_within(facts, facts.scopes[function.scope], (*function.returns, *function.yields))
    assert facts.blocks[0].kind is BlockKind.BODY
    bindings: list[Binding | AttributeBinding | ItemBinding] = [*facts.bindings, *facts.attribute_bindings, *facts.item_bindings]
    for binding in bindings:
        assert NOTHING <= binding.value < binding.at <= total
    assert [span[0] for span in facts.spans] == sorted({span[0] for span in facts.spans})


def assert_within(facts: ModuleFacts, scope: Scope, numbers: tuple[int, ...]) -> None:
    """Returns and yields stand in the body."""
    assert all(scope.start <= number < scope.end for number in numbers), facts


def operands(expression: object) -> list[int]:
    """The numbers of the expressions that an expression is made of."""
    found: list[int] = []
    for field in ("value", "function", "index", "left", "right"):
        number = getattr(expression, field, NOTHING)
        is_number = type(expression).__name__ not in ("Literal", "Parameter", "FunctionValue") and (field, type(expression).__name__) != (
            "index",
            "Unpacked",
        )
        found += [number] if is_number and isinstance(number, int) else []
    for field in ("items", "options", "keys", "values"):
        found += getattr(expression, field, ())
    found += [each.value for each in getattr(expression, "arguments", ()) if isinstance(each, Argument)]
    return found


@pytest.mark.slow
def test_facts_of_real_code_are_lawful() -> None:
    """Over files of the standard library."""
    for _, text in sources(100):
        assert_lawful(extract(text))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    """Facts or a problem, whatever the characters."""
    assert_lawful(extract(text))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=20).map("".join))
def test_no_near_code_raises(text: str) -> None:
    """Nor what looks like code."""
    assert_lawful(extract(text))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_no_damaged_code_raises(data: st.DataObject) -> None:
    """Nor real code with a piece cut out."""
    text = data.draw(st.sampled_from(_SOME_CODE))
    start = data.draw(st.integers(0, len(text)))
    assert_lawful(extract(text[:start] + text[start + data.draw(st.integers(0, 40)) :]))


_SOME_CODE = [text[:2000] for _, text in sources(8)]


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("x = (\n", 1, 4),
        ("a\ndef f(:\n    pass\n", 2, 6),
        ("x = 1\n  y = 2\n", 2, None),
        ("é = $\n", 1, 4),
        ("\ufeffx = $\n", 1, 4),
        ("a\r\nb = $\r\n", 2, 4),
        ("x = '\n", 1, 4),
        ("a = 1\nb = a b\n", 2, None),
        ("\x00", 1, 0),
    ],
)
def test_a_syntax_error_is_a_problem_with_a_place(text: str, row: int, column: int | None) -> None:
    """Row from 1, column from 0 in characters; nothing else is said but the line count."""
    facts = extract(text)
    assert facts.problem is not None
    assert facts.problem.row == row
    assert column is None or facts.problem.column in (column, column + 1) or text == "x = '\n"
    assert facts == ModuleFacts(problem=facts.problem, line_count=facts.line_count)


def test_what_only_libcst_refuses_has_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the running interpreter finds nothing wrong, the parser's own message and place are told."""
    monkeypatch.setattr("ast.parse", lambda *_: None)
    problem = extract("a\nx = (\n").problem
    assert problem is not None
    assert problem.message.startswith("cannot be parsed: expected one of (, ), *")
    assert (problem.row, problem.column) == (3, 0)
    problem = extract("é = $\n").problem
    assert problem == Problem("cannot be parsed: '$' is not a valid character in this position", 1, 0)


def test_code_that_only_newer_pythons_read_is_read() -> None:
    """The grammar is LibCST's, not the interpreter's."""
    facts = extract("try: pass\nexcept A, B: pass\ntype X[T = int] = list[T]\nf'{a['b']}'\n")
    assert facts.problem is None
    assert Name("b") not in facts.expressions


class PanicException(BaseException):
    """As native code that panics raises."""


@pytest.mark.parametrize("error", [RuntimeError("x"), RecursionError("x"), MemoryError("x"), PanicException("x")])
def test_anything_unforeseen_is_a_problem(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the error's name, so that it can be reported."""

    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr(extraction, "parse_module", fail)
    assert extract("a\n") == ModuleFacts(problem=Problem(f"cannot be read: {type(error).__name__}: x", 1, 0), line_count=1)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_is_no_problem(error: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes through."""

    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr(extraction, "parse_module", fail)
    with pytest.raises(error):
        extract("a\n")


def test_reading_warns_about_nothing(recwarn: pytest.WarningsRecorder) -> None:
    """Odd escapes in the code that is read are not our user's terminal's business."""
    extract("x = '\\d'\ny: '\\d' = 1 is 1\n")
    extract("x = '\\d' (\n")
    assert not recwarn.list


def test_threads_do_not_disturb_each_other() -> None:
    """The same facts from eight at once."""
    text = "def f(a):\n    return " + "(" * 150 + "a.b()" + ")" * 150 + "\n"
    found: list[ModuleFacts] = []
    threads = [threading.Thread(target=lambda: found.append(extract(text))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [extract(text)] * 8
