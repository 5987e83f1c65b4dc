"""Where nodes stand: held against LibCST's own provider and against the standard library's ast."""

import ast
import re
from collections import Counter
from itertools import chain
from pathlib import Path

import libcst as cst
import pytest

from fastapi_async_lint import facts as f
from fastapi_async_lint.syntax import extract, positions
from fastapi_async_lint.syntax.extraction import walk
from tests.syntax.wording import NEWEST, read, said, sources, tree_of

ODD = (
    "@a.b(\n    c,  # noqa\n)\n@(d)\nasync def f(x=(1, 2), *y: 'z') -> (int):\n\tawait (g)(\n\t\th)\n",
    "x = (a.b) + (  c(d)  ) [e] . f\n",
    "x = '''a\n  b''' % c.d(\n '''\n''')\n",
    'x = f\'{a.b(c)!r:>{d.e}}\' f"""\n{ g.h }\n"""\n',
    "if (y := z.a()) : pass; b.c(); d.e\nelse : f()\n",
    "x = a.b \\\n  .c() \\\n  [d]\n",
    "é = 'ü'.ö('😀', x.y)  # noqa\n",
    "\ufeffa.b(c)\n",
    "a.b()\r\nx = '''\r\n'''.c()\r\n# noqa\r\nd.e()",
    "a.b()\rc.d()\r",
    "a.b()\n\x0c\nif a:\n\x0c  b.c()\n",
    "for a.b in (c.d, e.f): g()\n",
    "with (a.b() as c, d.e()): f\n",
    "with (yield): a.b\n",
    "x += (a.b).c\ny.z -= w[0]\n",
    "lambda: (yield a.b)\n(x.y for x in (1, 2) if x.z)\n[*a.b, *c]\n",
    "class A(b.c, metaclass=d.e):\n  @f.g\n  class H: i.j\n",
    "from a import (b,\n   c)\ndef f():\n  from d import (e, g)\ndef h(): return\n",
    "class A:\n  def f(self): return g()",
    "@a\ndef f():\n  b.c()  # noqa",
    "@a\ndef f():\n  b.c()\n  # noqa",
    "match a.b:\n  case c.d(e=1) if f.g: h.i\n",
)


def wanted_nodes(module: cst.Module) -> list[cst.CSTNode]:
    """The nodes of a module whose places facts mention."""
    draft = walk(module)
    functions = chain.from_iterable((each.first, each.last, each.name) for each in draft.function_nodes)
    return [*(node for _, node in draft.located), *functions, *draft.class_nodes]


def assert_both_ways_agree(text: str) -> None:
    """The quick way and the public one say the same of a text."""
    module = cst.parse_module(text)
    nodes = wanted_nodes(module)
    quick = positions.locate(module, nodes, with_comments=True)
    public = positions.locate_by_provider(module, {id(node) for node in nodes}, with_comments=True)
    assert quick.comments == public.comments
    for node in nodes:
        counts = 2 if isinstance(node, cst.FunctionDef) else 4
        assert quick.places[id(node)][:counts] == public.places[id(node)][:counts]


@pytest.mark.parametrize("text", ODD)
def test_both_ways_agree_on_odd_code(text: str) -> None:
    """Decorators, parentheses, strings over several lines, f-strings, tabs, form feeds, every newline."""
    assert_both_ways_agree(text)
    assert_both_ways_agree(text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n"))


@pytest.mark.slow
def test_both_ways_agree_on_the_standard_library() -> None:
    """Over all wanted nodes of real files."""
    for _, text in sources(12):
        assert_both_ways_agree(text)


@pytest.mark.parametrize("missing", ["_codegen", "record", "state"])
def test_the_public_way_is_taken_where_a_private_name_is_gone(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says the same."""
    before = [extract(text) for text in ODD]
    if missing == "state":
        monkeypatch.delattr("libcst._nodes.internal.CodegenState")
    elif missing == "record":
        monkeypatch.setattr(positions, "_generate", lambda *_: ([], {}, {}))
    else:
        monkeypatch.setattr(positions, "_generate", lambda module, _: module._codegen_under_another_name)
    assert [extract(text) for text in ODD] == before


# ------------------------------------------------------------------------------------------- against the standard library


def place(node: ast.expr | ast.AST, lines: list[str]) -> positions.Place:
    """A node's place in characters; ast counts bytes."""
    assert isinstance(node, ast.expr)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    column = len(lines[node.lineno - 1].encode()[: node.col_offset].decode())
    end_column = len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode())
    return node.lineno, column, node.end_lineno, end_column


def is_inside(inner: positions.Place, outer: positions.Place) -> bool:
    """Whether a place lies within another."""
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def expected_places(tree: ast.Module, lines: list[str]) -> Counter[tuple[str, positions.Place]]:
    """What ast says of calls, awaits, lambdas, and attributes and items that are read."""
    found: Counter[tuple[str, positions.Place]] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.Await | ast.Lambda):
            found[type(node).__name__, place(node, lines)] += 1
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Load):
            found[type(node).__name__, place(node, lines)] += 1
        elif isinstance(node, ast.AugAssign) and not isinstance(node.target, ast.Name):
            found[type(node.target).__name__, place(node.target, lines)] += 1
    return found


def found_places(facts: f.ModuleFacts) -> Counter[tuple[str, positions.Place]]:
    """The same from the facts."""
    kinds = {f.Call: "Call", f.Await: "Await", f.Attribute: "Attribute", f.Subscript: "Subscript"}
    found: Counter[tuple[str, positions.Place]] = Counter()
    for number, row, column, end_row, end_column in facts.spans:
        kind = kinds.get(type(facts.expressions[number]))
        if kind is not None:
            found[kind, (row, column, end_row, end_column)] += 1
    for function in facts.functions:
        if function.kind is f.FunctionKind.LAMBDA:
            span = function.span
            found["Lambda", (span.row, span.column, span.end_row, span.end_column)] += 1
    return found


def function_names(tree: ast.Module, lines: list[str]) -> Counter[tuple[str, int]]:
    """The row of each `def`'s name, which ast leaves to be found behind the `def`."""
    defs = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return Counter((node.name, node.lineno) for node in defs if re.search(rf"\bdef\s+{node.name}\b", lines[node.lineno - 1]))


def assert_agrees_with_ast(path: Path | str, text: str) -> None:
    """The facts of a text that ast can read have its places."""
    tree = tree_of(text)
    assert tree is not None, path
    facts = extract(text)
    assert facts.problem is None, (path, facts.problem)
    lines = positions.NEWLINE.split(text.removeprefix("\ufeff"))
    expected, found = expected_places(tree, lines), found_places(facts)
    if not NEWEST:  # before 3.12 ast guesses the places inside f-strings
        strings = [place(node, lines) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        for counted in (expected, found):
            for key in [key for key in counted if any(is_inside(key[1], string) for string in strings)]:
                del counted[key]
    assert found == expected, path
    names = Counter((each.name, each.name_span.row) for each in facts.functions if each.kind is f.FunctionKind.DEF)
    assert not function_names(tree, lines) - names, path
    assert sum(names.values()) == sum(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree)), path


@pytest.mark.parametrize("text", [text for text in ODD if "f'" not in text])
def test_places_are_those_of_ast_in_odd_code(text: str) -> None:
    """Characters instead of bytes; else the same."""
    assert_agrees_with_ast(text, text)


@pytest.mark.slow
def test_places_are_those_of_ast_over_the_standard_library() -> None:
    """Every call, await, lambda, attribute and item that is read stands in the facts once, where ast has it."""
    for path, text in sources(150):
        assert_agrees_with_ast(path, text)


# ------------------------------------------------------------------------------------------------------------- literals


def test_spans_are_where_the_code_stands() -> None:
    """Parentheses around an expression are not part of it; elements and what is entered have their operand's span."""
    facts = read("async def f():\n    async with (a) as b: await (c.d)[0]\n    for x in [1]: x += (2)\n")
    assert [(said(facts, number), *place) for number, *place in facts.spans] == [
        ("async entered<a>", 2, 16, 2, 17),
        ("c.d", 2, 32, 2, 35),
        ("c.d[0]", 2, 31, 2, 39),
        ("await c.d[0]", 2, 25, 2, 39),
        ("each<list<1>>", 3, 13, 3, 16),
        ("(x + 2)", 3, 18, 3, 26),
    ]


def test_spans_are_sorted_by_number() -> None:
    """As facts.py says."""
    numbers = [number for number, *_ in extract(ODD[0]).spans]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0), ("\n", 1), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\r\nb\r\n", 2), ("a\rb", 2), ("a\r\n\rb\n\n", 4), ("(\n", 1)],
)
def test_lines_are_counted(text: str, expected: int) -> None:
    """Whatever ends them; a newline at the end starts no further line."""
    assert extract(text).line_count == expected
