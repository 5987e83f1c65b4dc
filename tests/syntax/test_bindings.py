"""Statements -> bindings of names, attributes and items."""

import pytest

from fastapi_async_lint.facts import NOTHING, Imported
from tests.syntax.wording import bound, read, said, values


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = b = f(c)", ["a = f(c)", "b = f(c)"]),
        ("a, (b, *c, d), *e = x", [
            "a = part 0 of<x>",
            "b = part 0 of<part 1 of<x>>",
            "c = part ? of<part 1 of<x>>",
            "d = part ? of<part 1 of<x>>",
            "e = part ? of<x>",
        ]),
        ("[a, b] = x", ["a = part 0 of<x>", "b = part 1 of<x>"]),
        ("a: int = 1", ["a: int = 1"]),
        ("a: int", ["a: int = -"]),
        ("a += b", ["a = (a + b)"]),
        ("a //= b", ["a = (a // b)"]),
        ("del a, (b, c.d)", ["a = -", "b = -"]),
        ("for a, b in c: pass", ["a = part 0 of<each<c>>", "b = part 1 of<each<c>>"]),
        ("with a() as b, c() as (d, e), g(): pass", [
            "b = entered<a()>",
            "d = part 0 of<entered<c()>>",
            "e = part 1 of<entered<c()>>",
        ]),
        ("try: pass\nexcept (A, B) as e: pass", ["e = caught<tuple<A, B>>"]),
        ("try: pass\nexcept* A as e: pass", ["e = caught<A>"]),
        ("import a", ["a = import a"]),
        ("import a.b", ["a = import a (with a.b)"]),
        ("import a.b as c, d", ["c = import a.b", "d = import d"]),
        ("from a.b import c, d as e", ["c = import a.b : c", "e = import a.b : d"]),
        ("from . import a", ["a = import . : a"]),
        ("from ...a.b import (c)", ["c = import ...a.b : c"]),
        ("type X[T] = list[T]", ["T = ?", "X = list[T]"]),
        ("match x:\n case a: pass", ["a = x"]),
        ("match x:\n case A() as a: pass", ["a = x"]),
        ("match x:\n case A() | B() as a: pass", ["a = x"]),
        ("match x:\n case A(b, c=d): pass", ["b = ?", "d = ?"]),
        ("match x:\n case [a, (b, _), *c, d]: pass", [
            "a = part 0 of<x>",
            "b = part 0 of<part 1 of<x>>",
            "c = part ? of<x>",
            "d = part ? of<x>",
        ]),
        ("match x:\n case {K.a: b, 'c': 1, **d}: pass", ["b = ?", "d = ?"]),
        ("match x:\n case None | 1 | -1 | 'a' | K.b | _: pass", []),
    ],
)  # fmt: skip
def test_a_statement_binds_names(source: str, expected: list[str]) -> None:
    """Each way to bind has its binding, in order."""
    assert values(source + "\n") == expected


def test_asynchronous_statements_bind_what_is_awaited() -> None:
    """`async for` and `async with` say so."""
    source = """
    async def f():
        async for a in b:
            pass
        async with c() as d:
            pass
        return [e async for e in g]
    """
    assert bound(source) == [
        "f.a = async each<b>",
        "f.d = async entered<c()>",
        "comprehension.e = async each<g>",
        "module.f = def f",
    ]


def test_a_binding_counts_behind_its_value() -> None:
    """In `x = f(x)` the x that is read is the old one."""
    facts = read("x = f(x)\n")
    [binding] = facts.bindings
    assert (said(facts, binding.value), binding.at) == ("f(x)", 3)


def test_attributes_are_bound() -> None:
    """Through assignment, with and without an annotation, in destructurings, loops and `with`, and by augmented assignment."""
    facts = read(
        """
        self.a = f()
        self.b: int = 1
        self.c: "T"
        self.d, x.e = y
        for self.g in z: pass
        with h() as self.i: pass
        self.j().k += 2
        """
    )
    assert [
        f"{said(facts, each.base)}.{each.name}: {said(facts, each.annotation)} = {said(facts, each.value)}"
        for each in facts.attribute_bindings
    ] == [
        "self.a: - = f()",
        "self.b: int = 1",
        "self.c: T = -",
        "self.d: - = part 0 of<y>",
        "x.e: - = part 1 of<y>",
        "self.g: - = each<z>",
        "self.i: - = entered<h()>",
        "self.j().k: - = (self.j().k + 2)",
    ]
    assert [said(facts, number) for number in range(len(facts.expressions))].count("self.j()") == 1


def test_items_are_bound() -> None:
    """`base[index] = value`, by plain and augmented assignment; a bare annotation binds nothing."""
    facts = read("a[b] = c\na[b, d] += 1\na[x]: int\n")
    assert [f"{said(facts, each.base)}[{said(facts, each.index)}] = {said(facts, each.value)}" for each in facts.item_bindings] == [
        "a[b] = c",
        "a[tuple<b, d>] = (a[tuple<b, d>] + 1)",
    ]


def test_star_imports_stand_apart() -> None:
    """They bind no name that the file says."""
    facts = read("from a import *\ndef f():\n    pass\nfrom ..b.c import *\n")
    assert facts.star_imports == (Imported("a", "*"), Imported("b.c", "*", 2))


def test_global_names_live_in_the_module() -> None:
    """Whatever binds them: assignment, import, loop, def, walrus inside a comprehension."""
    source = """
    def f():
        global a, b, c, d
        a = 1
        import b
        def c(): pass
        [d := x for x in y]
    """
    assert [line for line in bound(source) if line.startswith("module")] == [
        "module.a = 1",
        "module.b = import b",
        "module.c = def f.c",
        "module.d = x",
        "module.f = def f",
    ]


def test_nonlocal_names_live_in_the_nearest_function_that_binds_them() -> None:
    """Also if that binding comes later, and past functions that only declare the name."""
    source = """
    def a():
        x = 0
        def b():
            def c():
                nonlocal x, y
                x = 1
                y = 2
            nonlocal x
            x = 3
            y = 4
    """
    assert [line for line in bound(source) if ".x" in line or ".y" in line] == ["a.x = 0", "a.x = 1", "a.b.y = 2", "a.x = 3", "a.b.y = 4"]


def test_a_walrus_binds_in_the_function_around_comprehensions() -> None:
    """PEP 572: past comprehensions and generator expressions, but not past a lambda."""
    source = """
    def f():
        [(a := x) for x in y]
        any((b := x) for x in [(c := z) for z in y])
        lambda: (d := 1)
    """
    assert [line for line in bound(source) if "comprehension" not in line and ".x" not in line] == [
        "f.a = x",
        "f.c = z",
        "f.b = x",
        "f.<lambda>.d = 1",
        "module.f = def f",
    ]


def test_names_of_a_class_body_are_its_own() -> None:
    """Methods are bound in the class, the class around it."""
    source = """
    class A:
        x: int = 1
        def m(self):
            y = 1
            class B:
                z = 2
    """
    assert bound(source) == [
        "A.x: int = 1",
        "A.m.self = parameter 0 of A.m",
        "A.m.y = 1",
        "A.m.B.z = 2",
        "A.m.B = class A.m.B",
        "A.m = def A.m",
        "module.A = class A",
    ]


def test_a_deleted_name_has_neither_value_nor_annotation() -> None:
    """That tells it from a bare annotation."""
    [binding] = read("del a\n").bindings
    assert (binding.value, binding.annotation) == (NOTHING, NOTHING)
