from pathlib import Path

import libcst as cst
import pytest

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Applicability, Change, Edit, FixPlan
from fastapi_async_lint.fixes import Outcome, Refusal, apply, codemods, edits_of
from fastapi_async_lint.fixes.parts.edits import splice
from tests.fixes.marking import PATH, outcome, plan_of, unmark
from tests.fixes.placing import calls_of

OTHER = Path("project/app/other.py")
RUN = {"offloader": "a:run", "style": "call"}


def test_each_file_of_the_folder_is_a_codemod() -> None:
    """Nothing is registered."""
    assert codemods() == ("declare_def", "hoist", "materialise", "offload", "remove_await", "rewrite", "uncall", "unit", "unsuppress")


def test_edits_are_sorted_and_hold_the_imports() -> None:
    """What `edits_of` gives is what `apply` does."""
    text, [span] = unmark("import time\n\n\nasync def f():\n    «time.sleep(1)»\n")
    plan = plan_of(span, "rewrite", call="asyncio.sleep")
    edits = edits_of(plan, {PATH: text})
    assert edits == (Edit(PATH, Span(1, 0, 1, 0), "import asyncio\n"), Edit(PATH, Span(5, 4, 5, 8), "await asyncio"))
    assert splice(text, edits) == apply([plan], {PATH: text}).texts[PATH]


def test_edits_of_what_is_refused() -> None:
    """The reason is one sentence without a full stop."""
    text, [span] = unmark("def f():\n    «g()»\n")
    with pytest.raises(Refusal) as caught:
        edits_of(plan_of(span, "rewrite", call="asyncio.sleep"), {PATH: text})
    assert caught.value.reason == "it stands in f, which is no coroutine function"


def test_a_plan_is_done_in_all_of_its_files_or_in_none() -> None:
    """A function and its callers change together."""
    one, [name] = unmark("async def «f»(): pass\n")
    two, [call] = unmark("from app.main import f\nasync def g():\n    «await f()»\n")
    changes = (Change("declare_def", PATH, name), Change("remove_await", OTHER, call))
    plan = FixPlan(Applicability.UNSAFE, "do it", changes)
    done = apply([plan], {PATH: one, OTHER: two})
    assert done.texts == {PATH: "def f(): pass\n", OTHER: "from app.main import f\nasync def g():\n    f()\n"}
    assert done.applied == (plan,)
    refused = apply([plan], {PATH: one, OTHER: two.replace("await f", "await  f")})
    assert dict(refused.texts) == {}
    assert refused.refused == ((plan, "the code has changed: what was to be rewritten no longer stands where it was"),)
    assert apply([plan], {PATH: one}).refused == ((plan, "the text of other.py is not known"),)


def test_plans_that_touch_are_deferred() -> None:
    """The first in the order of the file is done, whatever the order of the plans; equal plans are one."""
    text, [outer, inner] = unmark("from a import run\nasync def f():\n    «g(«h()»)»\n")
    plans = [plan_of(inner, "offload", **RUN), plan_of(outer, "offload", **RUN)]
    expected = Outcome({PATH: "from a import run\nasync def f():\n    await run(g, h())\n"}, (plans[1],), (), (plans[0],))
    assert apply(plans, {PATH: text}) == apply([*reversed(plans), *plans], {PATH: text}) == expected


def test_calls_in_one_another_converge() -> None:
    """Round by round, with spans of the new text, all are offloaded."""
    text = "from a import run\nasync def f():\n    return g(g(1), g(g(g(2)).x)).y, [g(x) for x in g(3)]\n"
    rounds = 0
    while spans := calls_of(text, "g"):
        done = apply([plan_of(span, "offload", **RUN) for span in spans], {PATH: text})
        assert done.applied
        assert not done.refused
        text = done.texts[PATH]
        rounds += 1
        assert rounds < 8
    assert text == (
        "from a import run\nasync def f():\n    return (await run(g, await run(g, 1), "
        "await run(g, (await run(g, await run(g, 2))).x))).y, [await run(g, x) for x in await run(g, 3)]\n"
    )


def test_a_plan_with_nothing_to_do_is_refused() -> None:
    """What is only for display cannot be done."""
    plan = FixPlan(Applicability.DISPLAY, "redesign it")
    assert apply([plan], {}).refused == ((plan, "there is nothing that it changes"),)


def test_changes_of_one_plan_must_not_overlap() -> None:
    """Two that rewrite the same call are a mistake."""
    text, [span] = unmark("from a import run\nasync def f():\n    «g(1)»\n")
    changes = (Change("offload", PATH, span, tuple(RUN.items())), Change("unit", PATH, span, tuple(RUN.items())))
    plan = FixPlan(Applicability.SAFE, "do it", changes)
    assert apply([plan], {PATH: text}).refused == ((plan, "its changes overlap each other"),)


def test_a_file_that_cannot_be_read_is_refused() -> None:
    """Its syntax error, and nesting that the parser cannot bear, are the reason."""
    for text, reason in (("async def f(:\n", "syntax error: "), ("(" * 300 + ")" * 300 + "\n", "too deeply nested: ")):
        [(_, found)] = apply([plan_of(Span(1, 0, 1, 1), "unit", **RUN)], {PATH: text}).refused
        assert found.startswith(f"the file cannot be read: {reason}")


def test_only_the_plan_that_breaks_a_file_is_refused() -> None:
    """An await made of a name that is assigned to does not compile; the others of its file are done."""
    found, _ = outcome("from a import run\nasync def f():\n    «x» = «g()»\n    «y» = «h()»\n", "unit", **RUN)
    assert found.texts[PATH] == "from a import run\nasync def f():\n    x = await run(lambda: g())\n    y = await run(lambda: h())\n"
    assert [reason for _, reason in found.refused] == ["the changed file could not be compiled"] * 2


def test_a_plan_refused_for_one_file_leaves_its_others_alone() -> None:
    """All or nothing holds behind the compiler too."""
    one, [bad] = unmark("from a import run\nasync def f():\n    «x» = 1\n")
    two, [good] = unmark("from a import run\nasync def f():\n    «g()»\n")
    changes = (Change("unit", PATH, bad, tuple(RUN.items())), Change("offload", OTHER, good, tuple(RUN.items())))
    done = apply([FixPlan(Applicability.SAFE, "do it", changes)], {PATH: one, OTHER: two})
    assert dict(done.texts) == {}
    assert len(done.refused) == 1


def test_a_file_that_never_compiled_need_not_now() -> None:
    """A `return` outside of a function is no reason to refuse what is right elsewhere in the file."""
    found, _ = outcome("from a import run\nreturn\nasync def f():\n    «g()»\n", "offload", **RUN)
    assert found.texts[PATH] == "from a import run\nreturn\nasync def f():\n    await run(g)\n"


def test_a_change_in_a_deep_expression() -> None:
    """Hundreds of links in a chain need more stack than usual."""
    chain = "x" + ".y()" * 900
    found, _ = outcome(f"from a import run\nasync def f():\n    «{chain}»\n", "offload", **RUN)
    assert found.texts[PATH].endswith(f"    await run({chain.removesuffix('()')})\n")


def test_a_class_in_a_class_and_decorators() -> None:
    """Spans are found wherever a function stands, in headers too."""
    before = (
        "from a import run\n@«d(g())»\nclass A(b, «d(g())»):\n    class B:\n        @«d(g())»\n        async def f(self):\n            pass\n"
        "\n    x: int = 1; y = «d(g())»\n    if x:\n        def h(self, z=«d(g())»): pass\n"
    )
    found, _ = outcome(before, "uncall", argument="0", style="bare")
    assert found.texts[PATH] == before.replace("«d(g())»", "d(g)")
    cst.parse_module(found.texts[PATH])
