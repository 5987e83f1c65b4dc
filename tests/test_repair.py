"""Fixing in rounds: it ends, keeps what it promises, and says what it does not do."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fastapi_async_lint import engine, fixes, plans, reading
from fastapi_async_lint import repair as repairing
from fastapi_async_lint.analysis import Analysis, BlockingCall
from fastapi_async_lint.findings import Applicability, Change, FixPlan
from fastapi_async_lint.reading import extraction
from fastapi_async_lint.repair import fix
from fastapi_async_lint.revisions import Changes
from fastapi_async_lint.rules import blocking
from fastapi_async_lint.sources import UnreadableFile, read_text
from tests.support import own_settings, write_project

NESTED = """
    import requests
    from fastapi import FastAPI

    app = FastAPI()


    def load(url):
        return requests.get(url, timeout=5).text


    @app.get("/")
    async def read():
        return load(load(load("https://api.example")))
    """
SLEEPS = """
    import time

    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/")
    async def first():
        time.sleep(1)


    @app.get("/second")
    async def second():
        time.sleep(2)
    """


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of one file with two findings."""
    return write_project(tmp_path, {"main.py": SLEEPS})


def planned(monkeypatch: pytest.MonkeyPatch, planner: Callable[[FixPlan], FixPlan]) -> None:
    """Have every plan replaced by what `planner` makes of it."""
    original = plans.plan

    def plan(analysis: Analysis, call: BlockingCall) -> FixPlan | None:
        found = original(analysis, call)
        return found and planner(found)

    monkeypatch.setattr(blocking, "plan", plan)


def sabotaged(monkeypatch: pytest.MonkeyPatch, right: str, wrong: str) -> None:
    """Have the codemods write something else."""
    apply = fixes.apply

    def badly(given: list[FixPlan], texts: Mapping[Path, str]) -> fixes.Outcome:
        outcome = apply(given, texts)
        return replace(outcome, texts={path: text.replace(right, wrong) for path, text in outcome.texts.items()})

    monkeypatch.setattr(fixes, "apply", badly)


# -------------------------------------------------------------------------------------------------------------------- rounds


def test_fixes_that_touch_each_other_wait_for_the_next_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested calls are fixed one inside the other, in as many rounds."""
    folder = write_project(tmp_path, {"main.py": NESTED})
    rounds: list[int] = []
    apply = fixes.apply

    def counted(given: list[FixPlan], texts: Mapping[Path, str]) -> fixes.Outcome:
        rounds.append(len(given))
        return apply(given, texts)

    monkeypatch.setattr(fixes, "apply", counted)
    found = fix([folder], own_settings(folder))
    inner = 'await run_in_threadpool(load, "https://api.example")'
    expected = f"    return await run_in_threadpool(load, await run_in_threadpool(load, {inner}))\n"
    assert found.texts[folder / "main.py"].endswith(expected)
    assert rounds == [3, 1]  # the outermost and the innermost, then what is between
    assert len(found.fixed) == 3
    assert not found.report.findings
    assert not found.refused


def test_rounds_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left after the last is told."""
    folder = write_project(tmp_path, {"main.py": NESTED})
    monkeypatch.setattr(repairing, "ROUNDS", 1)
    found = fix([folder], own_settings(folder))
    assert len(found.fixed) == 2
    assert len(found.report.findings) == 1


def test_nothing_is_written(project: Path) -> None:
    """That is for who asked."""
    before = (project / "main.py").read_bytes()
    found = fix([project], own_settings(project))
    assert len(found.fixed) == 2
    assert found.originals == {project / "main.py": before.decode()}
    assert (project / "main.py").read_bytes() == before
    assert [path.name for path in project.iterdir()] == ["main.py"]


def test_overlays_count_instead_of_the_disk(project: Path) -> None:
    """What an editor holds is what is fixed."""
    text = (project / "main.py").read_text(encoding="utf-8").replace("second", "other")
    found = fix([project], own_settings(project), overlays={project / "main.py": text})
    assert found.originals == {project / "main.py": text}
    assert "async def other():\n    await asyncio.sleep(2)\n" in found.texts[project / "main.py"]


def test_comments_come_last(tmp_path: Path) -> None:
    """What a fix makes needless goes as well: the helper's comment was about a call that nobody makes on the loop any more."""
    comment = "  # noqa: FAL101 - called in main.py"
    folder = write_project(
        tmp_path,
        {
            "tools.py": f"import time\n\n\ndef pause():\n    time.sleep(1){comment}\n",
            "main.py": "import fastapi\nfrom tools import pause\n\n\nasync def read():\n    pause()\n",
        },
    )
    found = fix([folder], own_settings(folder))
    assert [finding.code for finding in found.fixed] == ["FAL201", "FAL902"]
    assert found.texts[folder / "tools.py"].endswith("    time.sleep(1)\n")
    assert not found.report.findings


def test_comments_are_fixed_where_nothing_else_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call whose fix is refused does not stand in the way."""
    text = "import time\n\n\nasync def read():\n    time.sleep(1)\n    return 1  # noqa: FAL104\n"
    folder = write_project(tmp_path, {"main.py": text})
    planned(monkeypatch, lambda plan: replace(plan, changes=(replace(plan.changes[0], codemod="none such"),)))
    found = fix([folder], own_settings(folder))
    assert found.texts == {folder / "main.py": text.replace("  # noqa: FAL104", "")}
    assert [reason for _, reason in found.refused] == ["there is no codemod none such"]


# -------------------------------------------------------------------------------------------------------- promises


def test_a_fix_that_brings_a_new_finding_is_dropped(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason; the others are done."""
    sabotaged(monkeypatch, "await asyncio.sleep(1)", "input()")
    found = fix([project], own_settings(project))
    assert [finding.function for finding in found.fixed] == ["second"]
    assert "    time.sleep(1)\n" in found.texts[project / "main.py"]
    ((refused, reason),) = found.refused
    assert refused.function == "first"
    assert reason == "the new code would have a finding of its own: FAL110 input blocks the event loop (route GET /)"
    assert refused.fix is not None
    assert (refused.fix.applicability, refused.fix.changes) == (Applicability.DISPLAY, ())
    assert refused.fix.reasons[0] == reason


def test_what_stands_behind_a_refused_fix_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that cannot be declared `def` after all has its other fixes: `--unsafe-fixes` does all that `--fix` does."""
    text = """
        import time

        import fastapi

        app = fastapi.FastAPI()


        @app.get("/")
        async def read():
            time.sleep(1)
            file = open("x")
            return file.name
        """
    folder = write_project(tmp_path, {"main.py": text})
    assert fix([folder], own_settings(folder), unsafe=True).texts[folder / "main.py"].count("\ndef read") == 1
    sabotaged(monkeypatch, "\ndef read", "\nasync def read")
    found = fix([folder], own_settings(folder), unsafe=True)
    assert "    await asyncio.sleep(1)\n" in found.texts[folder / "main.py"]
    assert [finding.code for finding in found.fixed] == ["FAL101"]
    assert [(finding.code, reason) for finding, reason in found.refused] == [("FAL104", "the finding would still be there")]


def test_a_round_that_only_refuses_is_not_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more fixes that break it than a round is done again for, the others are done in the next one."""
    functions = "".join(f"async def f{number}():\n    time.sleep({number})\n\n\n" for number in range(1, 5))
    folder = write_project(tmp_path, {"main.py": f"import time\n\n\n{functions}"})
    monkeypatch.setattr(repairing, "_RETRIES", 1)
    sabotaged(monkeypatch, "await asyncio.sleep(2)", "time.sleep(2)")
    found = fix([folder], own_settings(folder))
    assert [finding.function for finding in found.fixed] == ["f1", "f3", "f4"]
    assert [finding.function for finding, _ in found.refused] == ["f2"]


def test_a_fix_that_does_not_remove_its_finding_is_dropped(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is promised must be gone."""
    sabotaged(monkeypatch, "await asyncio.sleep", "time.sleep")
    found = fix([project], own_settings(project))
    assert not found.texts
    assert not found.fixed
    assert [reason for _, reason in found.refused] == ["the finding would still be there"] * 2
    assert len(found.report.findings) == 2


def test_what_a_codemod_refuses_stays_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried once."""
    tried: list[int] = []
    apply = fixes.apply

    def counted(given: list[FixPlan], texts: Mapping[Path, str]) -> fixes.Outcome:
        tried.append(sum(change.codemod == "unheard_of" for plan in given for change in plan.changes))
        return apply(given, texts)

    def planner(plan: FixPlan) -> FixPlan:
        change = plan.changes[0]
        codemod = "unheard_of" if change.span.row < 12 else change.codemod
        return replace(plan, changes=(Change(codemod, change.path, change.span, change.arguments),))

    planned(monkeypatch, planner)
    monkeypatch.setattr(fixes, "apply", counted)
    found = fix([project], own_settings(project))
    assert [(finding.function, reason) for finding, reason in found.refused] == [("first", "there is no codemod unheard_of")]
    assert [finding.function for finding in found.fixed] == ["second"]
    assert tried == [1]


def test_unsafe_fixes_are_done_if_asked_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And only then."""
    planned(monkeypatch, lambda plan: replace(plan, applicability=Applicability.UNSAFE))
    assert not fix([project], own_settings(project)).texts
    assert len(fix([project], own_settings(project), unsafe=True).fixed) == 2


def test_within(tmp_path: Path) -> None:
    """Fixes that change any other file are left out."""
    folder = write_project(tmp_path, {"a.py": SLEEPS, "b.py": SLEEPS})
    found = fix([folder], own_settings(folder), within={folder / "a.py"})
    assert list(found.texts) == [folder / "a.py"]
    assert {finding.path for finding in found.report.findings} == {folder / "b.py"}
    assert not found.refused


# ------------------------------------------------------------------------------------------------------------------ changes


def test_a_file_that_changes_while_it_is_checked_is_left_alone(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its findings are places in a text that is gone."""
    write_project(project, {"b.py": SLEEPS})
    check = engine.check

    def late(*arguments: object, **keywords: object) -> object:
        report = check(*arguments, **keywords)  # type: ignore[arg-type]  # passed on as they come
        (project / "b.py").write_text("# mine\n" + (project / "b.py").read_text(encoding="utf-8"), encoding="utf-8")
        return report

    monkeypatch.setattr(engine, "check", late)
    found = fix([project], own_settings(project))
    assert list(found.texts) == [project / "main.py"]
    assert {(finding.path.name, reason) for finding, reason in found.refused} == {
        ("b.py", "a file that it would change has changed while it was checked")
    }


def test_only_what_concerns_changes(project: Path) -> None:
    """The rows that have changed move with the text."""
    changes = Changes({project / "main.py": ((15, 15),)})
    found = fix([project], own_settings(project), question=engine.Question(changes=changes))
    assert [finding.function for finding in found.fixed] == ["second"]
    assert not found.report.findings
    everything = fix([project], own_settings(project), question=engine.Question(changes=Changes({project / "main.py": ((1, 99),)})))
    assert len(everything.fixed) == 2


@pytest.mark.parametrize(
    ("rows", "old", "new", "expected"),
    [
        (((2, 2),), "a\nb\nc\n", "x\na\nb\nc\n", [3]),
        (((1, 2),), "a\nb\nc\n", "a\nx\nb\nc\n", [1, 3]),
        (((2, 2),), "a\nb\nc\n", "a\nB\nc\n", [2]),
        (((2, 2),), "a\nb\nc\n", "a\nB\nC\nc\n", [2, 3]),
        (((1, 1),), "a\nb\nc\n", "a\nB\nC\nc\n", [1]),
        (((2, 2),), "a\nb\nc\n", "a\nc\n", [2]),
        (((3, 4),), "a\nb\nc\nd\n", "x\ny\na\nb\nc\nd\n", [5, 6]),
    ],
)
def test_changed_rows_move(rows: tuple[tuple[int, int], ...], old: str, new: str, expected: list[int]) -> None:
    """With their lines; lines that were put in between are nobody's."""
    path = Path.cwd() / "main.py"
    moved = Changes({path: rows}).moved({path: (old, new)}).rows[path]
    assert sorted({row for first, last in moved for row in range(first, last + 1)}) == expected


def test_new_files_stay_new_as_a_whole() -> None:
    """However long they are."""
    path = Path.cwd() / "main.py"
    whole = Changes({path: ((1, 1 << 31),)})
    assert whole.moved({path: ("a\n", "b\nc\n")}) == whole


# ----------------------------------------------------------------------------------------------------------------- the same


@pytest.mark.parametrize("unsafe", [False, True])
def test_the_order_of_paths_and_the_number_of_processes_do_not_matter(tmp_path: Path, unsafe: bool) -> None:
    """The same texts, fixes and reasons come out."""
    folder = write_project(tmp_path, {"a.py": NESTED, "b.py": SLEEPS, "c.py": SLEEPS.replace("time.sleep(2)", "input()")})
    files = [folder / name for name in ("a.py", "b.py", "c.py")]
    found = [
        fix(list(order), own_settings(folder, jobs=jobs), unsafe=unsafe)
        for order, jobs in zip(itertools.permutations(files), (1, 2, 1, 2, 1, 2), strict=True)
    ]
    assert all(one == found[0] for one in found)
    assert len(found[0].texts) == 3


def test_only_what_has_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each text is parsed once, however many rounds there are."""
    files = {f"other{number}.py": f"x = {number}\n" for number in range(5)}
    folder = write_project(tmp_path, {"main.py": SLEEPS, **files})
    read: list[str] = []
    extract = extraction.extract_here

    def counted(texts: Mapping[str, str]) -> Iterable[tuple[str, extraction.Extracted]]:
        read.extend(texts.values())
        return extract(texts)

    monkeypatch.setattr(extraction, "extract_here", counted)
    found = fix([folder], own_settings(folder))
    assert len(read) == len(set(read)) == 7
    assert read[-1] == found.texts[folder / "main.py"]


def test_texts_that_cannot_be_read_are_no_obstacle(tmp_path: Path) -> None:
    """They are findings of their own."""
    folder = write_project(tmp_path, {"main.py": SLEEPS})
    (folder / "bad.py").write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableFile):
        read_text(folder / "bad.py")
    found = fix([folder], own_settings(folder))
    assert list(found.texts) == [folder / "main.py"]
    assert [finding.code for finding in found.report.findings] == ["FAL901"]
    assert reading.CRASH.message not in found.report.findings[0].message
