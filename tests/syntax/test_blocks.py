"""Suites -> blocks, and what can never run."""

import pytest

from fastapi_async_lint.facts import NOTHING, BlockKind, Element, Name
from fastapi_async_lint.syntax import extract
from tests.syntax.wording import blocks_of_names, read


def test_each_kind_of_suite_has_its_kind_of_block() -> None:
    """Tests, iterables and subjects stand before; except types, patterns and guards inside."""
    source = """
    if a: b
    elif c: d
    else: e
    for x in f: g
    else: h
    while i: j
    try: k
    except l: m
    else: n
    finally: o
    with p: q
    match r:
        case s.t if u: v
    if __name__ == "__main__": w
    def y(): z
    class A: B
    """
    assert blocks_of_names(source) == {
        "a": "", "b": "branch", "c": "", "d": "branch", "e": "branch",
        "f": "", "g": "loop", "h": "branch", "i": "", "j": "loop",
        "k": "try", "l": "handler", "m": "handler", "n": "try", "o": "finally",
        "p": "", "q": "with", "r": "", "s": "branch", "u": "branch", "v": "branch",
        "__name__": "", "w": "main", "z": "body", "B": "body",
    }  # fmt: skip


def test_blocks_nest() -> None:
    """From outside in."""
    source = """
    def f():
        for x in y:
            if z:
                a
    """
    assert blocks_of_names(source) == {"y": "body", "z": "body loop", "a": "body loop branch"}


@pytest.mark.parametrize(
    "ending",
    [
        "return",
        "raise",
        "raise E",
        "if a: return\nelse: raise",
        "if a: return\nelif b: return\nelse: return",
        "if True: return",
        "if 1: return",
        "if not False: return",
        "if False: a\nelse: return",
        "if not TYPE_CHECKING: return",
        "if TYPE_CHECKING: a\nelse: return",
        "while True: a",
        "while 1:\n for x in y: break",
        "while True:\n return\n break",
        "for x in y: a\nelse: return",
        "try: return\nfinally: a",
        "try: return\nexcept E: raise",
        "try: a\nexcept E: raise\nelse: return",
        "try: a\nfinally: return",
        "match a:\n case 1: return\n case _: return",
        "match a:\n case 1: return\n case x: return",
        "match a:\n case 1 | _: return",
        "return; a",
    ],
)
def test_what_stands_behind_an_end_is_dead(ending: str) -> None:
    """All ways through the statement leave the suite."""
    body = "".join(f"    {line}\n" for line in ending.splitlines())
    assert blocks_of_names(f"def f():\n{body}    behind\n")["behind"] == "body dead"


@pytest.mark.parametrize(
    "statement",
    [
        "if a: return",
        "if a: return\nelif b: return",
        "if a: return\nelse: b",
        "if False: return",
        "if TYPE_CHECKING: return",
        "while a: return",
        "while True:\n if b: break",
        "while True:\n try: a\n finally: break",
        "while False: return",
        "for x in y: return",
        "for x in y:\n if b: break\nelse: return",
        "with a: return",
        "try: return\nexcept E: a",
        "try: a\nexcept E: return",
        "match a:\n case 1: return",
        "match a:\n case _ if b: return",
        "match a:\n case [_]: return",
        "def g(): return",
        "sys.exit()",
    ],
)
def test_what_may_be_reached_is_alive(statement: str) -> None:
    """Some way through the statement goes on; a context manager may swallow an exception."""
    body = "".join(f"    {line}\n" for line in statement.splitlines())
    assert "dead" not in blocks_of_names(f"def f():\n{body}    behind\n")["behind"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if a:\n    here", [("Name", True)]),
        ("if a:\n    b\nelse:\n    here", [("Name", False)]),
        ("if a:\n    b\nelif not c:\n    here", [("Test", True)]),
        ("if a is None:\n    raise b\nhere", [("Test", False)]),
        ("if a:\n    b\nhere", []),
        ("if a:\n    raise b\nelse:\n    c\nhere", []),
        ("if a and b:\n    if c:\n        here", [("Choice", True), ("Name", True)]),
        ("while a:\n    here", []),
    ],
)
def test_a_block_knows_the_test_that_it_depends_on(text: str, expected: list[tuple[str, bool]]) -> None:
    """The suites of an `if`, and what stands behind an `if` that ends; from the outermost block inwards."""
    facts = extract(text)
    place = next(number for number, expression in enumerate(facts.expressions) if expression == Name("here"))
    around = [block for block in facts.blocks if block.start <= place < block.end and block.test != NOTHING]
    assert [(type(facts.expressions[block.test]).__name__, block.holds) for block in around] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d\nif a.b(c) > 1:\n    here", [["a", "c"]]),
        ("if a:\n    b\nelif not c:\n    here", [["c"]]),
        ("if a:\n    b\nelse:\n    here", [["a"]]),
        ("if a == b:\n    return\nhere", [["a", "b"]]),
    ],
)
def test_a_block_knows_where_its_test_begins(text: str, expected: list[list[str]]) -> None:
    """All that the test looks at stands between there and the test itself, comparisons included."""
    facts = extract(text)
    place = next(number for number, expression in enumerate(facts.expressions) if expression == Name("here"))
    around = [block for block in facts.blocks if block.start <= place < block.end and block.test != NOTHING]
    asked = [facts.expressions[block.question : block.test + 1] for block in around]
    assert [[expression.id for expression in test if isinstance(expression, Name)] for test in asked] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for a in b:\n    here", ["b"]),
        ("for a, c in b:\n    for d in e:\n        here", ["b", "e"]),
        ("for a in b:\n    pass\nelse:\n    here", []),
        ("for a in b:\n    while c:\n        here", ["b"]),
    ],
)
def test_the_body_of_a_for_knows_what_it_goes_through(text: str, expected: list[str]) -> None:
    """By the element that its target is bound to; from the outermost loop inwards."""
    facts = extract(text)
    place = next(number for number, expression in enumerate(facts.expressions) if expression == Name("here"))
    heads = [facts.expressions[block.over] for block in facts.blocks if block.start <= place < block.end and block.over != NOTHING]
    iterated = [facts.expressions[head.value] for head in heads if isinstance(head, Element)]
    assert [name.id for name in iterated if isinstance(name, Name)] == expected


@pytest.mark.parametrize("ending", ["break", "continue"])
def test_break_and_continue_end_their_suite(ending: str) -> None:
    """What stands behind them in the loop is dead, what stands behind the loop is not."""
    found = blocks_of_names(f"for x in y:\n    {ending}\n    dead\nalive\n")
    assert (found["dead"], found["alive"]) == ("loop dead", "")


@pytest.mark.parametrize(
    ("test", "body", "rest"),
    [
        ("True", "branch", "dead"),
        ("1", "branch", "dead"),
        ("0x10", "branch", "dead"),
        ("0b1", "branch", "dead"),
        ("False", "dead", "branch"),
        ("None", "dead", "branch"),
        ("0", "dead", "branch"),
        ("0b0", "dead", "branch"),
        ("0x0", "dead", "branch"),
        ("not True", "dead", "branch"),
        ("not 0", "branch", "dead"),
        ("(not (not True))", "branch", "dead"),
        ("TYPE_CHECKING", "typing", "branch"),
        ("typing.TYPE_CHECKING", "typing", "branch"),
        ("not TYPE_CHECKING", "branch", "typing"),
        ("TYPE_CHECKING or a", "branch", "branch"),
        ("__name__ == '__main__'", "main", "branch"),
        ('"__main__" == __name__', "main", "branch"),
        ("__name__ != '__main__'", "branch", "branch"),
        ("a", "branch", "branch"),
    ],
)
def test_constant_tests_decide(test: str, body: str, rest: str) -> None:
    """Which side of an `if` never runs, or runs for type checkers or scripts only."""
    found = blocks_of_names(f"if {test}:\n    first\nelse:\n    second\n")
    assert (found["first"], found["second"]) == (body, rest)


def test_behind_a_test_that_is_true_the_whole_chain_is_dead() -> None:
    """The later tests too."""
    found = blocks_of_names("if a: b\nelif True: c\nelif d: e\nelse: g\n")
    assert found == {"a": "", "b": "branch", "c": "branch", "d": "dead", "e": "dead branch", "g": "dead branch"}


def test_constant_loops_decide() -> None:
    """`while False` never runs, `while True` never comes to its else."""
    assert blocks_of_names("while False: a\n") == {"a": "dead"}
    assert blocks_of_names("while True:\n    a\nelse:\n    b\n") == {"a": "loop", "b": "dead"}


def test_no_block_is_made_for_nothing() -> None:
    """A suite that ends with `return` has no dead block behind it."""
    assert [block.kind for block in read("def f():\n    return\n").blocks] == [BlockKind.BODY, BlockKind.BODY]


def test_every_function_and_class_has_a_body() -> None:
    """Lambdas and generator expressions too."""
    facts = read("def f(): pass\nclass A: pass\nlambda: 1\n(x for x in y)\n")
    assert [block.kind for block in facts.blocks] == [BlockKind.BODY] * 5
