import io
import shutil
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.results import Report
from fastapi_async_lint.sources import read_text
from fastapi_async_lint.telling.silencing import silence
from fastapi_async_lint.writing import write
from tests.support import check, write_project

FIXTURES = Path(__file__).parent.parent / "fixtures"
FILE = Path("/project/main.py")
MANY = 100
"""Fewer findings than these in all fixtures together would mean that they are not read."""


def silenced(text: str, *rows: int, codes: tuple[str, ...] = ("FAL101",), reason: str = "") -> str:
    """The text once findings on these rows are silenced."""
    found = [Finding(code, "name", "message", FILE, Span(row, 0, row, 1)) for row in rows for code in codes]
    return silence({FILE: text}, found, reason).texts[FILE]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a()", "a()  # noqa: FAL101"),
        ("a()  ", "a()  # noqa: FAL101"),
        ("a()  # why", "a()  # why  # noqa: FAL101"),
        ("a()  # type: ignore[x]", "a()  # type: ignore[x]  # noqa: FAL101"),
        ("a()  # noqa: E501", "a()  # noqa: E501, FAL101"),
        ("a() # noqa: E501,FAL102 too long", "a() # noqa: E501,FAL102, FAL101 too long"),
        ("a()  #noqa:E501 F401", "a()  # noqa: E501 F401, FAL101"),
        ("a()  # why  # NoQA : e501 # more", "a()  # why  # noqa: e501, FAL101 # more"),
        ("a()  # fastapi-async-lint: ignore[FAL103] reason", "a()  # fastapi-async-lint: ignore[FAL103] reason  # noqa: FAL101"),
        ("a()  # flake8: noqa: E501", "a()  # flake8: noqa: E501  # noqa: FAL101"),
        ("a('# noqa: E501')", "a('# noqa: E501')  # noqa: FAL101"),
        ("a(\x0c)", "a(\x0c)  # noqa: FAL101"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_one_row(line: str, expected: str, end: str) -> None:
    """The code goes to a `noqa` that lists codes, else behind what stands there. Line ends stay, also where there is none."""
    assert silenced(line + end, 1) == expected + end


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("a(\n    1,\n)\nb()\n", 1, "a(  # noqa: FAL101\n    1,\n)\nb()\n"),
        ("a(1, \\\n  2)\n", 1, "a(1, \\\n  2)  # noqa: FAL101\n"),
        ('a("""\n\n""")\nb()\n', 1, 'a("""\n\n""")  # noqa: FAL101\nb()\n'),
        ('a(f"""\n{b}\n""", f"""\n""",\n  c)\n', 1, 'a(f"""\n{b}\n""", f"""\n""",  # noqa: FAL101\n  c)\n'),
        ('a(\n"""\n""" "b" \\\n + c)\n', 1, 'a(  # noqa: FAL101\n"""\n""" "b" \\\n + c)\n'),
        ("x = \\\n    a()\ny = 1", 2, "x = \\\n    a()  # noqa: FAL101\ny = 1"),
        ("if a(): pass\nelse: \\\n  b()\n", 3, "if a(): pass\nelse: \\\n  b()  # noqa: FAL101\n"),
    ],
)
def test_several_rows(text: str, row: int, expected: str) -> None:
    """The comment stands on the first row that can take one."""
    assert silenced(text, row) == expected


def test_several_findings_on_a_row() -> None:
    """One comment with all their codes, each once, sorted."""
    assert (
        silenced("a(); b()\nc()\n", 1, 2, 1, codes=("FAL202", "FAL101"))
        == "a(); b()  # noqa: FAL101, FAL202\nc()  # noqa: FAL101, FAL202\n"
    )


@pytest.mark.parametrize(
    ("line", "reason", "expected"),
    [
        ("a()", "it's old, see #12", "a()  # noqa: FAL101  it's old, see #12"),
        ("a()  # why", "old", "a()  # why  # noqa: FAL101  old"),
        ("a()  # noqa: E501", "old", "a()  # noqa: E501, FAL101  old"),
        ("a()  # noqa: E501 long", "old", "a()  # noqa: E501, FAL101 long"),
        ("a()", "ABC1 is the ticket", "a()  # noqa: FAL101  - ABC1 is the ticket"),
        ("a()", "py3 only", "a()  # noqa: FAL101  - py3 only"),
    ],
)
def test_the_reason(line: str, reason: str, expected: str) -> None:
    """It stands behind the codes, cannot be taken for one, and does not push another one aside."""
    assert silenced(f"{line}\n", 1, reason=reason) == f"{expected}\n"


@pytest.mark.parametrize("code", ["FAL901", "FAL902"])
def test_the_linters_own_work_is_left(code: str) -> None:
    """A comment that silences what is said of a comment helps nobody."""
    found = Finding(code, "name", "message", FILE, Span(1, 0, 1, 1))
    assert silence({FILE: "a()\n"}, [found]) == silence({}, [found])
    assert silence({FILE: "a()\n"}, [found]).left == (found,)


def test_what_cannot_be_read_is_left() -> None:
    """Nobody guesses where a comment may stand."""
    found = Finding("FAL101", "name", "message", FILE, Span(1, 0, 1, 1))
    assert silence({FILE: "a(\n"}, [found]).left == (found,)
    assert silence({}, [found]).left == (found,)


# ------------------------------------------------------------------------------------------------------------------- law


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of every fixture's project, each in a folder of its own, their settings left out."""
    folder = tmp_path_factory.mktemp("everything").resolve()
    for project in FIXTURES.glob("*/*/before"):
        ignore = shutil.ignore_patterns("pyproject.toml")
        shutil.copytree(project, folder / f"{project.parent.parent.name}_{project.parent.name}", ignore=ignore)
    return folder


def left_over(report: Report) -> list[Finding]:
    """What no comment is put to."""
    return [finding for finding in report.findings if finding.code.startswith("FAL9")]


def code_of(text: str) -> list[tuple[int, str]]:
    """The tokens without comments and blank ends of rows."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    return [(token.type, token.string) for token in tokens if token.type not in {tokenize.COMMENT, tokenize.NL}]


def test_everything_is_silenced_and_nothing_else_changes(everything: Path) -> None:
    """On all fixtures: the code is the same token by token, the rows are as many, and a second run finds nothing but FAL9xx."""
    before = check(everything)
    done = silence(before.texts, before.findings)
    assert len(done.silenced) > MANY
    assert list(done.left) == left_over(before)
    for path, text in done.texts.items():
        assert text != before.texts[path]
        assert code_of(text) == code_of(before.texts[path]), path
        assert text.count("\n") == before.texts[path].count("\n"), path
        write(path, text, expected=read_text(path))
    after = check(everything)
    assert [(found.path, found.span.row, found.code) for found in after.findings] == [
        (found.path, found.span.row, found.code) for found in left_over(before)
    ]
    assert not silence(after.texts, after.findings).texts


def test_flake8_reads_the_comments(tmp_path: Path) -> None:
    """Of a checker of its own that reports each call of `block` where it starts, nothing is left once the linter has silenced them."""
    text = (
        "from time import sleep\n\n\nasync def main():\n"
        "    sleep(1)\n    sleep(\n        2\n    )\n    text = \\\n        sleep(3)\n"
        '    sleep("""\n    """)\n    sleep(4)  #noqa:E501\n    sleep(5)  # why\n    return text\n'
    )
    folder = write_project(tmp_path, {"main.py": text})
    plugin = (
        "import ast\n\n\nclass Plugin:\n    def __init__(self, tree):\n        self.tree = tree\n\n    def run(self):\n"
        "        for node in ast.walk(self.tree):\n            if isinstance(node, ast.Call):\n"
        "                yield node.lineno, node.col_offset, 'FAL101 call', Plugin\n"
    )
    (folder / "calls.py").write_text(plugin, encoding="utf-8")
    (folder / "config").write_text("[flake8:local-plugins]\nextension =\n    FAL = calls:Plugin\npaths = .\n", encoding="utf-8")
    command = [sys.executable, "-m", "flake8", "--config", "config", "--select", "FAL101", "-j1", "main.py"]

    def said() -> str:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout

    assert said().count("FAL101 call") == 6
    report = check(folder)
    done = silence(report.texts, [finding for finding in report.findings if finding.path.name == "main.py"])
    write(folder / "main.py", done.texts[folder / "main.py"], expected=text)
    assert said() == ""
