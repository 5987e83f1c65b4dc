"""Annotations -> expressions, quoted or not."""

import pytest

from tests.syntax.wording import read, said


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Session", "Session"),
        ("'Session'", "Session"),
        ("'orm.Session'", "orm.Session"),
        ("' Session '", "Session"),
        ("'Ses' 'sion'", "Session"),
        ("Optional['Session']", "Optional[Session]"),
        ("'Optional[\"Session\"]'", "Optional[Session]"),
        ("dict[str, list['a.B']]", "dict[tuple<str, list[a.B]>]"),
        ("'A' | None", "(A | None)"),
        ("'A | None'", "(A | None)"),
        ("Callable[['A'], 'B']", "Callable[tuple<list<A>, B>]"),
        ("Annotated['T', Depends('x')]", "Annotated[tuple<T, Depends('x')>]"),
        ("Annotated['T', 'text']", "Annotated[tuple<T, 'text'>]"),
        ("'Annotated[\"T\", Depends(f)]'", "Annotated[tuple<T, Depends(f)>]"),
        ("Literal['a', 'b']", "Literal[tuple<'a', 'b'>]"),
        ("typing.Literal['a']", "typing.Literal['a']"),
        ("Optional[Literal['a']]", "Optional[Literal['a']]"),
        ("'None'", "None"),
        ("Depends('x')", "Depends('x')"),
        ("'not a type!'", "'not a type!'"),
        ("''", "''"),
        ("'lambda: 0'", "'lambda: 0'"),
        ("'(y := 1)'", "'(y := 1)'"),
        ("'class'", "'class'"),
        ("b'A'", "bytes"),
        ("f'{A}'", "str"),
        ("a['x':'y']", "a[?]"),
    ],
)
def test_a_string_in_an_annotation_is_read_as_a_type(written: str, expected: str) -> None:
    """For parameters, returns and variables alike, where it stands for a type; else it stays a string."""
    facts = read(f"def f(a: {written}) -> {written}: pass\nx: {written}\nself.y: {written} = 1\n")
    function = facts.functions[0]
    found = (function.parameters[0].annotation, function.annotation, facts.bindings[-1].annotation, facts.attribute_bindings[0].annotation)
    assert [said(facts, each) for each in found] == [expected] * 4


def test_types_in_strings_have_no_spans() -> None:
    """There is no node in the source that they are."""
    facts = read("x: 'a.B[c.D]' = e.f\n")
    assert [(said(facts, number), row, column) for number, row, column, *_ in facts.spans] == [("e.f", 1, 16)]


def test_strings_outside_annotations_stay_strings() -> None:
    """Arguments, defaults and subscripts of values."""
    facts = read("x: T = cast('A', y['B'])\n")
    assert said(facts, facts.bindings[0].value) == "cast('A', y['B'])"


def test_a_star_annotation_is_an_element() -> None:
    """`*args: *Ts`."""
    facts = read("def f(*args: *Ts): pass\n")
    assert said(facts, facts.functions[0].parameters[0].annotation) == "each<Ts>"


def test_very_long_or_deep_strings_stay_strings() -> None:
    """They are no types, and the parser is not asked."""
    deep = "[" * 300 + "]" * 300
    facts = read(f"x: 'a{deep}'\ny: '{'a.' * 2000}b'\n")
    assert [said(facts, each.annotation) for each in facts.bindings] == ["str", "str"]
