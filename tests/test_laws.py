"""What holds for every program, tried on all fixtures at once: each is a project of its own, and together they are one large one."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fastapi_async_lint import facts
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.operands import operands
from fastapi_async_lint.reports import View, formats, load
from fastapi_async_lint.results import Report
from fastapi_async_lint.rules import all_rules
from fastapi_async_lint.sources import UnreadableFile, read_text
from fastapi_async_lint.stores.factstore import decode, encode
from fastapi_async_lint.syntax import extract
from tests.support import check, write_project

FIXTURES = Path(__file__).parent / "fixtures"
FILES = sorted(FIXTURES.rglob("*.py"))
MANY = 100
"""Fewer findings than these in all fixtures together would mean that they are not read."""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of every fixture's project, each in a folder of its own."""
    folder = tmp_path_factory.mktemp("everything").resolve()
    for project in FIXTURES.glob("*/*/before"):
        shutil.copytree(project, folder / f"{project.parent.parent.name}_{project.parent.name}")
    return folder


@pytest.fixture(scope="module")
def report(everything: Path) -> Report:
    """The report on all of them."""
    found = check(everything)
    assert len(found.findings) > MANY
    return found


def texts() -> Iterator[tuple[Path, str]]:
    """The fixtures' files that can be decoded."""
    for path in FILES:
        try:
            yield path, read_text(path)
        except UnreadableFile:
            continue


def places(report: Report) -> list[tuple[object, ...]]:
    """What is found where, without the words."""
    return [(finding.path.relative_to(report.root), finding.span, finding.code, finding.resolves_to) for finding in report.findings]


def test_extraction_never_fails_and_facts_survive_the_store() -> None:
    """Every text has facts, and they are the same after a journey to the disk and back."""
    for path, text in texts():
        found = extract(text)
        assert decode(encode(found)) == found, path


def test_facts_point_backwards() -> None:
    """Operands stand before the expression that they belong to, and scopes and blocks inside their parents."""
    for path, text in texts():
        found = extract(text)
        for number, expression in enumerate(found.expressions):
            assert all(0 <= operand < number for operand in operands(expression)), path
        for scope in found.scopes[1:]:
            parent = found.scopes[scope.parent]
            assert parent.start <= scope.start <= scope.end <= parent.end, path
        for block in found.blocks[1:]:
            around = found.blocks[block.parent]
            assert around.start <= block.start <= block.end <= around.end, path


def test_comments_change_nothing(everything: Path, report: Report, tmp_path: Path) -> None:
    """A comment at the end of every file leaves every finding where and what it was."""
    copy = tmp_path / everything.name
    shutil.copytree(everything, copy)
    for path in copy.rglob("*.py"):
        with path.open("ab") as file:
            file.write(b"\n# A remark that is of no interest.\n")
    assert places(check(copy)) == places(report)


def test_an_unrelated_module_changes_nothing(everything: Path, report: Report, tmp_path: Path) -> None:
    """A module that nothing imports, with names that others use too, leaves every finding what it was."""
    copy = tmp_path / everything.name
    shutil.copytree(everything, copy)
    write_project(
        copy,
        {"unrelated_to_all.py": 'def load(value):\n    return value\n\n\nclass Service:\n    def save(self):\n        return "saved"\n'},
    )
    assert places(check(copy)) == places(report)


def test_findings_stand_in_order_and_once(report: Report) -> None:
    """By path, then row and column; none is told twice."""
    keys = [(str(finding.path), finding.span.row, finding.span.column) for finding in report.findings]
    assert keys == sorted(keys)
    assert len(set(report.findings)) == len(report.findings)


def test_findings_belong_to_their_rule(report: Report) -> None:
    """Code, name and category fit; direct calls have a chain of one step, others a longer one."""
    names = {code: rule.name for rule in all_rules() for code in rule.codes}
    for finding in report.findings:
        assert names[finding.code] == finding.name
        if finding.code.startswith("FAL1"):
            assert len(finding.chain) == 1, finding
        elif finding.code.startswith("FAL2"):
            assert len(finding.chain) > 1, finding
        if finding.chain:
            assert finding.resolves_to.partition(".__")[0] in finding.message
            assert finding.context in finding.message
            assert all((finding.category, finding.advice, finding.function))


def test_chains_lead_from_the_finding_to_a_librarys_call(report: Report) -> None:
    """The first step is the finding's own place; every step points at text of its file; what is at the end is not the project's own."""
    for finding in report.findings:
        if not finding.chain:
            continue
        assert (finding.chain[0].path, finding.chain[0].span) == (finding.path, finding.span)
        assert finding.chain[0].call == finding.call
        for step in finding.chain:
            assert _text_at(report, step.path, step.span).strip(), step
        project = report.root / finding.path.relative_to(report.root).parts[0]
        own = {path.stem for path in project.rglob("*.py")} | {path.name for path in project.rglob("*") if path.is_dir()}
        assert finding.resolves_to.partition(".")[0] not in own, finding


def _text_at(report: Report, path: Path, span: facts.Span) -> str:
    lines = report.texts[path].splitlines()
    if span.row == span.end_row:
        return lines[span.row - 1][span.column : span.end_column]
    return "\n".join([lines[span.row - 1][span.column :], *lines[span.row : span.end_row - 1], lines[span.end_row - 1][: span.end_column]])


@pytest.mark.parametrize("name", formats())
def test_every_format_renders_every_finding(name: str, report: Report) -> None:
    """Each finding, alone in a report, is there with its code and its file; all of them together render too."""
    render, view = load(name).render, View(report.root)
    assert render(report, view)
    for finding in _of_each_kind(report):
        text = render(replace(report, findings=(finding,)), view)
        assert finding.code in text, finding
        assert finding.path.name in text, finding
        assert str(finding.span.row) in text, finding


def _of_each_kind(report: Report) -> list[Finding]:
    """One finding for each combination of what findings differ in."""
    kinds = {
        (item.code, item.confidence, item.severity, len(item.chain), item.span.row == item.span.end_row): item for item in report.findings
    }
    return list(kinds.values())


def test_the_name_of_a_local_variable_does_not_matter(tmp_path: Path) -> None:
    """Renaming it changes no finding's place and nothing that it resolves to."""
    text = """
        import requests
        import time

        def load(url):
            {name} = requests.Session()
            with {name}.get(url) as answer:
                return answer.json()

        async def show(urls):
            for {other} in urls:
                {name} = load
                {name}({other})
            {name} = time
            {name}.sleep(1)
        """
    found = []
    for number, (name, other) in enumerate((("first", "second"), ("self", "cls"), ("open", "input"), ("show", "args"))):
        folder = write_project(tmp_path / str(number), {"main.py": text.format(name=name, other=other)})
        found.append([(finding.span.row, finding.code, finding.resolves_to) for finding in check(folder).findings])
    assert found[0] == [(12, "FAL202", "requests.Session.get"), (14, "FAL101", "time.sleep")]
    assert found == [found[0]] * 4
