"""How deep text may nest, and that what is deeper is refused and not parsed."""

import subprocess
import sys

import pytest

from fastapi_async_lint.facts import Problem
from fastapi_async_lint.syntax import extract, nesting, stack

DEEP = {
    "brackets": "x = " + "(" * 150 + "1" + ")" * 150,
    "calls": "x = " + "f(" * 120 + "1" + ")" * 120,
    "indentation": "".join(" " * i + "if x:\n" for i in range(99)) + " " * 99 + "pass",
    "negation": "x = " + "- " * 800 + "1",
    "sum": "x = a" + " + a" * 800,
    "sum over lines": "x = (a" + "\n + a" * 800 + ")",
    "sum behind backslashes": "x = a" + " \\\n + a" * 800,
    "links": "x = a" + ".b" * 800,
    "conditions": "x = " + "1 if a else " * 600 + "1",
    "lambdas": "x = " + "lambda: " * 600 + "1",
    "branches": "if a: pass\n" + "elif a: pass\n" * 1500,
    "strings": "x = 'a'" + " 'a'" * 1000,
    "formats": "x = f'" + "{a:" * 800 + "1" + "}" * 800 + "'",
    "comprehension": "x = [a" + " for a in b" * 600 + "]",
}


@pytest.mark.slow
def test_deep_text_is_read_however_small_the_stack() -> None:
    """All shapes, from a thread with hardly any stack, in a process of its own: where the guard fails, that process dies."""
    program = (
        "import sys, threading\n"
        "sys.path[:0] = sys.argv[1:]\n"
        "from tests.syntax.test_nesting import DEEP\n"
        "from fastapi_async_lint.syntax import extract\n"
        "def go():\n"
        "    for name, text in DEEP.items():\n"
        "        print(name, extract(text).problem, flush=True)\n"
        "threading.stack_size(2**18)\n"
        "thread = threading.Thread(target=go)\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *sys.path], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"{name} None" for name in DEEP], done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("name", DEEP)
def test_deep_text_is_not_shallow(name: str) -> None:
    """It is read with a stack of its own, but for indentation, which is always reckoned with."""
    assert nesting.measure(DEEP[name]) is (name == "indentation")


@pytest.mark.parametrize(
    ("text", "message", "row", "column"),
    [
        ("x = (\n" + "[" * 200, "more than 200 brackets are open", 2, 199),
        ("'((('\n# (((\nx = " + "{" * 201, "more than 200 brackets are open", 3, 204),
        ("a\r\nb\rx = " + "(" * 300, "more than 200 brackets are open", 3, 204),
        ("a\nx = a" + " + a" * 10_001, "more than 10000 operators hang together", 2, None),
        ("x = " + "not " * 10_001 + "a\n", "more than 10000 operators hang together", 1, None),
        ("x = (a" + "\n.b" * 10_001 + ")\n", "more than 10000 operators hang together", None, None),
        ("x = 'a'" + "\\\n'b'" * 10_001, "more than 10000 operators hang together", None, None),
        ("if a: b\n" + "elif a: b\n" * 10_001, "more than 10000 branches hang together", 10_002, 0),
    ],
)
def test_what_is_too_deep_is_a_problem(text: str, message: str, row: int | None, column: int | None) -> None:
    """With the place where it became too much, and without parsing."""
    problem = extract(text).problem
    assert problem is not None
    assert problem.message == f"too deeply nested: {message}"
    assert row in (None, problem.row)
    assert column in (None, problem.column)


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "-1.5 + a.b, " * 12_000 + "]",
        "x = {" + "'a': b.c(d),\n" * 12_000 + "}",
        "a = b.c + d\n" * 12_000,
        "a = b.c + d\r" * 12_000,
        "f(a, 'b' 'c')\n" * 12_000,
        "x = '''" + "+ a " * 12_000 + "'''",
        "# " + "+ a " * 12_000,
        "x = '" + "(" * 1000 + "'\n# " + "(" * 1000 + "\n",
        ")" * 300,
    ],
)
def test_what_is_merely_long_is_shallow_enough(text: str) -> None:
    """Items, statements, strings and comments do not hang together."""
    assert not isinstance(nesting.measure(text), Problem)


def test_the_recursion_limit_is_given_back() -> None:
    """Also where the function raises."""
    before = sys.getrecursionlimit()
    assert stack.run(sys.getrecursionlimit, is_shallow=True) == max(before, stack.RECURSION_LIMIT)
    assert stack.run(sys.getrecursionlimit, is_shallow=False) == max(before, stack.RECURSION_LIMIT)
    with pytest.raises(ZeroDivisionError):
        stack.run(lambda: 1 // 0, is_shallow=False)
    assert sys.getrecursionlimit() == before


def test_where_the_stack_is_unknown_a_thread_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that does not tell, or tells too little."""
    assert stack.run(_thread_name, is_shallow=False) == "fastapi-async-lint syntax"
    monkeypatch.setattr(stack, "_main_stack_bytes", lambda: 2**20)
    assert stack.run(_thread_name, is_shallow=True) == "fastapi-async-lint syntax"
    monkeypatch.setattr(stack, "_main_stack_bytes", lambda: 2**30)
    assert stack.run(_thread_name, is_shallow=True) == "MainThread"


def _thread_name() -> str:
    import threading

    return threading.current_thread().name
