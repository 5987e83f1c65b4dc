"""The fixes as a command of LibCST's own program, as docs/fixes.md tells it."""

import os
import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext, SkipFile

from fastapi_async_lint.codemods import FixBlockingCalls
from tests.support import write_project
from tests.test_cli import MAIN_ENVIRONMENT
from tests.test_writing import COUNT, TEST

HELPER = """
    import time


    def work():
        time.sleep(1)
    """
MAIN = """
    import time

    import requests
    from fastapi import FastAPI

    from app.helper import work

    app = FastAPI()
    total = 0


    @app.get("/a")
    async def a():
        work()
        time.sleep(1)


    @app.get("/b")
    async def b():
        global total
        total += requests.get("https://api.example").status_code
        await other()


    async def other(): ...
    """


def codemod(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """LibCST's program with our command."""
    return subprocess.run(
        [sys.executable, "-m", "libcst.tool", "codemod", "-x", "fastapi_async_lint.codemods.FixBlockingCalls", *arguments],
        cwd=cwd,
        env={**MAIN_ENVIRONMENT, "NO_COLOR": "1", "PYTHONPATH": os.pathsep.join([MAIN_ENVIRONMENT["PYTHONPATH"], str(cwd)])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An application of two files."""
    return write_project(tmp_path, {"pyproject.toml": "", "app/__init__.py": "", "app/helper.py": HELPER, "app/main.py": MAIN})


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("path", ["app", "."])
def test_a_project_is_fixed_as_by_our_own_program(project: Path, path: str, jobs: str) -> None:
    """Names may be relative, and files may be shared out among processes; helpers in other files are seen."""
    done = codemod("-j", jobs, "--no-format", path, cwd=project)
    assert done.returncode == 0, done.stderr
    text = (project / "app" / "main.py").read_text(encoding="utf-8")
    assert "    await run_in_threadpool(work)\n    await asyncio.sleep(1)\n" in text
    assert "    total += requests.get(" in text
    assert "Transformed 3 files successfully" in done.stderr
    again = write_project(project / "again", {"pyproject.toml": "", "app/__init__.py": "", "app/helper.py": HELPER, "app/main.py": MAIN})
    subprocess.run(
        [sys.executable, "-m", "fastapi_async_lint", "--fix-only", "--isolated", "app"], cwd=again, env=MAIN_ENVIRONMENT, check=True
    )
    for name in ("main.py", "helper.py"):
        assert (project / "app" / name).read_bytes() == (again / "app" / name).read_bytes()


def test_unsafe_fixes(project: Path) -> None:
    """They are asked for as everywhere."""
    done = codemod("--unsafe-fixes", "-j", "1", "--no-format", "app/main.py", cwd=project)
    assert done.returncode == 0, done.stderr
    text = (project / "app" / "main.py").read_text(encoding="utf-8")
    assert 'total += (await run_in_threadpool(requests.get, "https://api.example")).status_code' in text


def test_a_fix_of_two_files_is_left_out(tmp_path: Path) -> None:
    """LibCST's program gives one file at a time: half of a fix would be worse than none."""
    write_project(tmp_path, {"pyproject.toml": "", "main.py": COUNT, "test_main.py": TEST})
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.py")}
    done = codemod("--unsafe-fixes", "-j", "1", "--no-format", ".", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "async def count(" in (tmp_path / "main.py").read_text(encoding="utf-8")
    assert (tmp_path / "test_main.py").read_bytes() == before["test_main.py"]


def test_wrong_settings_skip_the_files_with_the_reason(project: Path) -> None:
    """Nothing is written, and the reason names the file, the line and the nearest word."""
    (project / "pyproject.toml").write_text('[tool.fastapi-async-lint]\nselct = ["FAL1"]\n', encoding="utf-8")
    before = (project / "app" / "main.py").read_bytes()
    done = codemod("-j", "1", "--no-format", "app/main.py", cwd=project)
    assert f"{project / 'pyproject.toml'}:2: selct: unknown key; did you mean select?" in done.stderr
    assert "Skipped 1 files" in done.stderr
    assert (project / "app" / "main.py").read_bytes() == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_bytes_outside_the_change_stay(tmp_path: Path, encoding: str) -> None:
    """Encoding, byte order mark and line ends."""
    before = "# coding: latin-1\r\n" if encoding == "latin-1" else ""
    before += "import asyncio\r\nimport time\r\n\r\nasync def f():\r\n    time.sleep(1)  # \xe9\r\n    return 1"
    write_project(tmp_path, {"pyproject.toml": ""})
    (tmp_path / "main.py").write_bytes(before.encode(encoding))
    assert codemod("-j", "1", "--no-format", "main.py", cwd=tmp_path).returncode == 0
    assert (tmp_path / "main.py").read_bytes() == before.replace("    time", "    await asyncio").encode(encoding)


def test_a_text_without_a_file_is_skipped() -> None:
    """It has no project to be seen in."""
    with pytest.raises(SkipFile, match="a file name was expected"):
        FixBlockingCalls(CodemodContext()).transform_module(cst.parse_module("x = 1\n"))


def test_the_tree_is_the_same_if_there_is_nothing_to_fix(project: Path) -> None:
    """So that LibCST's program leaves the file alone."""
    tree = cst.parse_module((project / "app" / "helper.py").read_bytes())
    context = CodemodContext(filename=str(project / "app" / "helper.py"))
    assert FixBlockingCalls(context).transform_module_impl(tree) is tree
