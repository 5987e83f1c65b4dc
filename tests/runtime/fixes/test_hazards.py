"""Why some fixes are not safe, shown by running: the rewriting is made by hand, and the program does something else.

Each hazard is a path operation that several tasks run at once. As it is written it gives one thing, rewritten another; and the linter, which
reports the call, does not plan that rewriting as safe.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import pytest

from fastapi_async_lint.findings import Applicability
from tests.support import check, write_project

HEAD = """
    import asyncio
    import contextvars
    import sqlite3
    import threading
    import time
    import traceback
    from pathlib import Path

    from fastapi import FastAPI
    from fastapi.concurrency import run_in_threadpool

    app = FastAPI()
    Path("number").write_text("0")
"""
TASKS = 4


class Hazard(NamedTuple):
    """A program with the path operation `read`, and one rewriting; what the tasks give, in order, for both."""

    text: str
    written: str
    rewritten: str
    before: list[object]
    after: list[object]
    reason: str
    """Words of the reason that the plan gives."""


HAZARDS = {
    "reentrant lock": Hazard(
        """
        lock = threading.RLock()
        inside = []

        @app.get("/")
        async def read():
            with lock:
                inside.append("task")
                time.sleep(0.001)
                count = len(inside)
                inside.remove("task")
            return count
        """,
        "time.sleep(0.001)",
        "await asyncio.sleep(0.001)",
        [1, 1, 1, 1],
        [4, 3, 2, 1],
        "lock",
    ),
    "check, then act": Hazard(
        """
        cache = {}
        computed = []

        def load():
            computed.append(Path("number").read_text())
            return "loaded"

        @app.get("/")
        async def read():
            if "key" not in cache:
                computed.append("computed")
                cache["key"] = Path("number").read_text()
            await asyncio.sleep(0.05)
            return len(computed)
        """,
        'Path("number").read_text()\n    await',
        'await run_in_threadpool(Path("number").read_text)\n    await',
        [1, 1, 1, 1],
        [4, 4, 4, 4],
        "cache",
    ),
    "change, then read": Hazard(
        """
        current = {}
        users = iter(range(10))

        @app.get("/")
        async def read():
            user = next(users)
            current["user"] = user
            text = Path("number").read_text()
            return current["user"] - user
        """,
        'Path("number").read_text()',
        "await run_in_threadpool(Path('number').read_text); await asyncio.sleep(0.05)",
        [0, 0, 0, 0],
        [3, 2, 1, 0],
        "changed before it and read behind it",
    ),
    "augmented assignment": Hazard(
        """
        class State:
            total = 0

        state = State()

        @app.get("/")
        async def read():
            state.total += len(Path("number").read_text())
            await asyncio.sleep(0.05)
            return state.total
        """,
        'len(Path("number").read_text())',
        'len(await run_in_threadpool(Path("number").read_text))',
        [4, 4, 4, 4],
        [1, 1, 1, 1],
        "state.total",
    ),
    "context variable": Hazard(
        """
        user = contextvars.ContextVar("user", default="nobody")

        def load():
            user.set(Path("number").read_text())

        @app.get("/")
        async def read():
            load()
            return user.get()
        """,
        "    load()\n",
        "    await run_in_threadpool(load)\n",
        ["0", "0", "0", "0"],
        ["nobody", "nobody", "nobody", "nobody"],
        "context variable",
    ),
    "thread's own data": Hazard(
        """
        local = threading.local()
        local.name = "number"

        def load():
            return Path(local.name).read_text()

        @app.get("/")
        async def read():
            return load()
        """,
        "return load()",
        "return await run_in_threadpool(load)",
        ["0", "0", "0", "0"],
        ["AttributeError: '_thread._local' object has no attribute 'name'"] * 4,
        "thread",
    ),
    "end of an iterator": Hazard(
        """
        def load(words):
            Path("number").read_text()
            return next(words)

        @app.get("/")
        async def read():
            try:
                return load(iter([]))
            except StopIteration:
                return "the end"
        """,
        "return load(iter([]))",
        "return await run_in_threadpool(load, iter([]))",
        ["the end"] * 4,
        ["RuntimeError: coroutine raised StopIteration"] * 4,
        "StopIteration",
    ),
    "running loop": Hazard(
        """
        def load():
            Path("number").read_text()
            return asyncio.get_running_loop().is_running()

        @app.get("/")
        async def read():
            return load()
        """,
        "return load()",
        "return await run_in_threadpool(load)",
        [True] * 4,
        ["RuntimeError: no running event loop"] * 4,
        "event loop",
    ),
    "raising again": Hazard(
        """
        def again():
            Path("number").read_text()
            raise

        @app.get("/")
        async def read():
            try:
                return {}["key"]
            except KeyError:
                again()
        """,
        "        again()",
        "        await run_in_threadpool(again)",
        ["KeyError: 'key'"] * 4,
        ["RuntimeError: No active exception to reraise"] * 4,
        "raises again",
    ),
    "exception being handled": Hazard(
        """
        def told():
            Path("number").read_text()
            return traceback.format_exc().splitlines()[-1]

        @app.get("/")
        async def read():
            try:
                return {}["key"]
            except KeyError:
                return told()
        """,
        "return told()",
        "return await run_in_threadpool(told)",
        ["KeyError: 'key'"] * 4,
        ["NoneType: None"] * 4,
        "exception that is being handled",
    ),
    "connection of a thread": Hazard(
        """
        def load(connection):
            return connection.execute("select count(*) from sqlite_master").fetchone()[0]

        @app.get("/")
        async def read():
            connection = sqlite3.connect("database")
            try:
                return load(connection)
            finally:
                connection.close()
        """,
        "return load(connection)",
        "return await run_in_threadpool(load, connection)",
        [0] * 4,
        ["ProgrammingError: SQLite objects created in a thread can only be used in that same thread."] * 4,
        "sqlite3.Connection",
    ),
    "file, read and written": Hazard(
        """
        @app.get("/")
        async def read():
            number = int(Path("number").read_text())
            Path("number").write_text(str(number + 1))
            return number + 1
        """,
        'int(Path("number").read_text())',
        'int(await run_in_threadpool(Path("number").read_text)); await asyncio.sleep(0.05)',
        [1, 2, 3, 4],
        [1, 1, 1, 1],
        "the file",
    ),
    "generator expression": Hazard(
        """
        @app.get("/")
        async def read():
            return sum(len(Path(name).read_text()) for name in ["number"])
        """,
        "Path(name).read_text()",
        "await run_in_threadpool(Path(name).read_text)",
        [1] * 4,
        ["TypeError: 'async_generator' object is not iterable"] * 4,
        "generator expression",
    ),
}


@pytest.mark.parametrize("name", HAZARDS)
def test_the_rewriting_would_change_what_it_does(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What several tasks give differs: shown for both texts."""
    hazard = HAZARDS[name]
    monkeypatch.chdir(tmp_path)
    assert _outcomes(_program(hazard.text)) == hazard.before
    after = _outcomes(_program(hazard.text, hazard.written, hazard.rewritten))
    assert [_begins(one, expected) for one, expected in zip(after, hazard.after, strict=True)] == hazard.after


@pytest.mark.parametrize("name", [*HAZARDS, "lock"])
def test_it_is_not_planned_as_safe(name: str, tmp_path: Path) -> None:
    """The linter reports the calls, and says why they are not rewritten."""
    text, reason = (LOCK, "lock") if name == "lock" else (HAZARDS[name].text, HAZARDS[name].reason)
    report = check(write_project(tmp_path, {"main.py": _joined(text)}))
    plans = [finding.fix for finding in report.findings]
    assert plans
    assert all(plan is None or plan.applicability is not Applicability.SAFE for plan in plans)
    assert any(reason in words for plan in plans if plan is not None for words in plan.reasons), plans


LOCK = """
    lock = threading.Lock()

    @app.get("/")
    async def read():
        with lock:
            time.sleep(0.001)
        return "done"
    """


def test_an_await_under_a_lock_is_a_deadlock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second task waits for the lock in the thread in which the first one would have to release it."""
    monkeypatch.chdir(tmp_path)
    assert _outcomes(_program(LOCK)) == ["done"] * TASKS
    program = _program(LOCK, "time.sleep(0.001)", "await asyncio.sleep(0.001)")
    outcomes: list[object] = []
    thread = threading.Thread(target=lambda: outcomes.extend(_outcomes(program)))
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()
    while thread.is_alive():  # nobody inside can
        if program["lock"].locked():
            program["lock"].release()
        thread.join(0.02)
    assert outcomes


def _joined(text: str) -> str:
    return dedent(HEAD) + dedent(text)


def _program(text: str, written: str = "", rewritten: str = "") -> dict[str, Any]:
    """The names of the program, run in the working folder."""
    source = _joined(text)
    assert written in source
    namespace: dict[str, Any] = {"__name__": "main"}
    exec(compile(source.replace(written, rewritten) if written else source, "main.py", "exec"), namespace)
    return namespace


def _outcomes(program: dict[str, Any]) -> list[object]:
    """What each of the tasks gives, in order; exceptions as text."""
    read: Callable[[], Coroutine[Any, Any, object]] = program["read"]

    async def main() -> list[object]:
        return [
            f"{type(one).__name__}: {one}" if isinstance(one, BaseException) else one
            for one in await asyncio.gather(*(read() for _ in range(TASKS)), return_exceptions=True)
        ]

    return asyncio.run(main())


def _begins(outcome: object, expected: object) -> object:
    """The expected text if the outcome begins with it: Python's messages go on differently in each version."""
    return expected if isinstance(expected, str) and str(outcome).startswith(expected) else outcome
