"""Applications as they are written and as unsafe fixes leave them: requests that are sent one after the other cannot tell the difference."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runtime.fixes.cases import APPLICATIONS, Case, load
from tests.runtime.fixes.comparing import assert_blocked, assert_same, assert_silent
from tests.runtime.fixes.effects import Peer
from tests.runtime.fixes.running import run, run_silently, written
from tests.support import repair

CASES = [load(folder) for folder in sorted((APPLICATIONS / "unsafe").iterdir())]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder.name)
def test_the_loop_is_free_and_answers_stay(case: Case, tmp_path: Path, peer: Callable[[str], Peer]) -> None:
    """What unsafe fixes promise, which is less: nothing is said of requests at the same time."""
    peers = [peer(name) for name in case.peers]
    repaired = repair(case.folder, unsafe=True)
    assert not repaired.report.findings
    assert {change.codemod for finding in repaired.fixed if finding.fix for change in finding.fix.changes} == case.codemods
    before = run(case, written(case, tmp_path / "written"), tmp_path / "before", peers)
    after = run_silently(case, written(case, tmp_path / "fixed", repaired), tmp_path, peers)
    assert_blocked(case, before)
    assert_silent(case, after)
    assert_same(case, before, after)


def test_awaits_in_tests_are_removed_with_async(tmp_path: Path) -> None:
    """The application's own tests pass before and after; they would not if they were left as they are."""
    case = load(APPLICATIONS / "unsafe" / "declared")
    repaired = repair(case.folder, unsafe=True)
    assert {path.name for path in repaired.texts} == {"main.py", "test_orders.py"}
    assert _tests_pass(written(case, tmp_path / "written"))
    fixed = written(case, tmp_path / "fixed", repaired)
    assert _tests_pass(fixed)
    (fixed / "test_orders.py").write_bytes((case.folder / "test_orders.py").read_bytes())
    assert not _tests_pass(fixed)


def _tests_pass(project: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", "test_orders.py"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 0
