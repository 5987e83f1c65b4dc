"""Calls at random places of random statements: what holds for all of them."""

import ast
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_async_lint.fixes import apply, edits_of
from fastapi_async_lint.fixes.parts.edits import Rows
from tests.fixes.marking import PATH, plan_of
from tests.fixes.placing import calls_of

RUN = {"offloader": "a:run", "style": "call"}

AROUND = (
    "{}", "({})", "{}.x", "({}).x", "{}[0]", "a[{}]", "{}(1)", "h({}, 2)", "h(*{}, k={})", "[{}]", "({}, 1)", "{{1: {}}}", "not {}", "-{}",
    "{} + {}", "2 ** {}", "{} ** 2", "{} if {} else {}", "a and {}", "a < {} < b", "[{} for y in z if {}]", "{{y: {} for y in {}}}", "(\n  {}\n)",
    "(  # why\n  {}  # not\n  .x\n)", "f'{{{}!r:>{{{}}}}}'", "(y := {})", "await {}", "sum(y for y in {})", "a[{}:{}]", "'é' + {}",
)  # fmt: skip
"""Expressions around an expression."""

FORBIDDING = ("sum({} for y in z)", "(lambda: {})", "f'{{{}=}}'", "sum(y for y in z if {})")
"""The same where no await may stand, or none that leaves everything else as it is."""

CALLS = ("g()", "g(1)", "g( 1, *b, k=c, **d )", "g(1,)", "g(\n  1,  # one\n  2,\n)", "g(\n  # none\n)", "g(y for y in z)", "g(1, k=2)")

STATEMENTS = (
    "{}", "x = {}", "x: int = {}", "return {}", "for x in {}: pass", "with {} as x:\n    pass", "if {}:\n    pass\nelif {}: pass", "assert {}, {}",
    "raise {}", "while {}: break", "x[{}] = {}", "x = 1; {}; y = 2", "try:\n    {}\nfinally:\n    pass", "match {}:\n    case _ if {}: pass",
    "def h(x={}): pass", "del x[{}]", "@h({})\nclass A({}): pass",
)  # fmt: skip


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """An expression with calls of `g` in it, perhaps in one another."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(CALLS))
    forms = FORBIDDING if draw(st.integers(0, 9)) == 0 else AROUND
    form = draw(st.sampled_from(forms))
    count = form.replace("{{", "").replace("}}", "").count("{}")
    inner = [draw(expressions(depth=depth - 1)) for _ in range(count)]
    if form.startswith("f'"):
        inner = ["g(1)"] * count
    return form.format(*inner)


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module with one coroutine function."""
    lines = []
    for form in draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=3)):
        count = form.count("{}")
        lines.append(form.format(*(draw(expressions()) for _ in range(count))))
    unit = draw(st.sampled_from(["    ", "  ", "\t"]))
    body = "".join(f"{unit}{line}\n" for statement in lines for line in statement.replace("    ", unit).split("\n"))
    return f"from a import run\n# before\nasync def f():\n{body}# behind\n"


class Undo(ast.NodeTransformer):
    """`await run(g, ...)` -> `g(...)`."""

    def visit_Await(self, node: ast.Await) -> ast.AST:
        """One await."""
        self.generic_visit(node)
        match node.value:
            case ast.Call(func=ast.Name(id="run"), args=[function, *arguments], keywords=keywords):
                return ast.Call(function, arguments, keywords)
            case _:
                return node


def compiles(text: str) -> bool:
    """Whether the interpreter takes it."""
    try:
        compile(text, "<test>", "exec")
    except SyntaxError:
        return False
    return True


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(modules())
def test_offloading_changes_nothing_but_who_calls(text: str) -> None:
    """Each plan alone: what stands outside of the call is the same to the byte, and the tree is the same but for the await."""
    if not compiles(text):
        return
    for span in calls_of(text, "g"):
        plan = plan_of(span, "offload", **RUN)
        done = apply([plan], {PATH: text})
        assert not done.deferred
        if done.refused:
            [(_, reason)] = done.refused
            assert any(words in reason for words in ("a lambda", "a generator expression", "shows its own text", "cannot be reproduced"))
            continue
        after = done.texts[PATH]
        rows = Rows(text)
        start, end = rows.offset(span.row, span.column), rows.offset(span.end_row, span.end_column)
        assert after.startswith(text[:start])
        assert after.endswith(text[end:])
        assert ast.dump(Undo().visit(ast.parse(after))) == ast.dump(ast.parse(text))
        assert all(edit.path == PATH for edit in edits_of(plan, {PATH: text}))


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(modules())
def test_all_plans_at_once_converge(text: str) -> None:
    """Round by round every call that can be offloaded is; the tree stays the same but for the awaits, and the end is stable."""
    if not compiles(text):
        return
    before = ast.dump(ast.parse(text))
    texts = [text]
    for _ in range(10):
        plans = [plan_of(span, "offload", **RUN) for span in calls_of(texts[-1], "g")]
        done = apply(plans, {PATH: texts[-1]})
        assert not any("compiled" in reason for _, reason in done.refused)
        if not done.texts:
            assert not done.deferred
            break
        texts.append(done.texts[PATH])
        assert ast.dump(Undo().visit(ast.parse(texts[-1]))) == before
    else:
        raise AssertionError("it does not come to an end")
    counts = [len(calls_of(one, "g")) for one in texts]
    assert all(one > two for one, two in pairwise(counts))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(modules())
def test_a_statement_in_a_worker_compiles(text: str) -> None:
    """Wherever the call stands, the statement around it moves whole, or there is a reason."""
    if not compiles(text):
        return
    for span in calls_of(text, "g"):
        done = apply([plan_of(span, "hoist", level="statement", **RUN)], {PATH: text})
        if done.texts:
            after = done.texts[PATH]
            assert "def in_worker():\n" in after
            assert compiles(after)
        else:
            [(_, reason)] = done.refused
            assert "compiled" not in reason
