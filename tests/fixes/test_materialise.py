from tests.fixes.marking import fixed, refusal

RUN = {"offloader": "a:run", "style": "call"}


def test_the_items_are_made_in_the_thread() -> None:
    """`for x in p.glob("*")` runs over a list that a worker thread made."""
    before = 'from a import run\nasync def f(p):\n    for x in «p.glob("*")»:  # all\n        pass\n'
    after = 'from a import run\nasync def f(p):\n    for x in await run(list, p.glob("*")):  # all\n        pass\n'
    assert fixed(before, "materialise", **RUN) == after
    assert fixed(before, "materialise", offloader="a:run", style="factory") == after.replace("run(list, ", "run(list)(")


def test_parentheses_and_trailers() -> None:
    """Parentheses around the call stay around the await."""
    assert fixed("from a import run\nasync def f(p): return («p.glob(1)»), «p.walk()».x\n", "materialise", **RUN) == (
        "from a import run\nasync def f(p): return (await run(list, p.glob(1))), (await run(list, p.walk())).x\n"
    )


def test_another_list_is_not_used() -> None:
    """Where `list` is a parameter or a name of the module there is no fix; a method of that name does not hide it."""
    assert refusal("async def f(list):\n    «g()»\n", "materialise", **RUN) == "list is something else here"
    assert refusal("from x import list\nasync def f():\n    «g()»\n", "materialise", **RUN) == "list is something else here"
    text = "from a import run\nclass A:\n    def list(self): pass\n    async def f(self): return «g()»\n"
    assert (
        fixed(text, "materialise", **RUN)
        == "from a import run\nclass A:\n    def list(self): pass\n    async def f(self): return await run(list, g())\n"
    )
