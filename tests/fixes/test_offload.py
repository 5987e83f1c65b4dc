import pytest

from tests.fixes.marking import fixed, refusal

CALL = {"offloader": "fastapi.concurrency:run_in_threadpool|starlette.concurrency:run_in_threadpool", "style": "call", "clashes": "func"}
POSITIONAL = {"offloader": "anyio:to_thread.run_sync", "style": "positional"}
FACTORY = {"offloader": "asyncer:asyncify", "style": "factory"}

HEAD = """import functools

from anyio import to_thread
from asyncer import asyncify
from fastapi.concurrency import run_in_threadpool

async def f():
    """


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("g()", "run_in_threadpool(g)"),
        ("a.b(1)", "run_in_threadpool(a.b, 1)"),
        ("a().b[0](1)", "run_in_threadpool(a().b[0], 1)"),
        ("g(a, *b, k=c, **d)", "run_in_threadpool(functools.partial(g, a, *b, k=c, **d))"),
        ("g(a, )", "run_in_threadpool(g, a, )"),
        ("g( a )", "run_in_threadpool( g, a )"),
        ("g(x for x in y)", "run_in_threadpool(g, (x for x in y))"),
        ("(lambda: 1)()", "run_in_threadpool((lambda: 1))"),
        ("g(1, func=2)", "run_in_threadpool(functools.partial(g, 1, func=2))"),
        ("g(func=2, **d)", "run_in_threadpool(functools.partial(g, func=2, **d))"),
        ("g(**d)", "run_in_threadpool(functools.partial(g, **d))"),
        ("g(\n        a,  # first\n        k=c,\n    )", "run_in_threadpool(\n        g,\n        a,  # first\n        k=c,\n    )"),
        ("g(  # all\n        a\n    )", "run_in_threadpool(  # all\n        g,\n        a\n    )"),
        ("g(\n        # none\n    )", "run_in_threadpool(g\n        # none\n    )"),
        ("g(a,\n      b)", "run_in_threadpool(g, a,\n      b)"),
        ("g(\n        a, func=b,\n    )", "run_in_threadpool(functools.partial(\n        g,\n        a, func=b,\n    ))"),
    ],
)
def test_an_offloader_that_takes_all_arguments(before: str, after: str) -> None:
    """The function becomes the first argument; the others keep their layout and comments. What clashes is bound."""
    assert fixed(f"{HEAD}return «{before}»\n", "offload", **CALL) == f"{HEAD}return await {after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("g()", "to_thread.run_sync(g)"),
        ("g(a, *b)", "to_thread.run_sync(g, a, *b)"),
        ("g(a, k=c)", "to_thread.run_sync(functools.partial(g, a, k=c))"),
        ("g(**d)", "to_thread.run_sync(functools.partial(g, **d))"),
    ],
)
def test_an_offloader_that_takes_no_keywords(before: str, after: str) -> None:
    """Keywords are bound by functools.partial."""
    assert fixed(f"{HEAD}return «{before}»\n", "offload", **POSITIONAL) == f"{HEAD}return await {after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("g()", "asyncify(g)()"),
        ("g(a, *b, k=c, **d)", "asyncify(g)(a, *b, k=c, **d)"),
        ("g(\n        a,  # first\n    )", "asyncify(g)(\n        a,  # first\n    )"),
        ("g(x for x in y)", "asyncify(g)(x for x in y)"),
    ],
)
def test_an_offloader_that_gives_a_function(before: str, after: str) -> None:
    """What it gives is called as the function was."""
    assert fixed(f"{HEAD}return «{before}»\n", "offload", **FACTORY) == f"{HEAD}return await {after}\n"


def test_a_trailer_on_the_result() -> None:
    """The await gets parentheses, and a chain over several rows stays one."""
    before = f"{HEAD}return (\n        «requests.get(url)»\n        .json()\n    )\n"
    assert (
        fixed(before, "offload", **CALL)
        == f"{HEAD}return (\n        (await run_in_threadpool(requests.get, url))\n        .json()\n    )\n"
    )


def test_partial_is_imported() -> None:
    """Both imports are added, each in its group."""
    before = "import os\n\nimport fastapi\n\n\nasync def f():\n    return «g(k=1)»\n"
    after = (
        "import functools\nimport os\n\nimport fastapi\nfrom anyio import to_thread\n\n\n"
        "async def f():\n    return await to_thread.run_sync(functools.partial(g, k=1))\n"
    )
    assert fixed(before, "offload", **POSITIONAL) == after


def test_an_unknown_style_is_refused() -> None:
    """The style is one of three."""
    assert refusal("async def f():\n    «g()»\n", "offload", offloader="a:b", style="odd") == "the fix asks for the unknown style odd"


def test_a_call_of_several_rows_in_nested_suites() -> None:
    """Rows inside the brackets keep their indentation, however deep the statement stands."""
    before = "from a import run\nclass A:\n  async def f(self):\n    for x in y:\n          z = [\n      «g(\n   1, # one\n              2)»,\n     ]\n"
    after = "from a import run\nclass A:\n  async def f(self):\n    for x in y:\n          z = [\n      await run(\n   g,\n   1, # one\n              2),\n     ]\n"
    assert fixed(before, "offload", offloader="a:run", style="call") == after
