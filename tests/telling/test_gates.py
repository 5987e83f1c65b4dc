"""What is told, beyond what fixtures show: runs on a part of the project, levels of confidence, flake8 without noqa, texts from elsewhere."""

from pathlib import Path

import pytest

from fastapi_async_lint import engine, settings
from fastapi_async_lint.engine import Question
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.results import Report
from fastapi_async_lint.revisions import Changes
from fastapi_async_lint.settings import SettingsError
from tests.support import check, write_project

LIKELY = """
import time

def calm():
    pass

async def main(flag):
    f = time.sleep if flag else calm
    f(1)
"""
ENTRY = '{{"path": "{}", "function": "{}", "code": "{}", "resolves_to": "time.sleep"}}'


def part(folder: Path, *paths: str, question: Question | None = None, **overrides: object) -> Report:
    """The report on a part of the project in a folder."""
    chosen = settings.load([folder], isolated=True, overrides={"jobs": 1, "use_cache": False, "root": folder, **overrides})
    return engine.check([folder / path for path in paths], chosen, question=question)


def told(report: Report) -> list[tuple[str, int, str]]:
    """File, row and code of each finding."""
    return [(finding.path.name, finding.span.row, finding.code) for finding in report.findings]


def baseline(folder: Path, *entries: str) -> Path:
    """Write a baseline with these entries."""
    file = folder / "known.json"
    file.write_text('{\n"version": 1,\n"findings": [\n' + ",\n".join(entries) + "\n]\n}\n", encoding="utf-8")
    return file


def the_only(report: Report) -> Finding:
    """The one finding."""
    (finding,) = report.findings
    return finding


# -------------------------------------------------------------------------------------------------------------- comments


def test_only_comments_in_reported_files_are_judged(tmp_path: Path) -> None:
    """Other files are read for what they say, tests unless they are asked for."""
    write_project(
        tmp_path, {"a.py": "import b\nx = 1  # noqa: FAL101\n", "b.py": "x = 1  # noqa: FAL101\n", "test_c.py": "x = 1  # noqa: FAL101\n"}
    )
    assert told(part(tmp_path, "a.py")) == [("a.py", 2, "FAL902")]
    assert told(part(tmp_path, ".")) == [("a.py", 2, "FAL902"), ("b.py", 1, "FAL902")]
    assert told(part(tmp_path, ".", include_tests=True))[-1] == ("test_c.py", 1, "FAL902")


def test_a_comment_for_what_is_not_sure_enough_is_of_use(tmp_path: Path) -> None:
    """Whatever level is asked for."""
    write_project(tmp_path, {"main.py": LIKELY.replace("f(1)", "f(1)  # noqa: FAL101")})
    assert check(tmp_path).statistics.suppressed == 1
    report = check(tmp_path, min_confidence="certain")
    assert not report.findings
    assert report.statistics.suppressed == 0


def test_a_comment_for_another_category_of_the_same_call_is_of_use(tmp_path: Path) -> None:
    """A call that leads to several is told as the foremost that is selected; a comment may name all of them."""
    helper = "import time, requests\n\ndef load():\n    time.sleep(1)\n    requests.get('')\n\nasync def main():\n    load()"
    write_project(tmp_path, {"main.py": f"{helper}  # noqa: FAL201, FAL202\n"})
    assert not check(tmp_path).findings
    write_project(tmp_path, {"main.py": f"{helper}  # noqa: FAL202, FAL203\n"})
    assert told(check(tmp_path)) == [("main.py", 8, "FAL902")]


def test_nothing_is_judged_where_the_rule_is_off(tmp_path: Path) -> None:
    """FAL902 can be ignored like any rule, also in some files."""
    write_project(tmp_path, {"main.py": "x = 1  # noqa: FAL101\n"})
    assert not check(tmp_path, ignore=("FAL902",)).findings
    assert not check(tmp_path, select=("FAL1",)).findings
    assert not check(tmp_path, per_file_ignores={"main.py": ["unused-suppression"]}).findings


@pytest.mark.parametrize(
    ("select", "judged"), [(("FAL1", "FAL902"), True), (("FAL101", "FAL902"), False), (("FAL",), True), (("ALL",), True)]
)
def test_a_word_for_many_rules_is_judged_if_all_are_selected(tmp_path: Path, select: tuple[str, ...], judged: bool) -> None:
    """Those that are off by default need not be."""
    write_project(tmp_path, {"main.py": "x = 1  # noqa: FAL1\n"})
    assert bool(check(tmp_path, select=select).findings) == judged


def test_messages(tmp_path: Path) -> None:
    """They name the words that do nothing, and where the comment would be of use."""
    text = (
        "import time\n\ndef load():\n    time.sleep(1)  # noqa: FAL101\n\nasync def main():\n    load()\n"
        "    x = 1  # noqa: E501, FAL103, FAL2, FAL1O1\n    # fastapi-async-lint: off\n    x = 2  # fastapi-async-lint: ignore\n"
    )
    write_project(tmp_path, {"main.py": text, "all.py": "# flake8: noqa: FAL101\n"})
    remarks = [(finding.span.row, finding.message, finding.advice) for finding in check(tmp_path).findings if finding.code == "FAL902"]
    assert remarks == [
        (1, "FAL101 silences nothing in this file", "remove FAL101 from the comment"),
        (4, "FAL101 silences nothing here: the call is reported at main.py:7", "silence it there, and remove FAL101 here"),
        (8, "FAL103, FAL2 silence nothing here", "remove FAL103, FAL2 from the comment"),
        (9, "this comment silences nothing between `off` and `on`", "remove the comment"),
    ]


def test_a_place_is_the_comments_own(tmp_path: Path) -> None:
    """All of it, behind the code."""
    finding = the_only(check(write_project(tmp_path, {"main.py": "x = 1  # noqa: FAL101\n"})))
    assert (finding.span.row, finding.span.column, finding.span.end_column) == (1, 7, 21)


def test_where_noqa_does_not_count(tmp_path: Path) -> None:
    """It silences nothing and is not judged; our own forms do and are."""
    text = "import time\n\nasync def main():\n    time.sleep(1)  # noqa: FAL101\n    time.sleep(1)  # fastapi-async-lint: ignore[FAL101]\n    x = 1  # noqa: FAL101\n"
    write_project(tmp_path, {"main.py": text})
    assert told(part(tmp_path, ".", question=Question(noqa=False))) == [("main.py", 4, "FAL101")]
    assert told(part(tmp_path, ".")) == [("main.py", 6, "FAL902")]


# -------------------------------------------------------------------------------------------------------------- baseline


def test_entries_are_judged_only_by_runs_that_can(tmp_path: Path) -> None:
    """Their file is reported or gone, their rule selected."""
    write_project(tmp_path, {"a.py": "x = 1\n", "b.py": "x = 1\n", "test_c.py": "x = 1\n"})
    known = baseline(tmp_path, *(ENTRY.format(f"{name}.py", "main", "FAL101") for name in ("a", "b", "test_c", "gone")))
    assert told(part(tmp_path, "a.py", baseline=known)) == [("known.json", 4, "FAL902"), ("known.json", 7, "FAL902")]
    assert [row for _, row, _ in told(part(tmp_path, ".", baseline=known))] == [4, 5, 7]
    assert not part(tmp_path, ".", baseline=known, ignore=("FAL101",)).findings
    assert not part(tmp_path, ".", baseline=known, ignore=("unused-suppression",)).findings
    report = part(tmp_path, "a.py", baseline=known)
    assert report.texts[known] == known.read_text(encoding="utf-8")


def test_an_entry_for_what_is_not_sure_enough_is_of_use(tmp_path: Path) -> None:
    """And it does not hide what is sure."""
    write_project(tmp_path, {"main.py": f"{LIKELY}    time.sleep(1)\n"})
    known = baseline(tmp_path, ENTRY.format("main.py", "main", "FAL101"))
    assert told(part(tmp_path, ".", baseline=known)) == [("main.py", 9, "FAL101")]
    assert told(part(tmp_path, ".", baseline=known, min_confidence="certain")) == []
    both = baseline(tmp_path, *[ENTRY.format("main.py", "main", "FAL101")] * 2)
    assert told(part(tmp_path, ".", baseline=both, min_confidence="certain")) == []
    assert told(part(tmp_path, ".", baseline=both)) == []


def test_a_comment_comes_first(tmp_path: Path) -> None:
    """What it silences needs no entry."""
    write_project(tmp_path, {"main.py": "import time\n\nasync def main():\n    time.sleep(1)  # noqa: FAL101\n"})
    known = baseline(tmp_path, ENTRY.format("main.py", "main", "FAL101"))
    report = part(tmp_path, ".", baseline=known)
    assert told(report) == [("known.json", 4, "FAL902")]
    assert the_only(report).message == "the baseline knows a finding that is gone: FAL101, time.sleep in main of main.py"
    assert (report.statistics.suppressed, report.statistics.known) == (1, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"baseline: .*known\.json: cannot be read: No such file or directory; --write-baseline known\.json writes one"),
        ("{\n", r"known\.json:2: is not JSON: "),
        ('{"version": 1,\n"findings": [{"path": "a", "kode": ""}]}', r"known\.json:2: unknown key 'kode'; did you mean code\?"),
        (b"\xff", r"baseline: .*known\.json: is not UTF-8"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, text: str | bytes | None, message: str) -> None:
    """The error names file, line and what was expected, before anything is read."""
    if text is not None:
        (tmp_path / "known.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError, match=message):
        part(tmp_path, ".", baseline=tmp_path / "known.json")


def test_the_setting_is_relative_to_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the command line to the working folder."""
    write_project(tmp_path, {"pyproject.toml": '[tool.fastapi-async-lint]\nbaseline = "known.json"\n', "app/main.py": ""})
    monkeypatch.chdir(tmp_path / "app")
    assert settings.load([Path("main.py")]).baseline == tmp_path.resolve() / "known.json"
    assert (
        settings.load([Path("main.py")], overrides={"baseline": Path("known.json")}).baseline == tmp_path.resolve() / "app" / "known.json"
    )
    assert settings.load(isolated=True).baseline is None


# --------------------------------------------------------------------------------------------------------------- changes


def test_only_what_concerns_the_changes_is_told(tmp_path: Path) -> None:
    """Through any step of the chain, or a header that makes the function run on the loop."""
    write_project(
        tmp_path,
        {
            "main.py": "from tools import load\n\nasync def show(\n    number: int = 1,\n):\n    load()\n\nasync def other():\n    x = 1  # noqa: FAL101\n",
            "tools.py": "import time\n\ndef load():\n    x = 1\n    time.sleep(1)\n",
        },
    )

    def since(file: str, row: int) -> list[tuple[str, int, str]]:
        return told(part(tmp_path, ".", question=Question(changes=Changes({tmp_path.resolve() / file: ((row, row),)}))))

    assert [row for row in range(1, 10) if since("main.py", row) == [("main.py", 6, "FAL201")]] == [3, 4, 5, 6]
    assert since("main.py", 9) == [("main.py", 9, "FAL902")]
    assert [row for row in range(1, 7) if since("tools.py", row)] == [3, 5]
    assert not part(tmp_path, ".", question=Question(changes=Changes({}))).findings
