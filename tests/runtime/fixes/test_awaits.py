"""No fix leaves a coroutine behind that nobody awaits: mypy is asked about every text that fixing gives.

One run over all fixtures and applications as they are fixed. What is wrong in the texts otherwise is their own affair.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.fixes.cases import APPLICATIONS, load
from tests.support import repair

FIXTURES = Path(__file__).parents[2] / "fixtures"
OPTIONS = (
    "--config-file=",
    "--check-untyped-defs",
    "--enable-error-code=unused-awaitable",
    "--explicit-package-bases",
    "--follow-imports=silent",
    "--ignore-missing-imports",
    "--namespace-packages",
    "--no-error-summary",
    "--no-incremental",
    "--python-version=3.12",
)
_UNUSED = re.compile(r"^(?P<file>[^:]+):\d+: error: (?!.*\"Task\[).*\[unused-(?:coroutine|awaitable)\]$")

BROKEN = """
from fastapi.concurrency import run_in_threadpool

async def read():
    run_in_threadpool(print, "x")
"""
"""What a fix would leave that forgets its await."""


@pytest.fixture(scope="module")
def forgotten(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files in which something awaitable is dropped, among all projects as fixed, and one that is broken by hand.

    A task that nobody awaits runs all the same, and stands in some texts before they are fixed.
    """
    folder = tmp_path_factory.mktemp("fixed")
    for name, before, texts in _projects():
        shutil.copytree(before, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.toml"))
        for path, text in texts.items():
            (folder / name / path).write_text(text, encoding="utf-8")
    (folder / "broken.py").write_text(BROKEN, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", *OPTIONS, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1, done.stderr
    assert "[syntax]" not in done.stdout, done.stdout
    return {found["file"] for line in done.stdout.splitlines() if (found := _UNUSED.match(line))}


def _projects() -> Iterator[tuple[str, Path, dict[str, str]]]:
    """A name that is a package's, the project's folder, and the texts that fixing changes in it."""
    for after in sorted([*FIXTURES.glob("*/*/after"), *FIXTURES.glob("*/*/after-unsafe")]):
        if after.parts[-3] == "FAL901":  # syntax that mypy does not know either
            continue
        name = re.sub(r"\W", "_", "_".join(after.relative_to(FIXTURES).parts))
        texts = {path.relative_to(after).as_posix(): path.read_text(encoding="utf-8") for path in after.rglob("*.py")}
        yield name, after.with_name("before"), texts
    for kind in ("safe", "unsafe"):
        for folder in sorted((APPLICATIONS / kind).iterdir()):
            case = load(folder)
            changed = repair(folder, unsafe=kind == "unsafe").texts
            yield f"{kind}_{folder.name}", case.folder, {path.relative_to(folder).as_posix(): text for path, text in changed.items()}


def test_no_fix_forgets_an_await(forgotten: set[str]) -> None:
    """Nothing awaitable is dropped in any text that fixing gives."""
    assert forgotten <= {"broken.py"}


def test_a_forgotten_await_is_found(forgotten: set[str]) -> None:
    """The check can fail: what is broken by hand is told."""
    assert "broken.py" in forgotten
