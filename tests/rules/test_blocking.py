"""How findings read: message, context, advice, severity."""

import re
from pathlib import Path

import pytest

from fastapi_async_lint.findings import Finding
from fastapi_async_lint.rules import all_rules
from tests.support import check, write_project


def findings(folder: Path, text: str, **settings: object) -> list[Finding]:
    """What is found in one file."""
    return list(check(write_project(folder, {"main.py": text}), **settings).findings)


def test_a_direct_call(tmp_path: Path) -> None:
    """What, where it runs, and what to do instead."""
    (found,) = findings(
        tmp_path, 'from fastapi import FastAPI\nimport time\n\napp = FastAPI()\n\n@app.get("/slow")\nasync def slow():\n    time.sleep(1)\n'
    )
    assert found.message == "time.sleep blocks the event loop (route GET /slow)"
    assert (found.code, found.name, found.category, found.function, found.call) == (
        "FAL101",
        "blocking-sleep",
        "sleep",
        "slow",
        "time.sleep(...)",
    )
    assert "asyncio.sleep" in found.advice
    assert "declare it `def`" in found.advice
    assert (found.severity, found.confidence) == ("warning", "certain")


@pytest.mark.parametrize(
    ("body", "advised"),
    [
        ("time.sleep(1)", "declare it `def`: it awaits nothing"),
        ("await request.body(); time.sleep(1)", "make it `def`: it is async only because of line 7 (await request.body())"),
        ("asyncio.get_running_loop().call_soon(print); time.sleep(1)", ""),
        ("variable.set(await request.body()); time.sleep(1)", ""),
        ("await other(); time.sleep(1)", ""),
        ("await request.body(); await request.json(); time.sleep(1)", ""),
    ],
)
def test_def_is_advised_where_it_would_do(tmp_path: Path, body: str, advised: str) -> None:
    """What needs the event loop, or its caller's context, stays a coroutine function."""
    text = f"""import asyncio, contextvars, time
from fastapi import FastAPI, Request
app = FastAPI()
variable = contextvars.ContextVar("variable")
@app.get("/")
async def read(request: Request):
    {body}
async def other(): ...
"""
    (found,) = findings(tmp_path, text)
    assert "`def`" not in found.advice if not advised else advised in found.advice


def test_def_is_not_advised_for_what_other_code_awaits(tmp_path: Path) -> None:
    """By whatever name that imports it."""
    main = 'from fastapi import FastAPI\nimport time\napp = FastAPI()\n@app.get("/")\nasync def read():\n    time.sleep(1)\n'
    folder = write_project(tmp_path, {"main.py": main, "other.py": "from main import read as get\nasync def use():\n    await get()\n"})
    (found,) = check(folder).findings
    assert "declare it" not in found.advice


def test_a_call_through_helpers(tmp_path: Path) -> None:
    """The message names the way, the advice the offloader that the settings name."""
    text = "import time\n\ndef inner():\n    time.sleep(1)\n\ndef outer():\n    inner()\n\nasync def job():\n    outer()\n"
    (found,) = findings(tmp_path, text, offloader="asyncio.to_thread")
    assert found.message == "time.sleep blocks the event loop (coroutine job, via main.outer > main.inner)"
    assert found.advice == "await asyncio.to_thread(outer)"


def test_a_route_with_one_await_is_told_which(tmp_path: Path) -> None:
    """It could be `def` but for that line; with two it is not mentioned."""
    head = 'from fastapi import FastAPI\nimport asyncio\nimport time\n\napp = FastAPI()\n\n@app.get("/")\nasync def slow():\n    time.sleep(1)\n    await asyncio.sleep(1)\n'
    (found,) = findings(tmp_path / "one", head)
    assert "line 10" in found.advice
    (found,) = findings(tmp_path / "two", head + "    await asyncio.sleep(1)\n")
    assert "`def`" not in found.advice


def test_what_is_no_call_is_moved_as_a_whole(tmp_path: Path) -> None:
    """A context manager cannot be handed to a thread by name."""
    text = "import threading\n\nlock = threading.Lock()\n\nasync def job():\n    with lock:\n        pass\n"
    (found,) = findings(tmp_path, text)
    assert found.code == "FAL107"
    assert "asyncio.Lock" in found.advice or "whole unit of work" in found.advice


def test_starting_up_is_less_severe(tmp_path: Path) -> None:
    """Nobody waits while the application starts; what is shared with a route keeps its severity."""
    text = """
    from contextlib import asynccontextmanager
    from fastapi import FastAPI
    import time

    async def shared():
        time.sleep(1)

    @asynccontextmanager
    async def lifespan(app):
        time.sleep(1)
        await shared()
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def root():
        await shared()
    """
    assert [(found.function, str(found.severity)) for found in findings(tmp_path, text)] == [("shared", "warning"), ("lifespan", "info")]


def test_whether_it_starts_up_is_no_question_of_words(tmp_path: Path) -> None:
    """A table says it; words that begin alike say nothing."""
    table = """
        [[tool.fastapi-async-lint.catalogue.functions]]
        names = ["acme.on_tick"]
        runs = [{ argument = 0, where = "loop", context = "startups poller" }]

        [[tool.fastapi-async-lint.catalogue.functions]]
        names = ["acme.on_boot"]
        runs = [{ argument = 0, where = "loop", context = "boot of {function}", starting = true }]

        [[tool.fastapi-async-lint.catalogue.classes]]
        name = "acme.Plugin"
        hooks = [
            { names = ["set_up"], where = "loop", starting = true },
            { names = ["handle"], where = "loop", context = "shutdown handler" },
        ]
        """
    text = """
        import time

        import acme

        def tick():
            time.sleep(1)

        def boot():
            time.sleep(1)

        def register(function):
            acme.on_boot(function)

        def passed_on():
            time.sleep(1)

        acme.on_tick(tick)
        acme.on_boot(boot)
        register(passed_on)

        class Own(acme.Plugin):
            def set_up(self):
                time.sleep(1)

            def handle(self):
                time.sleep(1)
        """
    write_project(tmp_path, {"pyproject.toml": table})
    assert [(found.context, str(found.severity)) for found in findings(tmp_path, text)] == [
        ("startups poller", "warning"),
        ("boot of boot", "info"),
        ("boot of passed_on", "info"),
        ("Own.set_up", "info"),
        ("shutdown handler", "warning"),
    ]


def test_every_rule_is_complete() -> None:
    """Codes of its hundred, a name that reads, a summary without a full stop, and a page of documentation."""
    codes = [code for rule in all_rules() for code in rule.codes]
    assert len(codes) == len(set(codes))
    for rule in all_rules():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert re.fullmatch(r"[A-Z].*[^.]", rule.summary)
        for heading in ("What it finds", "Why it matters", "Example", "Instead", "Fix safety", "Limits"):
            assert f"## {heading}" in rule.documentation, rule.name
