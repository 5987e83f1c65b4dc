import codecs
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Finding, Step
from fastapi_async_lint.telling.baseline import Baseline, BaselineError, Entry, apply, entry_of, is_recorded, read, write
from tests.support import check, write_project

FILE = Path("/project/known.json")


def finding(row: int = 1, code: str = "FAL101", function: str = "main", path: str = "app/main.py") -> Finding:
    """A finding of a direct call."""
    return Finding(code, "name", "message", Path("/project") / path, Span(row, 0, row, 1), function=function, resolves_to="time.sleep")


def known(*entries: Entry) -> Baseline:
    """A baseline with these entries, each on a row of its own."""
    return Baseline(FILE, tuple((entry, 4 + number) for number, entry in enumerate(entries)))


ONE = entry_of(finding(), FILE)


# --------------------------------------------------------------------------------------------------------------- entries


def test_an_entry_says_where_and_what() -> None:
    """Without rows, and without the call as it is written."""
    assert entry_of(finding(7), FILE) == Entry("app/main.py", "main", "FAL101", "time.sleep")
    assert entry_of(replace(finding(), path=Path("/other/main.py")), FILE).path == "../other/main.py"
    assert Baseline(FILE).path_of(Entry("../other/main.py")) == Path("/other/main.py")


@pytest.mark.parametrize(
    ("function", "via"), [("app.tools.load", "load"), ("load", "load"), ("app.tools.Session.__init__", "Session.__init__")]
)
def test_the_function_that_is_entered(function: str, via: str) -> None:
    """Without the module that it stands in, which may change."""
    steps = tuple(Step(name, Path("/project/app/main.py"), Span(1, 0, 1, 1), "call()") for name in ("app.main.main", function))
    assert entry_of(replace(finding(), chain=steps), FILE).via == via
    assert entry_of(replace(finding(), chain=steps[:1]), FILE).via == ""


TOOLS = "import time\n\ndef pause():\n    time.sleep(1)\n"
MAIN = """\
import time
from tools import pause

async def main(client):
    time.sleep(1)
    pause()
"""


def entries_of(folder: Path, files: Mapping[str, str]) -> list[Entry]:
    """What a baseline of the project would hold."""
    report = check(write_project(folder, files))
    return sorted(entry_of(found, folder / "known.json") for found in report.findings)


@pytest.mark.parametrize(
    ("main", "tools"),
    [
        ("# moved\n\n\n" + MAIN, TOOLS),
        (MAIN.replace("time.sleep(1)", "time.sleep(\n        1,\n    )"), TOOLS),
        (MAIN.replace("time.sleep(1)", "(time.sleep)(seconds := 1)"), TOOLS),
        (MAIN.replace("    pause()", "    wait = pause\n    wait()"), TOOLS),
        (MAIN.replace("import time", "import time as clock").replace("time.sleep", "clock.sleep"), TOOLS),
        (MAIN.replace("import pause", "import pause as rest").replace("    pause()", "    rest()"), TOOLS),
        (MAIN.replace("from tools import pause", "import tools").replace("    pause()", "    tools.pause()"), TOOLS),
        (MAIN, TOOLS.replace("def pause():", "def pause(seconds=1, *, quiet=True):\n    '''Rest.'''\n")),
        (MAIN.replace("main(client)", "main(other: int)"), TOOLS),
        (MAIN.replace("    time.sleep(1)\n    pause()", "    pause()\n    time.sleep(1)"), TOOLS),
    ],
    ids=["moved", "line breaks", "rewritten", "local name", "alias", "import alias", "import", "helper", "parameter", "order"],
)
def test_entries_outlive_edits(main: str, tools: str, tmp_path: Path) -> None:
    """Lines that move, formatters, other names of locals and imports."""
    before = entries_of(tmp_path / "before", {"main.py": MAIN, "tools.py": TOOLS})
    assert [entry.code for entry in before] == ["FAL101", "FAL201"]
    assert entries_of(tmp_path / "after", {"main.py": main, "tools.py": tools}) == before


def test_a_helper_may_move_to_another_module(tmp_path: Path) -> None:
    """Its name is part of the entry, its module is not."""
    before = entries_of(tmp_path / "before", {"main.py": MAIN, "tools.py": TOOLS})
    assert entries_of(tmp_path / "after", {"main.py": MAIN.replace("tools", "lib.rest"), "lib/rest.py": TOOLS}) == before


@pytest.mark.parametrize(
    ("main", "tools"),
    [
        (MAIN.replace("def main", "def other"), TOOLS),
        (MAIN, TOOLS.replace("import time", "from os import wait").replace("time.sleep(1)", "wait()")),
        (MAIN.replace("pause", "rest"), TOOLS.replace("pause", "rest")),
    ],
    ids=["function", "what blocks", "helper"],
)
def test_what_is_new(main: str, tools: str, tmp_path: Path) -> None:
    """Another name of the function or of the helper, another callable at the end."""
    before = entries_of(tmp_path / "before", {"main.py": MAIN, "tools.py": TOOLS})
    after = entries_of(tmp_path / "after", {"main.py": main, "tools.py": tools})
    assert len(after) == len(before)
    assert after != before


# -------------------------------------------------------------------------------------------------------------- applying


def test_entries_are_counted() -> None:
    """Each absorbs one finding, the first ones; those that absorb none are unused."""
    first, second, third = (finding(row) for row in (1, 2, 3))
    other = Entry("app/gone.py", "main", "FAL101", "time.sleep")
    assert apply([first, second, third], known(ONE, other, ONE)) == ((third,), (first, second), ((other, 5),))
    assert apply([first], known(ONE, ONE)) == ((), (first,), ((ONE, 5),))
    assert apply([], known()) == ((), (), ())


@pytest.mark.parametrize("other", [finding(code="FAL201"), finding(function="other"), finding(path="app/other.py")])
def test_only_what_is_meant_is_absorbed(other: Finding) -> None:
    """Another code, function or file is new."""
    assert apply([other], known(ONE)) == ((other,), (), ((ONE, 4),))


def test_the_linters_own_work_is_never_known() -> None:
    """Nor written, even where somebody has put it into the file."""
    broken = finding(code="FAL901")
    assert not is_recorded(broken)
    assert apply([broken], known(entry_of(broken, FILE))).kept == (broken,)
    assert read(write([broken, finding()], FILE), FILE).entries == ((ONE, 4),)


# ------------------------------------------------------------------------------------------------------------------ text


def test_one_entry_a_line_sorted() -> None:
    """The same findings in any order are the same text; what is empty is left out."""
    found = [finding(path="b.py"), finding(code="FAL202"), finding(3), finding(1), finding(function="größe")]
    text = write(found, FILE)
    assert text == write(reversed(found), FILE)
    assert text.split("\n") == [
        "{",
        '  "version": 1,',
        '  "findings": [',
        '    {"path": "app/main.py", "function": "größe", "code": "FAL101", "resolves_to": "time.sleep"},',
        '    {"path": "app/main.py", "function": "main", "code": "FAL101", "resolves_to": "time.sleep"},',
        '    {"path": "app/main.py", "function": "main", "code": "FAL101", "resolves_to": "time.sleep"},',
        '    {"path": "app/main.py", "function": "main", "code": "FAL202", "resolves_to": "time.sleep"},',
        '    {"path": "b.py", "function": "main", "code": "FAL101", "resolves_to": "time.sleep"}',
        "  ]",
        "}",
        "",
    ]


@pytest.mark.parametrize("layout", [str, lambda text: json.dumps(json.loads(text)), lambda text: json.dumps(json.loads(text), indent=4)])
def test_what_is_written_is_read(layout: Callable[[str], str]) -> None:
    """However a formatter lays it out; `others` are kept as they are."""
    other = Entry('we"ird\\.py', "", "FAL301", "", "{[,")
    text = layout(write([finding(1), finding(2)], FILE, [other]))
    read_again = read(text, FILE)
    assert [entry for entry, _ in read_again.entries] == [ONE, ONE, other]
    lines = text.split("\n")
    assert all('"path"' in "".join(lines[row - 1 : row + 1]) for _, row in read_again.entries)


def test_rows_are_those_of_the_entries() -> None:
    """So that an unused one can be pointed at."""
    assert [row for _, row in read(write([finding(), finding()], FILE), FILE).entries] == [4, 5]
    assert read(write([], FILE), FILE).entries == ()
    assert read('{"findings": [], "version": 1}', FILE).entries == ()


@pytest.mark.parametrize(
    ("text", "row", "message"),
    [
        ("", 1, "is not JSON: Expecting value"),
        ('{\n  "version": 1,\n  "findings": [\n<<<<<<< HEAD\n', 4, "is not JSON: Expecting value (a merge left its marks)"),
        ('{"version": 1, "findings": [],}', 1, "is not JSON: "),
        ("[]", 1, 'is no baseline: expected {"version": 1, "findings": [...]}'),
        ("{}", 1, 'is no baseline: expected {"version": 1, "findings": [...]}'),
        ('{\n"version": 2, "findings": []}', 2, "version: expected 1, found 2"),
        ('{\n"version": "1", "findings": []}', 2, 'version: expected 1, found "1"'),
        ('{\n"version": true, "findings": []}', 2, "version: expected 1, found true"),
        ('{"version": 1,\n"fidnings": []}', 2, "unknown key 'fidnings'; did you mean findings?"),
        ('{"version": 1}', 1, "findings: expected a list of entries"),
        ('{"version": 1,\n"findings": {}}', 2, "findings: expected a list of entries"),
        ('{"version": 1, "findings": [\n1]}', 2, "expected an entry with path, function, code, resolves_to, via, found 1"),
        ('{"version": 1, "findings": [\n{"path": "a", "cod": "b"}]}', 2, "unknown key 'cod'; did you mean code?"),
        ('{"version": 1, "findings": [\n{"path": "a", "zzz": "b"}]}', 2, "unknown key 'zzz'; expected path, function, "),
        ('{"version": 1, "findings": [\n{"path": "a", "code": 1}]}', 2, "code: expected a string, found 1"),
        ('{"version": 1, "findings": [\n{"path": "a"}]}', 2, "code is missing"),
        ('{"version": 1, "findings": [\n{"code": "FAL101"}]}', 2, "path is missing"),
        ('{"version": 1, "findings": [],\n"findings": [1]}', 1, "the key 'findings' stands twice in one place"),
        ('{"version": 1, "findings": [\n\n{"path": "a", "path": "b", "code": "c"}]}', 3, "the key 'path' stands twice in one place"),
        ("[" * 100_000, 1, "is no baseline: "),
        ("1" * 10_000, 1, "is no baseline: "),
    ],
)
def test_what_is_no_baseline(text: str, row: int, message: str) -> None:
    """The error names the row, what was expected and the nearest word."""
    with pytest.raises(BaselineError) as raised:
        read(text, FILE)
    assert raised.value.row == row
    assert str(raised.value).startswith(message)


def test_two_branches_merge(tmp_path: Path) -> None:
    """What each of them adds in another place: git takes both."""
    for name, functions in {"base": "bdf", "ours": "abdf", "theirs": "bdef"}.items():
        (tmp_path / name).write_text(write([finding(function=function) for function in functions], FILE), encoding="utf-8")
    merged = subprocess.run(["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert merged.stdout == write([finding(function=function) for function in "abdef"], FILE)


# ------------------------------------------------------------------------------------------------------------------- law


def test_what_is_written_absorbs_all_that_was_found(tmp_path: Path) -> None:
    """On all fixtures, also after every row has moved: nothing is new, nothing is gone, but what no baseline may hold."""
    folder = tmp_path.resolve() / "everything"
    for project in (Path(__file__).parent.parent / "fixtures").glob("*/*/before"):
        ignore = shutil.ignore_patterns("pyproject.toml")
        shutil.copytree(project, folder / f"{project.parent.parent.name}_{project.parent.name}", ignore=ignore)
    report = check(folder)
    recorded = [found for found in report.findings if is_recorded(found)]
    assert len(recorded) > 100
    file = folder / "known.json"
    file.write_text(write(report.findings, file), encoding="utf-8")
    for path in folder.rglob("*.py"):
        text = path.read_bytes()
        if b"coding" not in b"".join(text.splitlines()[:2]) and not text.startswith(codecs.BOM_UTF8):  # these have to stay where they are
            path.write_bytes(b"#\n" + text)
    again = check(folder, baseline=file)
    assert again.statistics.known == len(recorded)
    assert [found.code for found in again.findings] == [found.code for found in report.findings if not is_recorded(found)]
