"""Every small project below fixtures/ is fixed as its folder says: `after/` holds the files that `--fix` changes, `after-unsafe/` those
that `--fix --unsafe-fixes` changes, where that is written down.

A trailing comment says what is planned for the findings of its row, and which words a reason holds:

    time.sleep(1)  # expect: FAL101  # fix: safe
    time.sleep(1)  # expect: FAL101  # fix: none, under the lock
    requests.get(url)  # expect: FAL102  # fix: unsafe, read before it and changed behind it

`python tools/accept_fixes.py` writes the folders anew; what it writes is to be read.
"""

import re
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from fastapi_async_lint.findings import Applicability, Finding
from fastapi_async_lint.results import Repair
from tests.support import check, check_with_edits, repair

FIXTURES = Path(__file__).parent / "fixtures"
PROJECTS = sorted(folder for folder in FIXTURES.glob("*/*/before") if folder.is_dir())
FOLDERS = {False: "after", True: "after-unsafe"}
_COMMENT = re.compile(r"#\s*fix:\s*(safe|unsafe|none)(?:,\s*([^#]*))?")
_WORDS = {Applicability.SAFE: "safe", Applicability.UNSAFE: "unsafe", Applicability.DISPLAY: "none"}


def name_of(project: Path) -> str:
    """`FAL101/direct`."""
    return project.parent.relative_to(FIXTURES).as_posix()


@cache
def fixed(project: Path, *, unsafe: bool) -> tuple[Repair, dict[str, str]]:
    """What fixing a project gives, and the changed texts by relative path."""
    found = repair(project, unsafe=unsafe)
    return found, {path.relative_to(project).as_posix(): text for path, text in found.texts.items()}


def accepted(project: Path, *, unsafe: bool) -> dict[str, str]:
    """The texts that the fixture says come out."""
    folder = project.parent / FOLDERS[unsafe]
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in sorted(folder.rglob("*.py"))}


@pytest.mark.parametrize("project", PROJECTS, ids=name_of)
def test_safe_fixes_give_what_the_fixture_says(project: Path) -> None:
    """`after/` exists exactly if a safe fix applies, and holds what comes out."""
    _, texts = fixed(project, unsafe=False)
    assert texts == accepted(project, unsafe=False)


@pytest.mark.parametrize("project", [project for project in PROJECTS if (project.parent / "after-unsafe").is_dir()], ids=name_of)
def test_unsafe_fixes_give_what_the_fixture_says(project: Path) -> None:
    """Where it is written down what unsafe fixes give, that is what they give."""
    _, texts = fixed(project, unsafe=True)
    assert texts == accepted(project, unsafe=True)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("project", PROJECTS, ids=name_of)
def test_fixing_removes_what_it_promised_adds_nothing_and_is_done_once(project: Path, tmp_path: Path, *, unsafe: bool) -> None:
    """What was fixed is gone, what is left was there before, the texts compile as far as they did, and fixing again changes nothing."""
    before = _blocking(check(project).findings)
    found, texts = fixed(project, unsafe=unsafe)
    assert len(_blocking(found.report.findings)) <= len(before) - len(_blocking(found.fixed))
    for path, text in found.texts.items():
        if _compiles(found.originals[path]):
            compile(text, str(path), "exec", dont_inherit=True)
    if texts:
        again = tmp_path / "again"
        shutil.copytree(project, again)
        for name, text in texts.items():
            (again / name).write_bytes(text.encode())
        assert not repair(again, unsafe=unsafe).texts


def expected_plans(project: Path) -> Iterator[tuple[str, int, str, str]]:
    """(file, row, kind, words of a reason) as the comments say."""
    for path in sorted(project.rglob("*.py")):
        for row, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), start=1):
            if comment := _COMMENT.search(line):
                yield path.relative_to(project).as_posix(), row, comment[1], (comment[2] or "").strip()


PLANNED = [project for project in PROJECTS if any(expected_plans(project))]


@pytest.mark.parametrize("project", PLANNED, ids=name_of)
def test_plans_are_as_safe_as_the_comments_say(project: Path) -> None:
    """What is planned for a finding, and why it is not safe, is what the comment on its row says."""
    findings = check_with_edits(project).findings
    for file, row, kind, words in expected_plans(project):
        plans = [finding.fix for finding in findings if finding.span.row == row and finding.path == project / file]
        assert plans, f"{file}:{row}: no finding"
        for plan in plans:
            assert (_WORDS[plan.applicability] if plan else "none") == kind, f"{file}:{row}: {plan}"
            assert words in "; ".join(plan.reasons if plan else ()), f"{file}:{row}: {plan}"


def _blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Without those about comments: a fix may make one needless."""
    return [finding for finding in findings if finding.category]


def _compiles(text: str) -> bool:
    try:
        compile(text, "<fixture>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
