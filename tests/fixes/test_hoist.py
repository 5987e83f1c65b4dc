import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from textwrap import dedent, indent
from typing import Any

import pytest

from tests.fixes.marking import fixed, refusal, unmark

WITH = {"offloader": "a:run", "style": "call", "level": "with"}
STATEMENT = {"offloader": "a:run", "style": "call", "level": "statement"}


def module(body: str) -> str:
    """A module with a coroutine function of that body."""
    return "from a import run\n\n\nasync def f(path, x):\n" + indent(dedent(body).strip("\n") + "\n", "    ")


def test_a_with_block_runs_in_a_worker() -> None:
    """Names that are used later are given back; comments, blank lines and strings stay as they are."""
    before = '''
        # above
        with «open(path)» as file:  # here
            first = file.readline(
                80,
            )

            # between
            text = """
no
  indent"""
            # last

        # below
        return first + text
    '''
    text = "from a import run\nasync def f(path):\n" + before.replace("\n        ", "\n    ").rstrip() + "\n"
    assert fixed(text, "hoist", **WITH) == (
        "from a import run\nasync def f(path):\n\n    # above\n    def in_worker():\n        with open(path) as file:  # here\n"
        "            first = file.readline(\n                80,\n            )\n\n            # between\n"
        '            text = """\nno\n  indent"""\n            # last\n        return first, text\n    first, text = await run(in_worker)\n'
        "\n    # below\n    return first + text\n"
    )


def test_nothing_is_given_back_that_nobody_reads() -> None:
    """The file object is closed and dead behind the block."""
    before = module("with «open(path)» as file: text = file.read()\nx = 1")
    after = module("def in_worker():\n    with open(path) as file: text = file.read()\nawait run(in_worker)\nx = 1")
    assert fixed(before, "hoist", **WITH) == after


def test_an_offloader_that_gives_a_function() -> None:
    """It is called without arguments."""
    after = module("def in_worker():\n    g()\nawait run(in_worker)()")
    assert fixed(module("«g()»"), "hoist", **STATEMENT | {"style": "factory"}) == after


def test_the_innermost_statement() -> None:
    """A loop over a call moves with its body; a simple statement moves alone."""
    before = module("if x:\n    for line in «open(path)»:\n        if line: break\n    else:\n        x = 1")
    after = module(
        "if x:\n    def in_worker():\n        for line in open(path):\n            if line: break\n        else:\n            x = 1\n    await run(in_worker)"
    )
    assert fixed(before, "hoist", **STATEMENT) == after
    assert fixed(module("a = «g()»; b = 2\nreturn b"), "hoist", **STATEMENT) == (
        module("def in_worker():\n    a = g(); b = 2\n    return b\nb = await run(in_worker)\nreturn b")
    )


def test_statements_up_to_another_call() -> None:
    """`until` names a call in the last statement that moves."""
    marked = module("file = «open(path)»\ntext = file.read()\nif x:\n    «file.close()»\nreturn text")
    text, [_, until] = unmark(marked)
    assert text
    before = marked.replace("«file.close()»", "file.close()")
    after = module(
        "def in_worker():\n    file = open(path)\n    text = file.read()\n    if x:\n        file.close()\n    return text\ntext = await run(in_worker)\nreturn text"
    )
    place = f"{until.row}:{until.column}:{until.end_row}:{until.end_column}"
    assert fixed(before, "hoist", until=place, **STATEMENT) == after
    assert refusal(module("if x:\n    file = «open(path)»\nfile.close()"), "hoist", until="7:4:7:16", **STATEMENT) == (
        "the statements to be moved are not in this order in one suite"
    )
    assert refusal(module("file.close()\nfile = «open(path)»"), "hoist", until="5:4:5:16", **STATEMENT) == (
        "the statements to be moved are not in this order in one suite"
    )


def test_the_function_has_a_name_of_its_own() -> None:
    """A name that the file says already is not used."""
    before = module("in_worker = in_worker_2 = 1\n«g()»")
    after = module("in_worker = in_worker_2 = 1\ndef in_worker_3():\n    g()\nawait run(in_worker_3)")
    assert fixed(before, "hoist", **STATEMENT) == after


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_and_tabs_stay(newline: str) -> None:
    """The new rows are like the old ones, a missing last line end stays missing."""
    before = "from a import run\nasync def f():\n\twith «open(1)» as g:\n\t\tx = (1,\n 2)\n\treturn x\nasync def h():\n\tg(1)\n\t\n\tg(2)"
    after = (
        "from a import run\nasync def f():\n\tdef in_worker():\n\t\twith open(1) as g:\n\t\t\tx = (1,\n 2)\n\t\treturn x\n"
        "\tx = await run(in_worker)\n\treturn x\nasync def h():\n\tg(1)\n\t\n\tg(2)"
    )
    assert fixed(before.replace("\n", newline), "hoist", **WITH) == after.replace("\n", newline)
    before = "from a import run\nasync def f():\n  «g()»"
    after = "from a import run\nasync def f():\n  def in_worker():\n    g()\n  await run(in_worker)"
    assert fixed(before.replace("\n", newline), "hoist", **STATEMENT) == after.replace("\n", newline)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("with «g()»:\n    return 1", "it returns from the function"),
        ("for y in x:\n    with «g()»:\n        if y: break", "it leaves or continues a loop around it"),
        ("for y in x:\n    with «g()»:\n        continue", "it leaves or continues a loop around it"),
        ("with «g()»:\n    for y in x: pass\n    else:\n        for z in x: break", None),
        ("for q in x:\n    with «g()»:\n        for y in x: pass\n        else: break", "it leaves or continues a loop around it"),
        ("with «g()»:\n    yield 1", "it yields"),
        ("with «g()»:\n    await h()", "it awaits something"),
        ("with «g()»:\n    async for y in x: pass", "it awaits something"),
        ("with «g()»:\n    async with x: pass", "it awaits something"),
        ("async with «g()»:\n    pass", "it awaits something"),
        ("with «g()»:\n    y = [z async for z in x]", "it awaits something"),
        ("with «g()»:\n    async def h(): await x", None),
        ("with «g()»:\n    global y\n    y = 1", "it declares a name global or nonlocal"),
        ("global y\nwith «g()»:\n    y = 1", "y is declared global or nonlocal"),
        ("global y\nwith «g()»:\n    x = y", None),
        ("with «g()»:\n    del x", "it deletes a name"),
        ("with «g()»:\n    del x[0], x.y", None),
        ("with «g()»:\n    h(locals())", "locals() looks at the function that it is called in"),
        ("with «g()»:\n    super().h()", "super() looks at the function that it is called in"),
        ("try:\n    h()\nexcept E:\n    with «g()»:\n        raise", "it raises an exception again that is handled around it"),
        ("with «g()»:\n    try: h()\n    except E: raise", None),
        ("with «g()»:\n    x = x + 1", "x is read before it is assigned there"),
        ("with «g()»:\n    x += 1", "x is read before it is assigned there"),
        ("n = 0\nwith «g()»:\n    if path: n = 1\n    h(n)", "n is read before it is assigned there"),
        ("with «g()»:\n    x = 1\n    h(x)", None),
        ("with «g()»:\n    if path: n = 1\nreturn n", "n is used later and assigned there only under a condition"),
        ("with «g()»:\n    for n in path: pass\nreturn n", "n is used later and assigned there only under a condition"),
        ("with «g()»:\n    with suppress(E): n = 1\nreturn n", "n is used later and assigned there only under a condition"),
        ("with «g()»:\n    if path: n = 1\nn = 2\nreturn n", None),
        ("while path:\n    h(n)\n    with «g()»:\n        if path: n = 1", "n is used later and assigned there only under a condition"),
        ("n = None\ntry:\n    with «g()»:\n        n = 1\nfinally:\n    h(n)", "n is read where its exceptions are handled"),
        ("n = None\ntry:\n    with «g()»:\n        n = 1\nexcept E as n:\n    h(n)", None),
        ("n = 1\ndef h(): return n\nwith «g()»:\n    n = 2", "a function or generator in f uses n too"),
        ("h = None\nfor y in x:\n    with «g()»:\n        n = h\n    h = lambda: n", "a function or generator in f uses n too"),
        ("with «g()»:\n    n = 2\n    y = lambda: n\nn = 3", "a function or generator in f uses n too"),
        ("with «g()»:\n    n = 2\n    y = sum(n for z in x)", None),
        ("if x: «g()»", None),
        ("with h():\n    «g()»", "no with statement opens with it"),
        ("return «g()»", "no with statement opens with it"),
    ],
)
def test_what_would_run_differently(body: str, reason: str | None) -> None:
    """Each refusal says why; None stands for no refusal."""
    arguments = STATEMENT if body == "if x: «g()»" else WITH
    if reason is None:
        assert "def in_worker():" in fixed(module(body), "hoist", **arguments)
    else:
        assert refusal(module(body), "hoist", **arguments) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("async def f(): «g()»\n", "the statement shares its line with what it belongs to"),
        ("«g()»\n", "the statement shares its line with what it belongs to"),
        ("def f():\n    «g()»\n", "it stands in f, which is no coroutine function"),
        ("async def f():\n    return lambda: «g()»\n", "the statement shares its line with what it belongs to"),
    ],
)
def test_where_no_statement_can_move(text: str, reason: str) -> None:
    """It must be a statement of a suite of a coroutine function."""
    assert refusal(text, "hoist", **STATEMENT) == reason


@pytest.mark.parametrize(
    ("body", "given"),
    [
        ("with «g()»:\n    if x: n = 1\n    else: n = 2\nreturn n", "n"),
        ("with «g()»:\n    if x: n = 1\n    else: raise E\nreturn n", "n"),
        ("with «g()»:\n    try: n = 1\n    except E: n = 2\nreturn n", "n"),
        ("with «g()»:\n    try: pass\n    finally: n = 2\nreturn n", "n"),
        ("with «g()»:\n    match x:\n        case [a, *b]: n = 1\n        case _: n = 2\nreturn n", "n"),
        ("with «g()» as (n, [m]):\n    pass\nreturn n, m", "n, m"),
        ("with «g()»:\n    if (n := x): pass\nreturn n", "n"),
        (
            "with «g()»:\n    import a.b, c as d\n    from e import h\n    def i(): pass\n    class J: pass\nreturn a, d, h, i, J",
            "a, d, h, i, J",
        ),
        ("while x:\n    h(n)\n    with «g()»:\n        n = 1", "n"),
        ("for y in x:\n    with «g()»:\n        n = 1\n    m = 2\nreturn [n for m in y]", "n"),
        ("with «g()»:\n    n: int = 1\n    m = n\nreturn lambda: m", "m"),
        ("with «g()»:\n    n = 1\nreturn sum(y for y in n if n)", "n"),
    ],
)
def test_names_that_are_given_back(body: str, given: str) -> None:
    """What is certain to be bound and may be read later, by functions made later too."""
    assert f" return {given}\n" in fixed(module(body), "hoist", **WITH)


async def run(function: Callable[[], object]) -> object:
    """An offloader that does it at once."""
    return function()


@pytest.mark.parametrize(
    "body",
    [
        "with «cm(path)» as p:\n    a = p + 1\n    b = [a for p in x]\nreturn a, b, p",
        "total = 0\nfor y in x:\n    with «cm(y)» as z:\n        square = z * z\n    total += square\nreturn total",
        "try:\n    with «cm(path)»:\n        a = 1 / 0\nexcept ZeroDivisionError as error:\n    return str(error)",
        "seen = []\nwith «cm(path)» as p:\n    for y in x:\n        if y > 1: break\n        seen.append(y)\n    else:\n        seen.append(p)\nreturn seen",
        "with «cm(path)»:\n    def twice(n): return n * path\n    last = twice(path)\nreturn last, twice(3)",
        "with «cm(path)»:\n    if path: a, *b = x\n    else: a = b = None\nreturn sum(n for n in b), a, (lambda: a)()",
        "with «cm(path)»:\n    try: a = x[9]\n    except IndexError as e: a = type(e).__name__\n    finally: c = 2\nreturn a, c",
    ],
)
def test_the_moved_statements_do_the_same(body: str) -> None:
    """Both versions are run and give the same."""
    marked = "import asyncio\nasync def f(path, x):\n" + indent(body, "    ") + "\n"
    results = []
    for text in (unmark(marked)[0], fixed(marked, "hoist", **WITH)):
        names: dict[str, Any] = {"cm": nullcontext, "run": run}
        exec(text.replace("from a import run\n", ""), names)
        results.append(asyncio.run(names["f"](2, [1, 2, 3])))
    assert results[0] == results[1]
