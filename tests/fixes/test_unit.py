import pytest

from tests.fixes.marking import fixed, refusal

RUN = {"offloader": "a:run", "style": "call"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return «s.execute(q).scalars().all()»", "return await run(lambda: s.execute(q).scalars().all())"),
        ("return «s.first()».name", "return (await run(lambda: s.first())).name"),
        ("return («a or b»)", "return (await run(lambda: a or b))"),
        ("return «a, b»", "return await run(lambda: (a, b))"),
        ("return sum(«x for x in y»)", "return sum(await run(lambda: (x for x in y)))"),
        ("return «[x for x in s.all()]»", "return await run(lambda: [x for x in s.all()])"),
        ("return «sorted(s, key=lambda x: (y := x))»", "return await run(lambda: sorted(s, key=lambda x: (y := x)))"),
        ("return f'{«s.all()»}'", "return f'{await run(lambda: s.all())}'"),
        ("return («s\n        # all\n        .all()»)", "return (await run(lambda: s\n        # all\n        .all()))"),
    ],
)
def test_the_whole_expression_moves(before: str, after: str) -> None:
    """Chains, tuples and comprehensions run in the worker as they are written."""
    assert (
        fixed(f"from a import run\nasync def f(s):\n    {before}\n", "unit", **RUN) == f"from a import run\nasync def f(s):\n    {after}\n"
    )


def test_an_offloader_that_gives_a_function() -> None:
    """It is called without arguments."""
    assert fixed("from a import run\nasync def f(s): return «s.all()»\n", "unit", offloader="a:run", style="factory") == (
        "from a import run\nasync def f(s): return await run(lambda: s.all())()\n"
    )


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("g(await h())", "it awaits something, which a worker thread cannot"),
        ("[x async for x in y]", "it awaits something, which a worker thread cannot"),
        ("g((yield))", "it yields, which would happen in the wrong function"),
        ("g(x := 1)", "it binds a name, which would be bound in the wrong function"),
        ("[x := y for y in z]", "it binds a name, which would be bound in the wrong function"),
        ("super().get()", "super() looks at the function that it is called in"),
        ("g(**locals())", "locals() looks at the function that it is called in"),
        ("eval('x')", "eval() looks at the function that it is called in"),
    ],
)
def test_what_cannot_stand_in_a_lambda(expression: str, reason: str) -> None:
    """What would fail there, or mean something else, is refused."""
    assert refusal(f"async def f():\n    «{expression}»\n", "unit", **RUN) == reason


def test_a_super_that_says_whose_it_is() -> None:
    """With arguments it does not look around."""
    assert fixed("from a import run\nasync def f(s): return «super(A, s).all()»\n", "unit", **RUN) == (
        "from a import run\nasync def f(s): return await run(lambda: super(A, s).all())\n"
    )
