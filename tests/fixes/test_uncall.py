import pytest

from tests.fixes.marking import fixed, refusal

CALL = {"argument": "0", "style": "call", "clashes": "func"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("run(f(x, k=1))", "run(f, x, k=1)"),
        ("run(f())", "run(f)"),
        ("run(a.b().f(*x, **y))", "run(functools.partial(a.b().f, *x, **y))"),
        ("run(f(x,))", "run(f, x,)"),
        ("run( f(x) )", "run(f, x)"),
        ("run(f(x), )", "run(f, x, )"),
        ("run(f(x for x in y))", "run(f, (x for x in y))"),
        ("run(f(func=1))", "run(functools.partial(f, func=1))"),
        ("run(\n    f(x),\n)", "run(\n    f, x,\n)"),
        ("run(f(\n    x,  # one\n    y,\n))", "run(\n    f,\n    x,  # one\n    y,\n)"),
    ],
)
def test_the_function_and_its_arguments_are_handed_over(before: str, after: str) -> None:
    """The inner call becomes a function and its arguments; the layout stays."""
    assert (
        fixed(f"import functools\nasync def g(): await «{before}»\n", "uncall", **CALL)
        == f"import functools\nasync def g(): await {after}\n"
    )


def test_arguments_before_it_stay() -> None:
    """`run_in_executor(None, f(x))`: the executor stays the first argument."""
    assert fixed("«loop.run_in_executor(None, f(x))»\n", "uncall", argument="1", style="positional") == "loop.run_in_executor(None, f, x)\n"
    assert fixed("import functools\n«loop.run(None, f(x, k=1))»\n", "uncall", argument="1", style="positional") == (
        "import functools\nloop.run(None, functools.partial(f, x, k=1))\n"
    )


def test_a_factory_is_called_with_the_arguments() -> None:
    """`asyncify(f(x))` becomes `asyncify(f)(x)`."""
    assert (
        fixed("async def g(): await «asyncify(f(x, k=1))»\n", "uncall", argument="0", style="factory")
        == "async def g(): await asyncify(f)(x, k=1)\n"
    )
    assert (
        fixed("async def g(): await («asyncify(f(x))»).y\n", "uncall", argument="0", style="factory")
        == "async def g(): await (asyncify(f)(x)).y\n"
    )


def test_a_dependency_is_not_called() -> None:
    """`Depends(f())` becomes `Depends(f)`, in defaults and annotations too, with its other options."""
    before = "def g(a=«Depends(f())», b: Annotated[int, «Depends(f())»] = 1, c=«Depends(f(), use_cache=False)»): pass\n"
    after = "def g(a=Depends(f), b: Annotated[int, Depends(f)] = 1, c=Depends(f, use_cache=False)): pass\n"
    assert fixed(before, "uncall", argument="0", style="bare") == after
    assert fixed("x = «Depends(dependency=f())»\n", "uncall", argument="dependency", style="bare") == "x = Depends(dependency=f)\n"


def test_a_keyword_argument_is_bound() -> None:
    """Nothing can follow a keyword by position, so the arguments are bound."""
    assert fixed("import functools\n«BackgroundTask(func=f(x))»\n", "uncall", argument="func", style="call") == (
        "import functools\nBackgroundTask(func=functools.partial(f, x))\n"
    )


def test_partial_is_imported_above_code_of_the_module() -> None:
    """An import below the use would be too late at the top of a module."""
    text = "import os\nx = «run(f(func=1))»\nimport functools\n"
    assert fixed(text, "uncall", **CALL) == "import functools\nimport os\nx = run(functools.partial(f, func=1))\nimport functools\n"


@pytest.mark.parametrize(
    ("text", "arguments", "reason"),
    [
        ("«run(f(x), y)»", CALL, "further arguments stand behind it"),
        ("«run(f(x), timeout=1)»", CALL, "further arguments stand behind it"),
        ("«Depends(f(), x)»", {"argument": "0", "style": "bare"}, "further arguments stand behind it"),
        ("«Depends(f(x))»", {"argument": "0", "style": "bare"}, "the inner call has arguments, which nobody would pass"),
        ("«run(f)»", CALL, "the argument is no call"),
        ("«run(*f())»", CALL, "the call has no such argument"),
        ("«run()»", CALL, "the call has no such argument"),
        ("«run(f())»", {"argument": "task", "style": "bare"}, "the call has no such argument"),
        ("f'{«run(f())»=}'", CALL, "it stands in an f-string that shows its own text"),
        ("«run(\n    f(\n        1,\n        # last\n    ),\n)»", CALL, "a comment would be lost"),
    ],
)
def test_what_is_refused(text: str, arguments: dict[str, str], reason: str) -> None:
    """Each refusal says why."""
    assert refusal(text, "uncall", **arguments) == reason
