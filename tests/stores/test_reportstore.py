"""A report is replayed only if it would come out the same."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fastapi_async_lint import reading
from fastapi_async_lint.analysis import analyse
from fastapi_async_lint.engine import Question, check
from fastapi_async_lint.results import Report
from fastapi_async_lint.settings import Settings
from fastapi_async_lint.stores import reportstore
from fastapi_async_lint.stores.entries import Entries
from tests.support import write_project

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    "app/__init__.py": "",
    "app/main.py": "from app.slow import wait\n\nasync def main():\n    wait()\n    open('x')  # noqa: FAL104\n",
    "app/slow.py": "import time\n\ndef wait():\n    time.sleep(1)\n",
    "tests/test_main.py": "import app.main\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project."""
    return write_project(tmp_path.resolve() / "project", FILES)


@pytest.fixture
def chosen(project: Path) -> Settings:
    """Its settings, with a cache."""
    return Settings(root=project, jobs=1, cache_dir=project.parent / "cache")


@pytest.fixture
def analyses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one whenever a program is analysed."""
    counted: list[int] = []

    def counting(*arguments: object) -> object:
        counted.append(1)
        return analyse(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("fastapi_async_lint.engine.analyse", counting)
    return counted


def stored(chosen: Settings) -> Path:
    """The file of the only report."""
    assert chosen.cache_dir is not None
    (only,) = chosen.cache_dir.glob("reports/*/*/*")
    return only


def test_nothing_has_changed(project: Path, chosen: Settings, analyses: list[int]) -> None:
    """The whole report comes back, without an analysis; with other settings about the run itself, too."""
    first = check([project], chosen)
    assert [finding.code for finding in first.findings] == ["FAL201"]
    assert [finding.code for finding in first.suppressed] == ["FAL104"]
    assert check([project], chosen) == first
    assert check([project], replace(chosen, jobs=2, output_format="json")) == first
    assert len(analyses) == 1
    assert check([project], replace(chosen, use_cache=False)) == first


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "app/slow.py").write_text("def wait():\n    pass\n"),
        lambda folder: (folder / "app/new.py").write_text(""),
        lambda folder: (folder / "app/slow.py").unlink(),
        lambda folder: (folder / "app/slow.py").rename(folder / "app/fast.py"),
        lambda folder: (folder / "app/__init__.py").unlink(),
        lambda folder: (folder / "tests/test_main.py").write_text("import app.slow\n"),
        lambda folder: (folder / "requirements.txt").write_text("app\n"),
        lambda folder: (folder / "pyproject.toml").write_text("[project]\nname = 'other'\ndependencies = ['app']\n"),
        lambda folder: (folder / ".gitignore").write_text("slow.py\n"),
        lambda folder: (folder / "link.py").symlink_to(folder / "app/slow.py"),
    ],
    ids=["text", "new file", "removed file", "moved file", "package", "test", "requirements", "metadata", "ignored", "link"],
)
def test_something_has_changed(project: Path, chosen: Settings, analyses: list[int], change: Callable[[Path], object]) -> None:
    """Whatever a finding may depend on: the report is that of a run that remembers nothing, also where times of modification lie."""
    check([project], chosen)
    times = {path: path.stat() for path in project.rglob("*") if path.is_file()}
    change(project)
    for path, before in times.items():
        if path.exists():
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    again = check([project], chosen)
    assert len(analyses) == 2
    assert again == check([project], replace(chosen, use_cache=False))
    assert check([project], chosen) == again
    assert len(analyses) == 3


@pytest.mark.parametrize(
    "other",
    [
        {"ignore": ("FAL2",)},
        {"include_tests": True},
        {"min_confidence": "certain"},
        {"src": ("app",)},
        {"offloader": "asyncio.to_thread"},
        {"catalogue": {"functions": [{"names": ["a.b"], "blocks": "certain", "category": "service"}]}},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_question(project: Path, chosen: Settings, analyses: list[int], other: dict[str, object]) -> None:
    """Each has an answer of its own, and keeps it."""
    first = check([project], chosen)
    different = replace(chosen, **other)  # type: ignore[arg-type]
    second = check([project], different)
    assert len(analyses) == 2
    assert check([project], chosen) == first
    assert check([project], different) == second
    assert len(analyses) == 2


def test_other_paths_and_comments_that_do_not_count(project: Path, chosen: Settings) -> None:
    """Neither is answered with the report on the whole project."""

    def codes(report: Report) -> list[str]:
        return [finding.code for finding in report.findings]

    for _ in range(2):
        assert codes(check([project], chosen)) == ["FAL201"]
        assert codes(check([project / "app" / "slow.py"], chosen)) == []
        assert codes(check([project], chosen, question=Question(noqa=False))) == ["FAL201", "FAL104"]
        assert codes(check([project], chosen, overlays={project / "app/slow.py": "def wait(): pass\n"})) == []


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 100])
def test_a_damaged_report_is_derived_again(project: Path, chosen: Settings, analyses: list[int], damage: bytes) -> None:
    """And replaced."""
    first = check([project], chosen)
    stored(chosen).write_bytes(damage)
    assert check([project], chosen) == first
    assert check([project], chosen) == first
    assert len(analyses) == 2


def test_whole_entries_of_another_shape_are_derived_again(project: Path, chosen: Settings) -> None:
    """What is behind a right checksum need not be a report."""
    first = check([project], chosen)
    place = stored(chosen)
    Entries(chosen.cache_dir, "reports", place.parent.parent.name, 1).save(place.parent.name + place.name, b"\x93\x01\x02\x03")
    assert check([project], chosen) == first


def test_another_version_derives_its_own(project: Path, chosen: Settings, analyses: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Another catalogue or other rules make other findings."""
    check([project], chosen)
    monkeypatch.setattr(reportstore, "_fingerprint", lambda: "another")
    check([project], chosen)
    assert len(analyses) == 2


def test_a_file_that_changes_during_the_run(project: Path, chosen: Settings, analyses: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The report is told and not kept: nobody knows which text it is about."""
    read = reading.read

    def reading_late(*arguments: object) -> object:
        (project / "app/slow.py").write_text("def wait():\n    pass\n")
        return read(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read", reading_late)
        assert not check([project], chosen).findings
    write_project(project, FILES)
    assert [finding.code for finding in check([project], chosen).findings] == ["FAL201"]
    assert len(analyses) == 2


def test_what_crashed_the_parser_is_tried_again(
    project: Path, chosen: Settings, analyses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been killed for another's memory."""
    read = reading.read

    def crashing(*arguments: object) -> object:
        modules = read(*arguments)  # type: ignore[arg-type]
        return tuple(replace(module, facts=reading.extraction.of_crash().facts) for module in modules)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "read", crashing)
        assert "FAL901" in [finding.code for finding in check([project], chosen).findings]
    assert [finding.code for finding in check([project], chosen).findings] == ["FAL201"]
    assert len(analyses) == 2


def test_names_that_are_no_text_are_no_error(project: Path, chosen: Settings) -> None:
    """A report on such a file is not kept; the next run says the same."""
    name = os.fsdecode(b"caf\xe9.py")
    try:
        (project / name).write_text("import time\nasync def main():\n    time.sleep(1)\n")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    first = check([project], chosen)
    assert [finding.path.name for finding in first.findings] == ["main.py", name]
    assert check([project], chosen) == first
