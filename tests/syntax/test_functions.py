"""Functions, classes, comprehensions -> their facts and ranges."""

import pytest

from fastapi_async_lint.facts import NOTHING, Call, FunctionFacts, FunctionKind, ModuleFacts, Scope, ScopeKind
from tests.syntax.wording import bound, read, said


def inside(facts: ModuleFacts, scope: Scope) -> list[str]:
    """The expressions of a scope's range in words."""
    return [said(facts, number) for number in range(scope.start, scope.end)]


def only(facts: ModuleFacts, name: str) -> FunctionFacts:
    """The one function of that name."""
    [found] = [function for function in facts.functions if function.name == name]
    return found


def test_parameters_are_kept_as_declared() -> None:
    """Kinds, annotations and defaults, in the order of a signature; each is bound to what the caller passes."""
    facts = read("def f(a, /, b: int = 1, *c: str, d, e: 'T' = x(), **g) -> R: pass\n")
    function = facts.functions[0]
    assert [(each.name, each.kind.value, said(facts, each.annotation), said(facts, each.default)) for each in function.parameters] == [
        ("a", "posonly", "-", "-"),
        ("b", "regular", "int", "1"),
        ("c", "args", "str", "-"),
        ("d", "kwonly", "-", "-"),
        ("e", "kwonly", "T", "x()"),
        ("g", "kwargs", "-", "-"),
    ]
    assert said(facts, function.annotation) == "R"
    parameters = [binding for binding in facts.bindings if binding.scope == function.scope]
    assert [(each.name, said(facts, each.value), said(facts, each.annotation)) for each in parameters][1] == (
        "b",
        "parameter 1 of f",
        "int",
    )
    assert parameters[0].value == facts.scopes[function.scope].start


def test_what_a_def_evaluates_stands_before_its_body() -> None:
    """Decorators, defaults and annotations belong to the scope around; the function's range is its body, its binding comes behind."""
    facts = read("@d(1)\ndef f(a: T = g()) -> R:\n    return h(a)\nk\n")
    function = facts.functions[0]
    scope = facts.scopes[function.scope]
    assert inside(facts, scope) == ["parameter 0 of f", "h", "a", "h(a)"]
    assert [said(facts, number) for number in range(scope.start)] == ["d", "1", "d(1)", "g", "g()", "T", "R"]
    assert (said(facts, scope.end), facts.bindings[-1].at) == ("def f", scope.end + 1)
    assert [said(facts, each) for each in function.decorators] == ["d(1)"]


def test_decorators_are_listed_from_top_to_bottom() -> None:
    """Also those of a class."""
    facts = read("@a\n@b.c\ndef f(): pass\n@d\n@e()\nclass G: pass\n")
    assert [said(facts, each) for each in facts.functions[0].decorators] == ["a", "b.c"]
    assert [said(facts, each) for each in facts.classes[0].decorators] == ["d", "e()"]


def test_qualified_names_leave_locals_out() -> None:
    """A dotted path of what is around."""
    facts = read(
        """
        class A:
            def m(self):
                def inner():
                    return lambda: (x for x in y)
        """
    )
    assert [each.qualname for each in facts.functions] == ["A.m", "A.m.inner", "A.m.inner.<lambda>", "A.m.inner.<lambda>.<genexp>"]


def test_returns_and_yields_leave_out_what_is_bare_or_dead() -> None:
    """And `yield from` gives an element."""
    facts = read(
        """
        def f():
            if a:
                return b
            yield c
            yield
            yield from d
            return
            yield e
            return g
        """
    )
    function = facts.functions[0]
    assert [said(facts, each) for each in function.returns] == ["b"]
    assert [said(facts, each) for each in function.yields] == ["c", "each<d>"]
    assert function.is_generator


def test_a_yield_makes_a_generator_of_its_own_function_only() -> None:
    """Also if it can never be reached, as people write to make empty generators."""
    facts = read("def f():\n    return\n    yield\ndef g():\n    def h():\n        yield 1\n    lambda: (yield)\n")
    assert {each.qualname: each.is_generator for each in facts.functions} == {"f": True, "g": False, "g.h": True, "g.<lambda>": True}


def test_a_dead_def_has_returns_of_its_own() -> None:
    """Dead is what can never run inside the function, not around it."""
    facts = read("def f():\n    return\n    def g():\n        return a\n")
    assert [said(facts, each) for each in only(facts, "g").returns] == ["a"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pass", True),
        ("...", True),
        ("'docstring'", True),
        ("'docstring' 'in pieces'\n    ...", True),
        ("raise NotImplementedError", True),
        ("'docstring'\n    raise NotImplementedError('later')", True),
        ("raise ValueError", False),
        ("return", False),
        ("return None", False),
        ("f'{a}'", False),
        ("a()", False),
        ("pass; a()", False),
    ],
)
def test_a_stub_does_nothing(body: str, expected: bool) -> None:
    """Docstring, `pass`, `...`, `raise NotImplementedError`, and nothing else."""
    assert read(f"def f():\n    {body}\n").functions[0].is_stub is expected


def test_a_lambda_returns_its_body() -> None:
    """Its defaults stand before, its parameters are bound."""
    facts = read("x = lambda a, b=g(): a.c(b)\n")
    function = facts.functions[0]
    assert (function.kind, [said(facts, each) for each in function.returns]) == (FunctionKind.LAMBDA, ["a.c(b)"])
    assert [each.name for each in function.parameters] == ["a", "b"]
    assert inside(facts, facts.scopes[function.scope])[:2] == ["parameter 0 of <lambda>", "parameter 1 of <lambda>"]
    assert said(facts, function.parameters[1].default) == "g()"
    assert not function.is_stub


def test_a_generator_expression_is_a_function_that_has_not_started() -> None:
    """Its first iterable is evaluated outside, its elements are taken inside."""
    facts = read("any(f(x) for x in g() for y in h(x) if k(y))\n")
    function = facts.functions[0]
    assert (function.kind, function.is_generator, function.is_async) == (FunctionKind.GENERATOR_EXPRESSION, True, False)
    assert [said(facts, each) for each in function.yields] == ["f(x)"]
    calls = [
        said(facts, number)
        for number in range(facts.scopes[function.scope].start, facts.scopes[function.scope].end)
        if isinstance(facts.expressions[number], Call)
    ]
    assert calls == ["h(x)", "k(y)", "f(x)"]
    assert bound("any(f(x) for x in g())\n") == ["<genexp>.x = each<g()>"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(x for x in y)", False),
        ("(x async for x in y)", True),
        ("(await x for x in y)", True),
        ("(x for x in await y)", False),
        ("(x for x in y if await x)", True),
        ("(x for x in y for z in await x)", True),
        ("([z async for z in x] for x in y)", True),
    ],
)
def test_a_generator_expression_is_asynchronous_if_it_waits(expression: str, expected: bool) -> None:
    """By `async for` or `await`, except in its first iterable."""
    assert read(f"async def f():\n    {expression}\n").functions[1].is_async is expected


def test_a_comprehension_has_names_of_its_own() -> None:
    """Its range holds all but the first iterable."""
    facts = read("x = [a(y) for y in b() if c(y) for z in d(y)]\n")
    scope = facts.scopes[1]
    assert scope.kind is ScopeKind.COMPREHENSION
    assert [each for each in inside(facts, scope) if each.endswith(")")] == ["c(y)", "d(y)", "a(y)"]
    assert said(facts, scope.start) == "each<b()>"
    assert facts.bindings[0].scope == 1
    assert facts.bindings[0].at == scope.start + 1


def test_a_class_keeps_its_bases_and_keywords() -> None:
    """Both are evaluated before its body."""
    facts = read("class A(B[C], d.E, metaclass=M, **k):\n    f = 1\n")
    [found] = facts.classes
    assert [said(facts, each) for each in found.bases] == ["B[C]", "d.E"]
    assert [(each.keyword, each.stars, said(facts, each.value)) for each in found.keywords] == [("metaclass", 0, "M"), ("", 2, "k")]
    assert inside(facts, facts.scopes[found.scope]) == ["1"]


def test_type_parameters_are_names_of_what_they_stand_at() -> None:
    """For the annotations and for the body; bounds and defaults are read."""
    facts = read("def f[T: B, *Ts, **P = d](a: T) -> T: pass\nclass C[T](A[T]): pass\n")
    names = {(binding.name, facts.scopes[binding.scope].kind.value) for binding in facts.bindings if binding.name in ("T", "Ts", "P")}
    assert names == {(name, kind) for name in ("T", "Ts", "P") for kind in ("comprehension", "function")} | {("T", "class")}
    annotation = facts.functions[0].parameters[0].annotation
    [around] = [scope for scope in facts.scopes[1:] if scope.start <= annotation < scope.end]
    assert around.kind is ScopeKind.COMPREHENSION
    assert [found.type_parameters for found in facts.classes] == [("T",)]


def test_spans_of_functions_start_at_the_first_decorator() -> None:
    """And end where the body ends; the name's span is the name's, for a lambda the whole."""
    facts = read("@a\n@b\nasync def f():\n    if x:\n        return (y)\n    # behind\n\nz = lambda: 1\n")
    f, lambda_ = facts.functions
    assert (f.span.row, f.span.column, f.span.end_row, f.span.end_column) == (1, 0, 5, 18)
    assert (f.name_span.row, f.name_span.column, f.name_span.end_column) == (3, 10, 11)
    assert lambda_.span == lambda_.name_span
    assert (lambda_.span.row, lambda_.span.column, lambda_.span.end_column) == (8, 4, 13)


def test_absent_annotations_are_nothing() -> None:
    """Of a return and of a lambda."""
    assert {each.annotation for each in read("def f(): pass\nlambda: 1\n").functions} == {NOTHING}
