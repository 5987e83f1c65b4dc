"""Expressions -> rows of the table."""

import libcst as cst
import pytest

from fastapi_async_lint import facts as f
from fastapi_async_lint.syntax import extract
from tests.syntax.wording import read, said, value, values


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a.b.c", "a.b.c"),
        ("a(b, *c, k=d, **e)", "a(b, *c, k=d, **e)"),
        ("(a.b)(c)[d].e()", "a.b(c)[d].e()"),
        ("a[b]", "a[b]"),
        ("a[b, c]", "a[tuple<b, c>]"),
        ("a[b,]", "a[tuple<b>]"),
        ("a[(b, c)]", "a[tuple<b, c>]"),
        ("a[f(b):c:d]", "a[?]"),
        ("a[b:, c]", "a[tuple<?, c>]"),
        ("a[*b]", "a[tuple<each<b>>]"),
        ("[a, *b]", "list<a, each<b>>"),
        ("(a, b)", "tuple<a, b>"),
        ("()", "tuple<>"),
        ("{a, b}", "set<a, b>"),
        ("{a: b, **c}", "{a: b, -: c}"),
        ("a / b / c", "((a / b) / c)"),
        ("a + b * c", "(a + (b * c))"),
        ("a @ b", "(a @ b)"),
        ("'%s' % a", "('%s' % a)"),
        ("60 * 60 * 1.5", "?"),
        ("60 * a", "(60 * a)"),
        ("a or b and c", "one of<a, one of<b, c>>"),
        ("a if b else c", "one of<a, c>"),
        ("a < b < c", "?"),
        ("not a", "?"),
        ("-a", "?"),
        ("lambda x: x", "def <lambda>"),
        ("(x for x in y)", "def <genexp>"),
        ("[x for x in y]", "list of<x>"),
        ("{x for x in y}", "set of<x>"),
        ("{k: v for k, v in y}", "dict of<k, v>"),
        ("(a := b)", "b"),
        ("f'{a}'", "str"),
        ("f'{a!r:>{b}}' 'c'", "str"),
    ],
)
def test_an_expression_says_what_its_source_says(source: str, expected: str) -> None:
    """Each form has its fact."""
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("True", f.Literal("bool", True)),
        ("False", f.Literal("bool", False)),
        ("None", f.Literal("None")),
        ("...", f.Literal("Ellipsis")),
        ("0x_1F", f.Literal("int", 31)),
        ("1_000", f.Literal("int", 1000)),
        (str(2**63), f.Literal("int")),
        (str(2**63 - 1), f.Literal("int", 2**63 - 1)),
        ("9" * 5000, f.Literal("int")),
        ("1.5", f.Literal("float")),
        ("2j", f.Literal("complex")),
        ("b'x'", f.Literal("bytes")),
        ("Rb'x'", f.Literal("bytes")),
        ("b'x' b'y'", f.Literal("bytes")),
        ("'x'", f.Literal("str", "x")),
        ("'before'", f.Literal("str", "before")),
        ("'x' \"y\" '''z'''", f.Literal("str", "xyz")),
        ("'x' f'y'", f.Literal("str")),
        ("f'y'", f.Literal("str")),
        (repr("x" * 200), f.Literal("str", "x" * 200)),
        (repr("x" * 201), f.Literal("str")),
        ("'\\ud800'", f.Literal("str")),
    ],
)
def test_a_constant_has_its_kind_and_its_value_where_that_is_kept(source: str, expected: f.Literal) -> None:
    """Short strings, bools, and whole numbers that fit 64 bits are kept."""
    facts = read(f"it = {source}\n")
    assert facts.expressions[facts.bindings[-1].value] == expected


def test_the_table_is_in_order_of_evaluation() -> None:
    """Operands come before what is made of them, tests before branches, a call's function before its arguments."""
    facts = read("a(b.c, d if e else g)[h] + await_(i)\n")
    assert [said(facts, number) for number in range(len(facts.expressions))] == [
        "a",
        "b",
        "b.c",
        "e",
        "d",
        "g",
        "one of<d, g>",
        "a(b.c, one of<d, g>)",
        "h",
        "a(b.c, one of<d, g>)[h]",
        "await_",
        "i",
        "await_(i)",
        "(a(b.c, one of<d, g>)[h] + await_(i))",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "it = f'{here():{width()}}' 'x' f'{here()}'",
        "it = a < here() < width() < here()",
        "it = x[here():width():here()]",
        "it = not here() or -width() if here() else 1",
        "it = {here(): width(), **here()}",
        "it = [*here(), width(), here()]",
        "assert here(), width() and here()",
        "raise here() from width(here())",
        "del here()[width()], here().a",
        "for here().a in width(): here()",
        "print(f'{f\"{here()}\"}', width(), k=here())",
        "@here()\nclass A(width(), k=here()): pass",
        "@here()\ndef g(a: width() = here()): pass",
        "async def g():\n async with here() as x[width()]: yield here()",
        "match here():\n case width if here(): width()",
        "global_ = lambda a=here(): width(here())",
        "x = [here() for a in width() if here()]",
        "x = (here() for a in width() if here())",
        "try: here()\nexcept width(): here()",
        "here().a += width(here())",
        "x: width() = here(here())",
    ],
)
def test_every_call_is_in_the_table_once(source: str) -> None:
    """Wherever an expression may stand, it is visited."""
    facts = read(source + "\n")
    called = [said(facts, each.function) for each in facts.expressions if isinstance(each, f.Call)]
    assert called.count("here") == source.count("here(")
    assert called.count("width") == source.count("width(")


@pytest.mark.skipif(not hasattr(cst, "TemplatedString"), reason="this LibCST does not know template strings")
def test_a_template_string_is_no_string() -> None:
    """What it holds is evaluated."""
    facts = read("x = t'{a():{b()}}'\n")
    assert [said(facts, number) for number in range(len(facts.expressions))] == ["a", "a()", "b", "b()", "?"]


def test_a_walrus_has_the_value_that_it_binds() -> None:
    """`(y := f(x))` makes no row of its own; the name is bound behind f's."""
    facts = read("(y := g(x)).z\n")
    [binding] = facts.bindings
    assert (said(facts, binding.value), binding.at) == ("g(x)", binding.value + 1)
    assert said(facts, len(facts.expressions) - 1) == "g(x).z"


def test_await_and_yield_are_values() -> None:
    """`await` has a row with its operand; `yield` is Opaque, its operand with the function."""
    assert values("async def g():\n x = await h()\n y = yield x\n") == ["x = await h()", "y = ?", "g = def g"]


def test_long_chains_are_read() -> None:
    """A thousand terms and half a thousand links are everyday for generated code."""
    assert len(extract("x = a" + " + a" * 1000 + "\n").expressions) == 2001
    assert len(extract("x = a" + " or a" * 1000 + "\n").expressions) == 1002
    assert len(extract("x = a" + ".b()" * 250 + "\n").expressions) == 501
    assert len(extract("if a: b\n" + "elif a: b\n" * 900).expressions) == 1802
    assert extract("x = 'a'" + " 'a'" * 150 + "\n").expressions == (f.Literal("str", "a" * 151),)
    assert len(extract("x = [" + "1, " * 10_000 + "]\n").expressions) == 10_001
