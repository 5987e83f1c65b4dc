import pytest

from tests.fixes.marking import fixed, refusal


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("«await g()»", "g()"),
        ("x = «await g()» + «await h()»", "x = g() + h()"),
        ("return («await g()»).x", "return g().x"),
        ("return(«await g()»).x", "return(g()).x"),
        ("return («await g()»)", "return (g())"),
        ("return («await g()»)[0](1)", "return g()[0](1)"),
        ("return ((«await g()»)).x", "return ((g())).x"),
        ("return «await (a or b)»", "return (a or b)"),
        ("return («await (a or b)»).x", "return (a or b).x"),
        ("return («await g(\n        1\n    )»).x", "return (g(\n        1\n    )).x"),
        ("return («await g.h»\n        ).x", "return (g.h\n        ).x"),
        ("return [«await x» for x in y]", "return [x for x in y]"),
        ("return «await f(«await f(«await x»)»)»", "return f(f(x))"),
        ("return await («await g()»)", "return await g()"),
        ("return 2 ** «await g()»", "return 2 ** g()"),
        ("return «await  g()»  # why", "return g()  # why"),
    ],
)
def test_what_was_awaited_stays(before: str, after: str) -> None:
    """Parentheses that only the await needed go with it; nested awaits go at once."""
    assert fixed(f"async def f():\n    {before}\n", "remove_await") == f"async def f():\n    {after}\n"


def test_only_awaits() -> None:
    """A call that nobody awaits is not touched."""
    assert (
        refusal("async def f():\n    «g()»\n", "remove_await")
        == "the code has changed: what was to be rewritten no longer stands where it was"
    )
