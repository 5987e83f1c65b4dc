"""Applications as they are written and as safe fixes leave them: the loop is free afterwards, and nobody else can tell the difference."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fastapi_async_lint.findings import Applicability
from fastapi_async_lint.results import Repair
from tests.runtime.fixes.cases import APPLICATIONS, Case, load
from tests.runtime.fixes.comparing import assert_blocked, assert_same, assert_silent
from tests.runtime.fixes.effects import Peer
from tests.runtime.fixes.running import run, run_silently, written
from tests.support import repair

CASES = [load(folder) for folder in sorted((APPLICATIONS / "safe").iterdir())]

OFFLOADERS = {
    "run_in_threadpool": "await run_in_threadpool(",
    "asyncio.to_thread": "await asyncio.to_thread(",
    "anyio.to_thread.run_sync": "await anyio.to_thread.run_sync(",
    "asyncer.asyncify": "await asyncer.asyncify(",
    "asgiref.sync.sync_to_async": "await asgiref.sync.sync_to_async(",
    "threads.run": "await threads.run(",
}
"""What may be set -> what a call handed over begins with."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder.name)
def test_it_blocks_before_and_not_after_and_does_the_same(case: Case, tmp_path: Path, peer: Callable[[str], Peer]) -> None:
    """What was promised, for every request: no witness hears anything; answers, exceptions and effects are equal."""
    peers = [peer(name) for name in case.peers]
    repaired = repair(case.folder)
    assert_fixed(case, repaired)
    before = run(case, written(case, tmp_path / "written"), tmp_path / "before", peers)
    after = run_silently(case, written(case, tmp_path / "fixed", repaired), tmp_path, peers)
    assert_blocked(case, before)
    assert_silent(case, after)
    assert_same(case, before, after)


def test_the_proof_can_fail(tmp_path: Path) -> None:
    """What is not fixed is not silent, and what answers or does something else is not the same."""
    case = load(APPLICATIONS / "safe" / "twins")
    once = run(case, written(case, tmp_path / "written"), tmp_path / "playground", [])
    assert_same(case, once, once)
    with pytest.raises(AssertionError, match=r"still blocked: .*time\.sleep"):
        assert_silent(case, once)
    last = once.account["answers"][-1]
    other = {**once.account, "answers": [*once.account["answers"][:-1], {**last, "body": "else"}]}
    with pytest.raises(AssertionError, match="POST /begun"):
        assert_same(case, once, replace(once, account=other))  # type: ignore[arg-type] # a copy of a TypedDict is one
    with pytest.raises(AssertionError):
        assert_same(case, once, replace(once, sequential={"file": ["else"]}))
    deaf = replace(case, expected=(replace(case.expected[0], heard="nothing.like.it"), *case.expected[1:]))
    with pytest.raises(AssertionError, match=r"should block with nothing\.like\.it"):
        assert_blocked(deaf, once)


@pytest.mark.parametrize("offloader", OFFLOADERS)
def test_every_offloader_does_the_same(offloader: str, tmp_path: Path) -> None:
    """Whatever is set in pyproject.toml to run calls in threads: arguments of all kinds arrive, and the loop is free."""
    case = load(APPLICATIONS / "offloaders")
    project = written(case, tmp_path / "written")
    (project / "pyproject.toml").write_text(f'[tool.fastapi-async-lint]\noffloader = "{offloader}"\n')
    own = load(project)
    repaired = repair(project)
    assert_fixed(own, repaired)
    [text] = repaired.texts.values()
    assert OFFLOADERS[offloader].removeprefix("await ") in text or OFFLOADERS[offloader].rpartition(".")[2] in text
    before = run(own, project, tmp_path / "before", [])
    after = run_silently(own, written(own, tmp_path / "fixed", repaired), tmp_path, [])
    assert_blocked(own, before)
    assert_silent(own, after)
    assert_same(own, before, after)


def assert_fixed(case: Case, repaired: Repair) -> None:
    """Everything was fixed, safely, and by the codemods that the case is about."""
    left = [f"{finding.code} {finding.path.relative_to(case.folder)}:{finding.span.row}" for finding in repaired.report.findings]
    told = [f"{where} {finding.message}; {finding.fix}" for where, finding in zip(left, repaired.report.findings, strict=True)]
    assert tuple(left) == case.left, "\n".join(told)
    assert not [reason for finding, reason in repaired.refused]
    assert all(finding.fix and finding.fix.applicability is Applicability.SAFE for finding in repaired.fixed)
    assert {change.codemod for finding in repaired.fixed if finding.fix for change in finding.fix.changes} == case.codemods
