"""What is set to run calls in a thread exists and can be imported, or is an error or no fix."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fastapi_async_lint import engine, settings
from fastapi_async_lint.catalogue import offloaders
from fastapi_async_lint.repair import fix
from fastapi_async_lint.settings import SettingsError
from tests.support import write_project

MAIN = """\
import requests
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def root():
    requests.get("https://example.org")
"""
THREADS = """\
import asyncio


class Pool:
    async def run(self, function, *arguments, **keywords):
        return await asyncio.to_thread(function, *arguments, **keywords)


async def run(function, *arguments, **keywords):
    return await asyncio.to_thread(function, *arguments, **keywords)
"""
PROJECT = {"app/__init__.py": "", "app/main.py": MAIN, "app/threads.py": THREADS}


def loaded(folder: Path, offloader: str, files: Mapping[str, str] = PROJECT) -> settings.Settings:
    """The settings of a project with that offloader."""
    table = f"[tool.fastapi-async-lint]\njobs = 1\nuse-cache = false\noffloader = '{offloader}'\n"
    write_project(folder, {**files, "pyproject.toml": table})
    return settings.load([folder])


def fixed(folder: Path, offloader: str, files: Mapping[str, str]) -> dict[str, str]:
    """The texts of the files that safe fixes have changed, by their paths."""
    repaired = fix([folder], loaded(folder, offloader, files))
    return {path.relative_to(folder).as_posix(): text for path, text in repaired.texts.items()}


def reasons(folder: Path, path: str) -> set[str]:
    """Why what is found in a file is not fixed."""
    report = engine.check([folder / path], settings.load([folder]))
    return {reason for finding in report.findings if finding.fix is not None for reason in finding.fix.reasons}


@pytest.mark.parametrize("offloader", [*offloaders(), "run_in_threadpool", "asyncify", "starlette.concurrency.run_in_threadpool"])
def test_the_catalogue_knows_these(tmp_path: Path, offloader: str) -> None:
    """By their full names, by another name of the same, by their last one alone."""
    assert engine.check([tmp_path], loaded(tmp_path, offloader)).findings


@pytest.mark.parametrize(
    ("offloader", "near"),
    [
        ("asyncio.to_thred", "; did you mean asyncio.to_thread?"),
        ("asyncio.sleep", "; did you mean asyncio.to_thread?"),
        ("to_thred", "; did you mean to_thread?"),
        ("nothing.at_all", ""),
        ("app.threads.rn", "; did you mean app.threads.run?"),
        ("app.thread.run", "; did you mean app.threads.run?"),
        ("app.threads.Pool", None),
        ("app.threads.Pool.run", None),
        ("app.threads", None),
        ("app.zzz", None),
    ],
)
def test_others_are_an_error(tmp_path: Path, offloader: str, near: str | None) -> None:
    """With its place, what was expected, and the nearest name."""
    chosen = loaded(tmp_path, offloader)
    with pytest.raises(SettingsError) as caught:
        engine.check([tmp_path], chosen)
    message = str(caught.value)
    known = (
        "anyio.to_thread.run_sync, asgiref.sync.sync_to_async, asyncer.asyncify, asyncio.to_thread, fastapi.concurrency.run_in_threadpool"
    )
    expected = f'expected an offloader of the catalogue ({known}) or a function of the project, found "{offloader}"'
    assert message.startswith(f"{tmp_path / 'pyproject.toml'}:4: offloader: {expected}")
    assert near is None or message.endswith(f'"{near}')


def test_an_offloader_of_a_caller_is_not_looked_for_in_the_file(tmp_path: Path) -> None:
    """The error names the key alone."""
    loaded(tmp_path, "asyncio.to_thread")
    chosen = settings.load([tmp_path], overrides={"offloader": "asyncio.to_thred"})
    with pytest.raises(SettingsError, match=r"^offloader: expected an offloader"):
        engine.check([tmp_path], chosen)


@pytest.mark.parametrize(
    ("offloader", "files"),
    [
        ("app.threads.run", {}),
        ("app.run", {"app/__init__.py": "from app.threads import run\n"}),
        ("app.star.run", {"app/star.py": "from app.threads import *\n"}),
        ("app.alias.hand", {"app/alias.py": "from app import threads\nhand = threads.run\n"}),
    ],
)
def test_a_function_of_the_project(tmp_path: Path, offloader: str, files: dict[str, str]) -> None:
    """Wherever it can be imported from."""
    module, _, name = offloader.rpartition(".")
    assert f"from {module} import {name}\n" in fixed(tmp_path, offloader, {**PROJECT, **files})["app/main.py"]


def test_one_that_the_project_describes(tmp_path: Path) -> None:
    """In its own tables, of a package that is not in the catalogue."""
    chosen = loaded(tmp_path, "acme.in_thread")
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write(
            "[[tool.fastapi-async-lint.catalogue.functions]]\nnames = ['acme.in_thread']\nreturns = 'awaitable[result[0]]'\n"
            "runs = [{ argument = 0, where = 'thread', passes = 'rest' }]\noffloader = { written = 'acme:in_thread' }\n"
        )
    with pytest.raises(SettingsError, match=r"offloader: expected an offloader of the catalogue"):
        engine.check([tmp_path], chosen)
    (text,) = fix([tmp_path], settings.load([tmp_path])).texts.values()
    assert "from acme import in_thread\n" in text


def test_no_import_is_written_that_would_not_work(tmp_path: Path) -> None:
    """In the offloader's own file, and in one that it imports itself."""
    files = {**PROJECT, "app/threads.py": f"from app import config\n{MAIN}\n\n{THREADS}", "app/config.py": MAIN}
    assert set(fixed(tmp_path, "app.threads.run", files)) == {"app/main.py"}
    assert reasons(tmp_path, "app/threads.py") >= {"app.threads.run is defined in this file: call it by hand"}
    assert reasons(tmp_path, "app/config.py") >= {
        "app.threads, which has the offloader, imports this module: it could not be imported here"
    }


def test_an_import_that_is_there_works(tmp_path: Path) -> None:
    """Though both import each other."""
    files = {**PROJECT, "app/threads.py": f"from app import main\n{THREADS}", "app/main.py": f"from app.threads import run\n{MAIN}"}
    assert "await run(requests.get, " in fixed(tmp_path, "app.threads.run", files)["app/main.py"]


def test_another_service_cannot_import_it(tmp_path: Path) -> None:
    """Each has an `app` of its own."""
    files = {f"{service}/{path}": text for service in ("one", "two") for path, text in {**PROJECT, "pyproject.toml": ""}.items()}
    del files["two/app/threads.py"]
    assert set(fixed(tmp_path, "app.threads.run", files)) == {"one/app/main.py"}
    assert reasons(tmp_path, "two/app/main.py") >= {"app.threads, which has the offloader, cannot be imported from here"}
