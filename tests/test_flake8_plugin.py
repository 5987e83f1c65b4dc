"""The plugin in real flake8 processes says what the command line says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flake8.defaults import NOQA_FILE, VALID_CODE_PREFIX

from fastapi_async_lint.rules import all_rules
from tests.support import write_project
from tests.test_fixtures import FIXTURES, PROJECTS

EXAMPLES = Path(__file__).parent.parent / "examples"
SPAWN = "import multiprocessing, sys; multiprocessing.set_start_method('spawn'); from flake8.main.cli import main; sys.exit(main())"
LINE = re.compile(r"(?P<path>[^:]+):\d+:\d+: (?P<code>[A-Z]+\d+) ")
BLOCKS = """
import time

async def main():
    time.sleep(1)
"""
FOUND = "main.py:4:5: FAL101 [blocking-sleep] time.sleep blocks the event loop (coroutine main)\n"
TWO_CATEGORIES = """
import time
import requests

def both():
    requests.get("http://localhost")
    time.sleep(1)

async def main():
    both()
"""


def run(command: list[str], folder: Path, *, text: str | None = None, status: int | None = None) -> str:
    """What the command prints, which is no traceback and nothing on stderr; `status` is how it has to end."""
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stdout + done.stderr
    assert status is None or done.returncode == status, done.stdout + done.stderr
    assert not done.stderr
    return done.stdout


def flake8(folder: Path, *arguments: str, text: str | None = None, status: int | None = None) -> str:
    """What flake8 says of our codes in a process of its own, without remembering anything."""
    return run([sys.executable, "-m", "flake8", "--fal-no-cache", "--select", "FAL", *arguments], folder, text=text, status=status)


def check(folder: Path, *arguments: str, text: str | None = None) -> str:
    """What the command line says in concise form."""
    own = [sys.executable, "-m", "fastapi_async_lint", "--no-cache", "--quiet", "--output-format", "concise"]
    return run([*own, *arguments], folder, text=text)


def lines(output: str) -> list[str]:
    """The findings in order, paths without a leading `./`."""
    return sorted(line.removeprefix("./") for line in output.splitlines())


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is a project of its own and holds a copy of every fixture's."""
    folder = tmp_path_factory.mktemp("everything")
    for project in PROJECTS:
        shutil.copytree(project, folder / f"{project.parent.parent.name}_{project.parent.name}")
    return write_project(folder, {"setup.cfg": ""})


@pytest.fixture(scope="module")
def said(everything: Path) -> list[str]:
    """What the command line says of that folder."""
    return lines(check(everything, "."))


@pytest.mark.slow
def test_all_fixtures_row_by_row(everything: Path, said: list[str]) -> None:
    """The lines are those of the command line, but for what flake8 keeps to itself.

    That is: files that Python cannot parse, of which it says so itself (E9); files with a `flake8: noqa`, which it skips even where codes
    are named; and remarks on a `noqa` which it takes for a blanket one.
    """
    output = flake8(everything, "--extend-select", "E9", "--jobs", "2", ".", status=1)
    theirs = [line for line in lines(output) if " E9" not in line]
    unparsed = {match["path"] for line in lines(output) if " E9" in line and (match := LINE.match(line))}
    assert unparsed == {"FAL901_new_syntax/main.py", "FAL901_suppressed/broken.py", "FAL901_syntax_error/broken.py"}
    skipped = {
        path.relative_to(everything).as_posix()
        for path in everything.rglob("*.py")
        if any(NOQA_FILE.match(line) for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    }
    ours = [line for line in said if (match := LINE.match(line)) and match["path"] not in unparsed | skipped]
    assert len(ours) > 400
    assert not set(theirs) - set(ours)
    assert [line for line in ours if line not in theirs and "FAL902" not in line] == []
    assert len(theirs) == len([line for line in ours if line in theirs])


@pytest.mark.parametrize("project", [project for project in PROJECTS if list(project.glob("pyproject.toml"))], ids=str)
def test_projects_with_settings_of_their_own(project: Path, tmp_path: Path) -> None:
    """`[tool.fastapi-async-lint]` counts: what is selected, off by default, ignored in some files, in the catalogue."""
    folder = tmp_path / project.parent.relative_to(FIXTURES).as_posix().replace("/", "_")
    shutil.copytree(project, folder)
    broken = {path.name for path in folder.rglob("*.py") if path.name == "broken.py"}
    assert lines(flake8(folder, ".")) == [line for line in lines(check(folder, ".")) if line.partition(":")[0] not in broken]


@pytest.mark.parametrize(
    ("how", "paths"),
    [
        (["-m", "flake8", "--jobs", "1"], ["."]),
        (["-m", "flake8", "--jobs", "2"], []),
        (["-c", SPAWN, "--jobs", "2"], ["shop/routers", "shop/main.py"]),
    ],
    ids=["one process", "forked workers", "spawned workers"],
)
def test_the_example_application(tmp_path: Path, how: list[str], paths: list[str]) -> None:
    """Chains across modules, whichever part of the project is checked, however flake8 shares out the work."""
    folder = tmp_path / "examples"
    shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    output = run([sys.executable, *how, "--fal-no-cache", "--select", "FAL", *paths], folder, status=1)
    assert "via shop.services.rates.price_in > shop.services.rates._rate" in output
    assert lines(output) == lines(check(folder, *paths))


def test_columns_count_characters(tmp_path: Path) -> None:
    """Non-ASCII text, tabs, carriage returns and a byte order mark before the call."""
    text = 'import time\r\nasync def main():\r\n\tx = "äöü€😀"; time.sleep(1)\r\n\tif x:\r\n\t\ttime.sleep(2)\r\n'
    (tmp_path / "main.py").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (tmp_path / "latin.py").write_bytes('# coding: latin-1\nimport time\nasync def main():\n    "ä"; time.sleep(1)\n'.encode("latin-1"))
    output = flake8(tmp_path, ".")
    assert [line.split(": ")[0] for line in lines(output)] == ["latin.py:4:10", "main.py:3:15", "main.py:5:3"]
    assert lines(output) == lines(check(tmp_path, "."))


def test_unreadable_files(tmp_path: Path) -> None:
    """flake8 speaks of syntax errors itself; of bytes that it guesses at, and of what only it can parse, we do."""
    write_project(tmp_path, {"broken.py": "def f(:\n", "main.py": "from guessed import f\n" + BLOCKS})
    (tmp_path / "guessed.py").write_bytes(b"# caf\xe9\ndef f(): pass\n")
    output = lines(flake8(tmp_path, "--extend-select", "E9", "."))
    assert [(match["path"], match["code"]) for line in output if (match := LINE.match(line))] == [
        ("broken.py", "E999"),
        ("guessed.py", "FAL901"),
        ("main.py", "FAL101"),
    ]


# ------------------------------------------------------------------------------------------------------- standard input


def test_standard_input_is_a_file_of_the_project(tmp_path: Path) -> None:
    """Its text counts instead of the disk's, and chains run through the other files, as with `--stdin-filename`."""
    write_project(
        tmp_path,
        {"setup.cfg": "", "app/__init__.py": "", "app/main.py": "x = 1\n", "app/slow.py": "import time\ndef f():\n    time.sleep(1)\n"},
    )
    text = "from app.slow import f\nasync def main():\n    f()\n"
    output = flake8(tmp_path, "--stdin-display-name", "app/main.py", "-", text=text, status=1)
    assert output == "app/main.py:3:5: FAL201 [blocking-sleep] time.sleep blocks the event loop (coroutine main, via app.slow.f)\n"
    assert output == check(tmp_path, "--stdin-filename", "app/main.py", "-", text=text)
    assert flake8(tmp_path, "--stdin-display-name", "app/new.py", "-", text=text, status=1).startswith("app/new.py:3:5: FAL201")
    assert flake8(tmp_path, "-", text=text, status=1).startswith("stdin:3:5: FAL201")
    assert flake8(tmp_path, "--stdin-display-name", "app/main.py", "-", text="x = 2\n", status=0) == ""


# --------------------------------------------------------------------------------------------------------- suppressions


def test_comments(tmp_path: Path) -> None:
    """flake8's own form anywhere in the statement, our forms, and neither more with `--disable-noqa` than that."""
    write_project(
        tmp_path,
        {
            "main.py": """
            import time

            async def main():
                time.sleep(1)  # noqa: FAL101
                time.sleep(
                    1,
                )  # noqa
                time.sleep(1)  # fastapi-async-lint: ignore[FAL101]
                # fastapi-async-lint: off[blocking-sleep]
                time.sleep(
                    1,
                )
                # fastapi-async-lint: on
                time.sleep(2)  # noqa: E501
            """,
            "whole.py": "# flake8: noqa\n" + BLOCKS,
        },
    )
    assert [line.split(" [")[0] for line in lines(flake8(tmp_path, "."))] == ["main.py:14:5: FAL101"]
    disabled = lines(flake8(tmp_path, "--disable-noqa", "."))
    assert [line.split(" [")[0] for line in disabled] == [f"main.py:{row}:5: FAL101" for row in (14, 4, 5)] + ["whole.py:6:5: FAL101"]


# ------------------------------------------------------------------------------------------------------------ selection


def test_both_selections_count(tmp_path: Path) -> None:
    """What flake8 leaves out, what the project leaves out, and what flake8 turns on by naming it exactly."""
    write_project(tmp_path, {"setup.cfg": "", "main.py": BLOCKS + "    import os.path\n    os.path.exists('x')\n"})
    by_name = [sys.executable, "-m", "flake8", "--fal-no-cache"]
    assert "FAL140" not in flake8(tmp_path, ".")
    assert "FAL140" in flake8(tmp_path, "--extend-select", "FAL140", ".")
    assert flake8(tmp_path, "--extend-ignore", "FAL1", ".", status=0) == ""
    assert "FAL" not in run([*by_name, "--extend-ignore", "F"], tmp_path), "flake8 goes by prefix: F is ours, too"
    assert "FAL101" in run(by_name, tmp_path, status=1), "on without being named"
    assert "FAL" not in run([*by_name, "--select", "E,W"], tmp_path)
    write_project(tmp_path, {"pyproject.toml": '[tool.fastapi-async-lint]\nselect = ["FAL140"]\n'})
    assert "FAL101" not in flake8(tmp_path, ".")
    assert "FAL140" in flake8(tmp_path, ".")


def test_the_foremost_of_the_categories_that_flake8_wants(tmp_path: Path) -> None:
    """A call that leads to two is told for the other one if flake8 ignores the first, as on the command line."""
    write_project(tmp_path, {"setup.cfg": "", "main.py": TWO_CATEGORIES})
    assert lines(flake8(tmp_path, ".")) == lines(check(tmp_path, "."))
    first = LINE.match(lines(flake8(tmp_path, "."))[0])
    assert first is not None
    others = flake8(tmp_path, "--extend-ignore", first["code"], ".", status=1)
    assert lines(others) == lines(check(tmp_path, "--extend-ignore", first["code"], "."))
    assert len(lines(others)) == 1


def test_flake8s_ignores_by_file(tmp_path: Path) -> None:
    """As for any other code."""
    write_project(tmp_path, {"main.py": BLOCKS, "scripts/job.py": BLOCKS, ".flake8": "[flake8]\nper-file-ignores =\n    scripts/*:FAL1\n"})
    assert lines(flake8(tmp_path, ".")) == lines(FOUND)


def test_codes_are_what_flake8_accepts() -> None:
    """At most three letters and three digits."""
    codes = [code for rule in all_rules() for code in rule.codes]
    assert codes == [code for code in codes if VALID_CODE_PREFIX.match(code)]


# -------------------------------------------------------------------------------------------------------------- options


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
def test_options_in_flake8s_own_files(tmp_path: Path, name: str) -> None:
    """Each of them; paths with a slash are relative to that file, from wherever flake8 is started."""
    write_project(
        tmp_path,
        {
            name: "[flake8]\nfal-config = ./config/fal.toml\nfal-include-tests = true\nfal-no-cache = true\nfal-min-confidence = certain\n",
            "config/fal.toml": 'ignore = ["FAL103"]\n',
            "pyproject.toml": "[tool.fastapi-async-lint]\nignore = ['FAL101']\n",
            "tests/test_main.py": BLOCKS + "    either = time.sleep if x else print\n    either(1)\n",
        },
    )
    output = run([sys.executable, "-m", "flake8", "--select", "FAL", "."], tmp_path / "tests", status=1)
    assert output == f"./test_{FOUND}"
    assert not list(tmp_path.rglob(".fastapi_async_lint_cache"))


def test_workers_remember_for_each_other(tmp_path: Path) -> None:
    """Facts and reports lie where the command line keeps its own; a warm run says the same."""
    write_project(tmp_path, {"setup.cfg": "", "main.py": BLOCKS, "other.py": BLOCKS})
    command = [sys.executable, "-m", "flake8", "--select", "FAL", "--jobs", "2", "."]
    cold = run(command, tmp_path, status=1)
    assert {path.name for path in (tmp_path / ".fastapi_async_lint_cache").iterdir()} >= {"facts", "reports"}
    assert run(command, tmp_path, status=1) == cold
    assert len(lines(cold)) == 2


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("settings", "options", "message"),
    [
        ('select = ["blocking-slep"]', [], "select: unknown rule 'blocking-slep'; did you mean blocking-sleep?"),
        ("selekt = 1", [], "pyproject.toml:2: selekt: unknown key; did you mean select?"),
        ("catalogue = { functions = [ { names = ['a.b'], bloks = 'certain' } ] }", [], "bloks"),
        (
            "",
            ["--fal-min-confidence", "certian"],
            "--fal-min-confidence: expected one of certain, likely, found 'certian'; did you mean certain?",
        ),
        ("", ["--fal-config", "missing.toml"], "missing.toml: cannot be read: No such file or directory"),
    ],
)
def test_wrong_settings_are_one_message(tmp_path: Path, settings: str, options: list[str], message: str, jobs: str) -> None:
    """Not one for each file or worker, and no traceback; flake8 ends with an error."""
    write_project(tmp_path, {"pyproject.toml": f"[tool.fastapi-async-lint]\n{settings}\n", "main.py": BLOCKS, "other.py": BLOCKS})
    output = flake8(tmp_path, "--jobs", jobs, *options, ".", status=1)
    heading, said = output.splitlines()
    assert heading == "There was a critical error during execution of Flake8:"
    assert said.startswith("fastapi-async-lint: ")
    assert message in said


def test_missing_paths_are_flake8s_to_report(tmp_path: Path) -> None:
    """The others are checked."""
    write_project(tmp_path, {"main.py": BLOCKS})
    output = lines(flake8(tmp_path, "--extend-select", "E9", "main.py", "missing.py"))
    assert [line.split(": ")[1].split()[0] for line in output] == ["FAL101", "E902"]


def test_excluded_files_stay_silent(tmp_path: Path) -> None:
    """What the project's settings leave out, and tests, are not reported though flake8 asks for them."""
    write_project(
        tmp_path,
        {
            "pyproject.toml": '[tool.fastapi-async-lint]\nextend-exclude = ["generated"]\n',
            "main.py": BLOCKS,
            "generated/main.py": BLOCKS,
            "tests/test_main.py": BLOCKS,
        },
    )
    assert flake8(tmp_path, ".") == f"./{FOUND}"
    assert "tests/test_main.py" in flake8(tmp_path, "--fal-include-tests", ".")


# ------------------------------------------------------------------------------------------------------------ documents

DOCUMENT = (EXAMPLES.parent / "docs" / "flake8.md").read_text(encoding="utf-8")


def snippets(kind: str) -> list[str]:
    """The document's code blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


def test_the_output_in_the_document_is_real(tmp_path: Path) -> None:
    """Of its one command."""
    (shown,) = snippets("console")
    command, _, expected = shown.removeprefix("$ flake8 --select FAL ").partition("\n")
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    assert flake8(tmp_path, command, status=1) == expected


def test_the_settings_in_the_document_work(tmp_path: Path) -> None:
    """Each of their lines leaves something out."""
    (text,) = snippets("ini")
    likely = "import time\n\nasync def main(flag):\n    f = time.sleep if flag else print\n    f(1)\n    open('x')\n"
    write_project(tmp_path, {"setup.cfg": "", "main.py": BLOCKS, "scripts/job.py": BLOCKS, "likely.py": likely})
    before = [line.split(" [")[0] for line in lines(flake8(tmp_path, "."))]
    assert before == ["likely.py:5:5: FAL101", "likely.py:6:5: FAL104", "main.py:4:5: FAL101", "scripts/job.py:4:5: FAL101"]
    (tmp_path / ".flake8").write_text(text)
    (tmp_path / "setup.cfg").unlink()
    assert lines(flake8(tmp_path, ".")) == lines(FOUND)


def test_every_option_is_in_the_document(tmp_path: Path) -> None:
    """All of those that flake8 knows of us, and no others."""
    known = set(re.findall(r"--fal-[a-z-]+", flake8(tmp_path, "--help")))
    assert len(known) == 4
    assert set(re.findall(r"--fal-[a-z-]+", DOCUMENT)) == known


def test_ruff_leaves_our_comments_alone_if_told(tmp_path: Path) -> None:
    """And complains about them if not."""
    (text,) = snippets("toml")
    write_project(tmp_path, {"main.py": "import time\n\n\nasync def main():\n    time.sleep(1)  # noqa: FAL101\n", "pyproject.toml": ""})
    ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", "--quiet", "--select", "F,RUF100,RUF102", "."]
    assert "FAL101" in run(ruff, tmp_path, status=1)
    (tmp_path / "pyproject.toml").write_text(text)
    assert run(ruff, tmp_path, status=0) == ""
