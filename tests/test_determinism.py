"""Same input, same bytes out: whatever the order of files, the number of processes, the state of the cache or the hash seed."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_async_lint import catalogue, engine, settings
from fastapi_async_lint.analysis import analyse
from fastapi_async_lint.inference import Inference
from fastapi_async_lint.program import Program
from fastapi_async_lint.reading import extraction, read
from fastapi_async_lint.reports import View, load
from fastapi_async_lint.results import Report
from fastapi_async_lint.rules import all_rules
from fastapi_async_lint.sources import find

FIXTURES = Path(__file__).parent / "fixtures"
SOURCE = Path(engine.__file__).parent.parent


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of every fixture's project, each in a folder of its own."""
    folder = tmp_path_factory.mktemp("everything").resolve()
    for project in FIXTURES.glob("*/*/before"):
        shutil.copytree(project, folder / f"{project.parent.parent.name}_{project.parent.name}")
    return folder


@pytest.fixture(scope="module")
def expected(everything: Path) -> str:
    """The report in JSON, from a run without a cache, in one process, of the folder as a whole."""
    return as_json(run([everything], everything))


def run(paths: list[Path], root: Path, **overrides: object) -> Report:
    """The report on the paths with the edits of its fixes, under default settings."""
    chosen = settings.load(paths, isolated=True, overrides={"root": root, "jobs": 1, "use_cache": False, **overrides})
    return engine.check(paths, chosen, question=engine.Question(edits=True))


def as_json(report: Report) -> str:
    """What programs get to read."""
    return load("json").render(report, View(report.root))


def test_a_second_run_says_the_same(everything: Path, expected: str) -> None:
    """In the same process, with everything loaded."""
    assert as_json(run([everything], everything)) == expected


def test_the_cache_changes_nothing(everything: Path, expected: str, tmp_path: Path) -> None:
    """Neither while it is filled, nor when the last report is replayed, nor when one is derived from the facts in it."""
    folder = tmp_path / "cache"
    for _ in range(2):
        assert as_json(run([everything], everything, use_cache=True, cache_dir=folder)) == expected
    shutil.rmtree(folder / "reports")
    assert any(folder.rglob("*"))
    assert as_json(run([everything], everything, use_cache=True, cache_dir=folder)) == expected


def test_the_number_of_processes_changes_nothing(everything: Path, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four of them, although the texts are few."""
    monkeypatch.setattr(extraction, "_PER_WORKER", 1_000)
    monkeypatch.setattr(extraction, "_FORK_FROM", 0)
    monkeypatch.setattr(extraction, "_SPAWN_FROM", 0)
    assert as_json(run([everything], everything, jobs=4)) == expected


def test_the_order_of_paths_changes_nothing(everything: Path, expected: str) -> None:
    """Every folder given by itself, in random order."""
    folders = sorted(everything.iterdir())
    random.Random(7).shuffle(folders)
    assert as_json(run(folders, everything)) == expected


def test_hash_seeds_change_nothing(everything: Path, expected: str) -> None:
    """Sets of strings are ordered differently in each process."""
    for seed in ("1", "2", "3"):
        done = subprocess.run(
            [sys.executable, "-m", "fastapi_async_lint", "--isolated", "--no-cache", "--output-format", "json", "--exit-zero", "."],
            cwd=everything,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(SOURCE)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == expected


def test_it_does_not_matter_what_is_asked_first(everything: Path) -> None:
    """Inference answers on demand; whichever expressions it is asked about before the analysis, the findings are the same."""
    projects = sorted(everything.glob("inference_*"))
    assert projects
    for project in projects:
        calm = _findings(project, lambda _: [])
        for seed in range(2):
            assert _findings(project, _shuffled(seed)) == calm, project.name


def _shuffled(seed: int) -> Callable[[Program], list[tuple[int, int]]]:
    def order(program: Program) -> list[tuple[int, int]]:
        places = [(module.number, number) for module in program.modules for number in range(len(module.expressions))]
        random.Random(seed).shuffle(places)
        return places

    return order


def _findings(project: Path, asked: Callable[[Program], list[tuple[int, int]]]) -> list[object]:
    """The rules' findings on a project after inference was asked about some expressions of it."""
    chosen = settings.load([project], isolated=True, overrides={"root": project, "jobs": 1, "use_cache": False})
    sources = find([project], chosen, catalogue.available())
    modules = read([source for source in sources.sources if not source.is_test], chosen)
    program = Program([(module.source, module.facts) for module in modules], sources.roots)
    known = catalogue.load(program.imported_names())
    numbers = frozenset(module.number for module in program.modules)

    class Asked(Inference):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            for module, expression in asked(program):
                self.evaluate(module, expression)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fastapi_async_lint.analysis.Inference", Asked)
        analysis = analyse(program, known, numbers, numbers, "run_in_threadpool")
    return sorted((finding for rule in all_rules() for finding in rule.check(analysis)), key=repr)
