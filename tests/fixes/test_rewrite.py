from pathlib import Path

import pytest

from fastapi_async_lint.findings import Applicability, Change, FixPlan
from fastapi_async_lint.fixes import apply, edits_of
from tests.fixes.marking import fixed, refusal, unmark

SLEEP = "asyncio.sleep"


def test_the_callee_is_replaced_and_awaited() -> None:
    """`time.sleep(x)` becomes `await asyncio.sleep(x)`, with the import that it needs; everything else stays, byte for byte."""
    before = "import time\n\n\nasync def f( x ):  # odd\n    «time.sleep( x )»  # why\n    return   x\n"
    after = "import asyncio\nimport time\n\n\nasync def f( x ):  # odd\n    await asyncio.sleep( x )  # why\n    return   x\n"
    assert fixed(before, "rewrite", call=SLEEP) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = «g(1)»", "x = await asyncio.sleep(1)"),
        ("return «g(1)», 2", "return await asyncio.sleep(1), 2"),
        ("return(«g(1)»)", "return(await asyncio.sleep(1))"),
        ("return -«g(1)» ** 2", "return -await asyncio.sleep(1) ** 2"),
        ("return not «g(1)»", "return not await asyncio.sleep(1)"),
        ("h(*«g(1)», **«g(2)», k=«g(3)»)", "h(*await asyncio.sleep(1), **await asyncio.sleep(2), k=await asyncio.sleep(3))"),
        ("return a[«g(1)»:«g(2)»]", "return a[await asyncio.sleep(1):await asyncio.sleep(2)]"),
        ("return x if «g(1)» else «g(2)»", "return x if await asyncio.sleep(1) else await asyncio.sleep(2)"),
        (
            "return [«g(x)» for x in «g(1)» if «g(2)»]",
            "return [await asyncio.sleep(x) for x in await asyncio.sleep(1) if await asyncio.sleep(2)]",
        ),
        ("return list(x for x in «g(1)»)", "return list(x for x in await asyncio.sleep(1))"),
        ("return {«g(1)»: «g(2)»}", "return {await asyncio.sleep(1): await asyncio.sleep(2)}"),
        ("(y := «g(1)»)", "(y := await asyncio.sleep(1))"),
        ("for x in «g(1)»: pass", "for x in await asyncio.sleep(1): pass"),
        ("with «g(1)» as x: pass", "with await asyncio.sleep(1) as x: pass"),
        ("assert «g(1)», «g(2)»", "assert await asyncio.sleep(1), await asyncio.sleep(2)"),
        ("raise «g(1)» from «g(2)»", "raise await asyncio.sleep(1) from await asyncio.sleep(2)"),
        ("def h(x=«g(1)»): pass", "def h(x=await asyncio.sleep(1)): pass"),
        ("return lambda x=«g(1)»: x", "return lambda x=await asyncio.sleep(1): x"),
        ("return f'{«g(1)»!r:{«g(2)»}}'", "return f'{await asyncio.sleep(1)!r:{await asyncio.sleep(2)}}'"),
        ("x = 1; «g(1)»; y = 2", "x = 1; await asyncio.sleep(1); y = 2"),
    ],
)
def test_an_await_stands_where_the_call_stood(before: str, after: str) -> None:
    """No parentheses are added where none are needed; several calls of one statement go together."""
    assert (
        fixed(f"import asyncio\nasync def f():\n    {before}\n", "rewrite", call=SLEEP) == f"import asyncio\nasync def f():\n    {after}\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("«g(1)».x", "(await asyncio.sleep(1)).x"),
        ("«g(1)»[0]", "(await asyncio.sleep(1))[0]"),
        ("«g(1)»(2)", "(await asyncio.sleep(1))(2)"),
        ("await «g(1)»", "await (await asyncio.sleep(1))"),
        ("(«g(1)»).x", "(await asyncio.sleep(1)).x"),
        ("((«g(1)»)).x", "((await asyncio.sleep(1))).x"),
        ("(\n        «g(1)»  # one\n        .x\n    )", "(\n        (await asyncio.sleep(1))  # one\n        .x\n    )"),
        ("«g(1)».x = 1", "(await asyncio.sleep(1)).x = 1"),
        ("del «g(1)»[0]", "del (await asyncio.sleep(1))[0]"),
        ("h(a)[«g(1)»]", "h(a)[await asyncio.sleep(1)]"),
    ],
)
def test_what_binds_tighter_than_an_await_gets_parentheses(before: str, after: str) -> None:
    """An attribute, an item, a call or another await hangs on the result, and parentheses that are there are used."""
    assert (
        fixed(f"import asyncio\nasync def f():\n    {before}\n", "rewrite", call=SLEEP) == f"import asyncio\nasync def f():\n    {after}\n"
    )


def test_arguments_keep_their_layout() -> None:
    """Line breaks, comments and a trailing comma stay."""
    before = "import asyncio\nasync def f():\n\tif x:\n\t\t«g (\n\t\t\t# how long\n\t\t\t1,  # second\n\t\t)»\n"
    assert fixed(before, "rewrite", call=SLEEP) == (
        "import asyncio\nasync def f():\n\tif x:\n\t\tawait asyncio.sleep (\n\t\t\t# how long\n\t\t\t1,  # second\n\t\t)\n"
    )


def test_the_method_of_the_owner_of_the_receiver() -> None:
    """`.read` is the method of that name on what the receiver is an attribute of, and needs no import."""
    assert fixed("async def f(upload): return «upload.file.read(10)».decode()", "rewrite", call=".read") == (
        "async def f(upload): return (await upload.read(10)).decode()"
    )
    assert (
        fixed("async def f(form):\n    «form['a'].file.seek(0)»\n", "rewrite", call=".seek")
        == "async def f(form):\n    await form['a'].seek(0)\n"
    )


def test_a_receiver_without_an_owner_is_refused() -> None:
    """`file.read()` does not say whose file it is."""
    assert (
        refusal("async def f(file):\n    «file.read()»\n", "rewrite", call=".read") == "the object that owns the receiver is not named here"
    )
    assert refusal("async def f(read):\n    «read()»\n", "rewrite", call=".read") == "it is no call of a method"


def test_the_receiver_alone_is_passed() -> None:
    """`future.result()` becomes `await asyncio.wrap_future(future)`."""
    before = "import asyncio\nasync def f(pool):\n    return «pool.submit(g, 1).result()»\n"
    assert fixed(before, "rewrite", call="asyncio.wrap_future", passes="receiver") == (
        "import asyncio\nasync def f(pool):\n    return await asyncio.wrap_future(pool.submit(g, 1))\n"
    )


def test_arguments_that_would_be_lost_are_refused() -> None:
    """A timeout has no place in the new call; a computed argument is not dropped."""
    assert refusal("async def f(x):\n    «x.result(3)»\n", "rewrite", call="asyncio.wrap_future", passes="receiver") == (
        "it is called with arguments, which have no place in the new call"
    )
    assert (
        refusal("async def f(x):\n    «x.wait(h())»\n", "rewrite", call=".wait", passes="nothing")
        == "the object that owns the receiver is not named here"
    )
    assert refusal("async def f(x):\n    «x.y.wait(h())»\n", "rewrite", call=".wait", passes="nothing") == (
        "its arguments are computed, and the new call takes none"
    )
    assert (
        fixed("async def f(x):\n    «x.y.wait(True, k='a')»\n", "rewrite", call=".wait", passes="nothing")
        == "async def f(x):\n    await x.wait()\n"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("«g()»", "it stands outside of any function"),
        ("@«g()»\nasync def f(): pass", "it stands in a decorator or a default that no coroutine function evaluates"),
        ("async def f(x=«g()»): pass", "it stands in a decorator or a default that no coroutine function evaluates"),
        ("async def f(x: «g()»): pass", "it stands in an annotation"),
        ("async def f():\n    x: «g()» = 1", "it stands in an annotation"),
        ("def f(): «g()»", "it stands in f, which is no coroutine function"),
        ("async def f():\n    def inner(): «g()»", "it stands in inner, which is no coroutine function"),
        ("def f(): return [«g()» for x in y]", "it stands in f, which is no coroutine function"),
        ("async def f(): return lambda: «g()»", "it stands in a lambda, which cannot await"),
        ("async def f(): return («g()» for x in y)", "it stands in a generator expression, which an await would make asynchronous"),
        ("async def f(): return (x for x in y if «g()»)", "it stands in a generator expression, which an await would make asynchronous"),
        (
            "async def f(): return (x for x in y for z in «g()»)",
            "it stands in a generator expression, which an await would make asynchronous",
        ),
        (
            "async def f(): return ([«g()» for z in x] for x in y)",
            "it stands in a generator expression, which an await would make asynchronous",
        ),
        ("async def f():\n    class A:\n        x = «g()»", "it stands in the body of a class"),
        ("async def f(): return f'{«g()»=}'", "it stands in an f-string that shows its own text"),
        ("async def f(): return f'{h(«g()») = }'", "it stands in an f-string that shows its own text"),
    ],
)
def test_where_no_await_may_stand(text: str, reason: str) -> None:
    """The nearest function must be a coroutine function that evaluates the call itself; each refusal says why."""
    assert refusal(text, "rewrite", call=SLEEP) == reason


def test_a_lost_comment_is_refused() -> None:
    """A comment inside of what is dropped would be lost."""
    assert (
        refusal("async def f(upload):\n    return («upload  # here\n        .file.read()»)\n", "rewrite", call=".read")
        == "a comment would be lost"
    )


def test_a_call_that_is_no_longer_there_is_refused() -> None:
    """The span must be that of a call, to the character."""
    for text in ("async def f():\n    «g»().x\n", "async def f():\n    «g().x»\n"):
        assert refusal(text, "rewrite", call=SLEEP) == "the code has changed: what was to be rewritten no longer stands where it was"


def test_unknown_arguments_are_refused() -> None:
    """A plan that this version does not understand does nothing."""
    assert refusal("async def f():\n    «g()»\n", "rewrite") == "the fix does not say its argument call"
    assert refusal("async def f():\n    «g()»\n", "rewrite", call=SLEEP, passes="self") == "the fix asks to pass self, which means nothing"
    assert refusal("async def f():\n    «g()»\n", "nonsense") == "there is no codemod nonsense"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_stay(newline: str) -> None:
    """Whatever ends the rows ends the new ones too."""
    before = "'''doc'''\nasync def f():\n\twith a:\n\t\t«g(\n\t\t\t1,\n\t\t)»\n\tx = 'ü'; «g(2)»".replace("\n", newline)
    after = "'''doc'''\n\nimport asyncio\n\n\nasync def f():\n\twith a:\n\t\tawait asyncio.sleep(\n\t\t\t1,\n\t\t)\n\tx = 'ü'; await asyncio.sleep(2)"
    assert fixed(before, "rewrite", call=SLEEP) == after.replace("\n", newline)


def test_a_form_feed_before_the_first_token() -> None:
    """LibCST's columns do not count it; the edits do."""
    text, [span] = unmark("async def h(o): «o.p.g(1)»\n")
    path = Path("main.py")
    plan = FixPlan(Applicability.SAFE, "do it", (Change("rewrite", path, span, (("call", ".x"),)),))
    assert apply([plan], {path: f"\f{text}"}).texts == {path: "\fasync def h(o): await o.x(1)\n"}
    assert [edit.span.column for edit in edits_of(plan, {path: f"\f{text}"})] == [17]
