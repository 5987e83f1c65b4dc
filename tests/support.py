"""Small projects in folders -> findings, held against the comments in them that say what is expected.

An expectation is a trailing comment on the line where a finding starts:

    time.sleep(1)  # expect: FAL101
    load(); save()  # expect: FAL202 requests.get; FAL203

The word behind the code, if there is one, is the library callable that the finding resolves to. A line without an expectation must be
silent, and one with two needs two findings.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from fastapi_async_lint import engine, settings
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.repair import fix
from fastapi_async_lint.results import Repair, Report
from fastapi_async_lint.settings import Settings

_COMMENT = re.compile(r"#\s*expect:\s*([^#]*)")


class Expectation(NamedTuple):
    """A finding as a comment foretells it; `resolves_to` is empty where it does not matter."""

    file: str
    row: int
    code: str
    resolves_to: str = ""

    def __str__(self) -> str:
        """`app/main.py:12 FAL101 time.sleep`."""
        return f"{self.file}:{self.row} {self.code} {self.resolves_to}".rstrip()


def write_project(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files, paths relative to the folder, texts dedented; returns the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8", newline="")
    return folder


def own_settings(folder: Path, **overrides: object) -> Settings:
    """The settings of the folder's own pyproject.toml and nobody else's; for this process, without a cache."""
    config = folder / "pyproject.toml"
    given = config.exists() and "[tool.fastapi-async-lint" in config.read_text(encoding="utf-8")
    chosen = settings.load([folder], config if given else None, isolated=not given, overrides={"jobs": 1, "use_cache": False, **overrides})
    return replace(chosen, root=folder)  # not the repository that the fixture lies in


def check(folder: Path, **overrides: object) -> Report:
    """The report on a folder under its own settings."""
    return engine.check([folder], own_settings(folder, **overrides))


def check_with_edits(folder: Path, **overrides: object) -> Report:
    """The same, with what its fixes would change."""
    return engine.check([folder], own_settings(folder, **overrides), question=engine.Question(edits=True))


def repair(folder: Path, *, unsafe: bool = False) -> Repair:
    """What fixing a folder under its own settings gives; nothing is written."""
    return fix([folder], own_settings(folder), unsafe=unsafe)


def expectations(folder: Path) -> list[Expectation]:
    """What the comments in the folder's Python files foretell, in order."""
    return sorted(expectation for path in folder.rglob("*.py") for expectation in _expected_in(path, path.relative_to(folder).as_posix()))


def verdict(folder: Path, findings: Iterable[Finding]) -> str:
    """What is missing and what is too much, a line each; empty if the findings are exactly the expected ones."""
    missing: list[Expectation] = []
    found = Counter(
        Expectation(finding.path.relative_to(folder).as_posix(), finding.span.row, finding.code, finding.resolves_to)
        for finding in findings
    )
    for expected in sorted(expectations(folder), key=lambda expected: not expected.resolves_to):
        match = next((actual for actual in sorted(found) if _fulfils(actual, expected)), None)
        if match is None:
            missing.append(expected)
        else:
            found -= Counter([match])
    lines = [f"missed alarm   {expected}" for expected in sorted(missing)]
    lines += [f"false alarm    {actual}" for actual in sorted(found.elements())]
    return "\n".join(lines)


def assert_as_expected(folder: Path, **overrides: object) -> Report:
    """Check the folder and fail with what is missing and what is too much."""
    report = check(folder, **overrides)
    difference = verdict(folder, report.findings)
    assert not difference, f"\n{difference}"
    return report


def assert_project(folder: Path, files: Mapping[str, str], **overrides: object) -> Report:
    """Write a project and check it against its comments."""
    return assert_as_expected(write_project(folder, files), **overrides)


def _expected_in(path: Path, name: str) -> Iterator[Expectation]:
    for row, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), start=1):
        if comment := _COMMENT.search(line):
            for item in comment[1].split(";"):
                code, _, resolves_to = item.strip().partition(" ")
                assert re.fullmatch(r"FAL\d{3}", code), f"{path}:{row}: a code was expected, this is {item.strip()!r}"
                yield Expectation(name, row, code, resolves_to.strip())


def _fulfils(actual: Expectation, expected: Expectation) -> bool:
    return actual[:3] == expected[:3] and expected.resolves_to in {"", actual.resolves_to}
