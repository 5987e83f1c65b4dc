import pytest

from tests.fixes.marking import fixed, refusal


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("async def «f»(): pass\n", "def f(): pass\n"),
        (
            "@app.get('/')\n# why\nasync  def   «f» (a, b=1) -> int:  # odd\n\treturn 1\n",
            "@app.get('/')\n# why\ndef   f (a, b=1) -> int:  # odd\n\treturn 1\n",
        ),
        (
            "class A:\n    async def «f»(self):\n        async def g(): await x\n",
            "class A:\n    def f(self):\n        async def g(): await x\n",
        ),
        ("async def «f»(): return (x async for x in y)\n", "def f(): return (x async for x in y)\n"),
        ("x = 1\nasync \\\n  def «f»(): yield 1\n", "x = 1\ndef f(): yield 1\n"),
    ],
)
def test_async_is_removed(before: str, after: str) -> None:
    """Nothing else changes; what nested functions and generator expressions await is their own business."""
    assert fixed(before, "declare_def") == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("async def «f»():\n    return [await x for x in y]", "it awaits something"),
        ("async def «f»():\n    def g(x=await y): pass", "it awaits something"),
        ("async def «f»():\n    return lambda x=await y: x", "it awaits something"),
        ("async def «f»():\n    async for x in y: pass", "it holds an async for or async with"),
        ("async def «f»():\n    async with x: pass", "it holds an async for or async with"),
        ("async def «f»():\n    return [x async for x in y]", "it holds an asynchronous comprehension"),
        ("def «f»(): pass", "f is no coroutine function"),
        ("async def f(«x»): pass", "it is not the name of a function"),
        ("async def f(): return «f»", "it is not the name of a function"),
    ],
)
def test_a_function_that_awaits_stays_a_coroutine_function(text: str, reason: str) -> None:
    """Each refusal says why."""
    assert refusal(text, "declare_def") == reason
