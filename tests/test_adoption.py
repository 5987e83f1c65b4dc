"""What --baseline, --write-baseline, --add-noqa and --since do to a project, as docs/adoption.md tells it and beyond."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from fastapi_async_lint.cli import main
from tests.support import write_project
from tests.test_cli import MAIN_ENVIRONMENT
from tools.docs import DOCS

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TWO = """
    import time

    async def first():
        time.sleep(1)

    async def second():
        time.sleep(1)
    """


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with settings of its own."""
    monkeypatch.chdir(tmp_path)
    return write_project(tmp_path, {"pyproject.toml": "[tool.fastapi-async-lint]\nuse-cache = false\njobs = 1\n"})


def lint(*arguments: str) -> int:
    """The exit code of the command line, with findings as single lines."""
    return main(["--output-format", "concise", *arguments])


def entries(file: Path) -> list[dict[str, str]]:
    """What stands in a baseline."""
    found = json.loads(file.read_text(encoding="utf-8"))["findings"]
    assert isinstance(found, list)
    return found


def git(folder: Path, *arguments: str) -> None:
    """Run git there, as somebody, with nobody's configuration."""
    words = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"]
    subprocess.run([*words, *arguments], cwd=folder, check=True, capture_output=True)


# ------------------------------------------------------------------------------------------------------------- documents


def commands_and_outputs() -> Sequence[tuple[str, str]]:
    """Every command in docs/adoption.md with the output that stands below it."""
    text = (DOCS / "adoption.md").read_text(encoding="utf-8")
    consoles = "".join(body for language, body in FENCED.findall(text) if language == "console")
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", consoles, re.MULTILINE)


def test_the_document_tells_the_truth(tmp_path: Path) -> None:
    """Its commands, one after the other on its module, print what stands there, and the files are what it shows."""
    blocks = FENCED.findall((DOCS / "adoption.md").read_text(encoding="utf-8"))
    module, silenced = (body for language, body in blocks if language == "python")
    (settings,) = (body for language, body in blocks if language == "toml")
    (baseline,) = (body for language, body in blocks if language == "json")
    (tmp_path / "shop.py").write_text(module, encoding="utf-8")
    (tmp_path / ".gitignore").write_text(".fastapi_async_lint_cache\n", encoding="utf-8")
    steps = list(commands_and_outputs())
    assert len(steps) == 6
    for number, (command, output) in enumerate(steps):
        if number == 1:
            assert (tmp_path / "known.json").read_text(encoding="utf-8") == baseline
            (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
        if number == 2:
            mended = module.replace("time.sleep(0.1)", "await asyncio.sleep(0.1)").replace("import time", "import asyncio\nimport time")
            (tmp_path / "shop.py").write_text(mended, encoding="utf-8")
        if number == 4:
            (tmp_path / "known.json").unlink()
            (tmp_path / "pyproject.toml").write_text("[tool.fastapi-async-lint]\n", encoding="utf-8")
        if number == 5:
            git(tmp_path, "init")
            git(tmp_path, "add", ".")
            git(tmp_path, "commit", "-m", "all")
        done = subprocess.run(
            [sys.executable, "-m", "fastapi_async_lint", *shlex.split(command)[1:]],
            cwd=tmp_path,
            env=MAIN_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout + done.stderr == output, command
    assert silenced in (tmp_path / "shop.py").read_text(encoding="utf-8")


# -------------------------------------------------------------------------------------------------------------- baseline


def test_old_findings_pass_and_new_ones_fail(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Writing passes, too; what was found is counted."""
    write_project(project, {"main.py": TWO})
    assert lint("--write-baseline", "known.json") == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("2 findings in known.json: 2 new, 0 gone. To leave them out: --baseline known.json, or baseline = ")
    assert [entry["function"] for entry in entries(project / "known.json")] == ["first", "second"]
    assert lint("--baseline", "known.json") == 0
    assert capsys.readouterr().out == "No new blocking calls found (1 file checked, 2 findings in the baseline).\n"
    write_project(project, {"new.py": "import time\n\nasync def third():\n    time.sleep(1)\n"})
    assert lint("--baseline", "known.json", "--statistics") == 1
    out, _ = capsys.readouterr()
    assert [line.split(":")[0] for line in out.splitlines()[:1]] == ["new.py"]
    assert re.search(r"^ *2  findings in the baseline$", out, re.MULTILINE)


def test_writing_anew_prunes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is gone is dropped, also where the file is; an unused entry fails until then."""
    write_project(project, {"main.py": TWO, "gone.py": TWO})
    assert lint("--write-baseline", "known.json") == 0
    (project / "gone.py").unlink()
    write_project(project, {"main.py": TWO.replace("async def first", "def first")})
    assert lint("--baseline", "known.json") == 1
    assert capsys.readouterr().out.count("FAL902") == 3
    assert lint("--write-baseline", "known.json") == 0
    assert "1 finding in known.json: 0 new, 3 gone." in capsys.readouterr().err
    assert lint("--baseline", "known.json") == 0


def test_writing_a_part_keeps_the_rest(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What this run does not report on: other files, rules that are off. The setting counts for nothing while the file is written."""
    write_project(
        project, {"a.py": TWO, "b.py": TWO, "pyproject.toml": '[tool.fastapi-async-lint]\nuse-cache = false\nbaseline = "known.json"\n'}
    )
    assert lint("--write-baseline", "known.json") == 0
    assert "To leave them out" not in capsys.readouterr().err
    write_project(project, {"a.py": "x = 1\n", "b.py": "x = 1\n"})
    assert lint("--write-baseline", "known.json", "--ignore", "FAL101") == 0
    assert len(entries(project / "known.json")) == 4
    assert lint("--write-baseline", "known.json", "a.py") == 0
    assert [entry["path"] for entry in entries(project / "known.json")] == ["b.py", "b.py"]
    assert capsys.readouterr().err.endswith("2 findings in known.json: 0 new, 2 gone.\n")


def test_links_lead_to_the_same_file(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whichever way the project and its baseline are reached."""
    write_project(project, {"app/main.py": TWO})
    link = tmp_path_factory.mktemp("links") / "project"
    link.symlink_to(project, target_is_directory=True)
    assert lint("--write-baseline", str(link / "known.json"), str(link)) == 0
    assert {entry["path"] for entry in entries(project / "known.json")} == {"app/main.py"}
    for file in (link / "known.json", project / "known.json", Path("known.json")):
        for path in (link, project, link / "app", Path("app/main.py")):
            assert lint("--baseline", str(file), str(path)) == 0


def test_fixes_come_first(project: Path) -> None:
    """The baseline holds what is left; with `--add-noqa` comments are put to what is left."""
    write_project(
        project,
        {"main.py": f"{TWO.replace('first', 'show')}\n\n    def late():\n        input()\n\n    async def ask():\n        input()\n"},
    )
    assert lint("--fix", "--write-baseline", "known.json") == 0
    assert "await asyncio.sleep(1)" in (project / "main.py").read_text(encoding="utf-8")
    assert [entry["code"] for entry in entries(project / "known.json")] == ["FAL110"]
    write_project(project, {"main.py": TWO + "    input()\n"})
    assert lint("--fix", "--add-noqa") == 0
    text = (project / "main.py").read_text(encoding="utf-8")
    assert text.count("await asyncio.sleep(1)\n") == 2
    assert text.count("    input()  # noqa: FAL110\n") == 1


def test_what_no_baseline_may_hold_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And fails."""
    write_project(project, {"main.py": TWO, "bad.py": "def f(:\n"})
    assert lint("--write-baseline", "known.json") == 1
    out, err = capsys.readouterr()
    assert out.startswith("bad.py:1:")
    assert err.startswith("2 findings in known.json")


def test_a_file_that_is_no_baseline_is_not_written_over(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may hold what this run does not see. The error says what to do."""
    write_project(project, {"main.py": TWO, "known.json": "<<<<<<< HEAD\n"})
    assert lint("--write-baseline", "known.json") == 2
    assert re.search(r"known\.json:1: is not JSON: .* \(a merge left its marks\); correct it, or delete it", capsys.readouterr().err)
    assert (project / "known.json").read_text(encoding="utf-8") == "<<<<<<< HEAD\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--write-baseline", "known.json", "--add-noqa"], "--add-noqa and --write-baseline are two ways"),
        (["--write-baseline", "known.json", "--since", "main"], "it does not go with --since"),
        (["--write-baseline", "known.json", "-"], "standard input is none"),
        (["--add-noqa", "-"], "standard input is none"),
        (["--add-noqa=a\nb"], "one line of text was expected"),
        (["--write-baseline", "nowhere/known.json"], "--write-baseline nowhere/known.json: there is no folder nowhere"),
        (["--write-baseline", "."], "a file was expected, this is a folder"),
        (
            ["--baseline", "unknown.json"],
            "unknown.json: cannot be read: No such file or directory; --write-baseline unknown.json writes one",
        ),
        (["--since", "main"], ": not a git repository"),
    ],
)
def test_errors(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """One line, exit code 2, nothing is changed."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.resolve().parent))
    write_project(project, {"main.py": TWO})
    before = (project / "main.py").read_bytes()
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
    assert (project / "main.py").read_bytes() == before
    assert sorted(path.name for path in project.iterdir()) == ["main.py", "pyproject.toml"]


# -------------------------------------------------------------------------------------------------------------- comments


def test_a_path_is_no_reason(project: Path) -> None:
    """`--add-noqa` takes a reason only behind an equals sign, wherever it stands."""
    write_project(project, {"app/main.py": TWO, "other.py": TWO})
    assert lint("--add-noqa", "app") == 0
    assert (project / "app/main.py").read_text(encoding="utf-8").count("  # noqa: FAL101\n") == 2
    assert "noqa" not in (project / "other.py").read_text(encoding="utf-8")
    assert lint("app") == 0
    assert lint("other.py", "--add-noqa= an old one ") == 0
    assert (project / "other.py").read_text(encoding="utf-8").count("  # noqa: FAL101  an old one\n") == 2


def test_a_file_called_like_the_option(project: Path) -> None:
    """Behind `--` every word is a path."""
    write_project(project, {"--add-noqa/main.py": TWO})
    assert lint("--", "--add-noqa") == 1


def test_bytes_stay(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Line ends, encoding, byte order mark, permissions; a second run changes nothing."""
    latin = b"# -*- coding: latin-1 -*-\r\nimport time\r\nasync def main():\r\n    time.sleep(1)  # gr\xfc\xdfe\r\n"
    marked = b"\xef\xbb\xbfimport time\nasync def main(): time.sleep(1)"
    (project / "latin.py").write_bytes(latin)
    (project / "marked.py").write_bytes(marked)
    (project / "latin.py").chmod(0o640)
    assert lint("--add-noqa") == 0
    assert capsys.readouterr().err == "Silenced 2 findings in 2 lines of 2 files.\n"
    assert (project / "latin.py").read_bytes() == latin.replace(b"\xdfe", b"\xdfe  # noqa: FAL101")
    assert (project / "marked.py").read_bytes() == marked + b"  # noqa: FAL101"
    assert (project / "latin.py").stat().st_mode & 0o777 == 0o640
    assert lint("--add-noqa") == 0
    assert capsys.readouterr().err == "There is nothing to silence.\n"


def test_what_a_baseline_knows_gets_no_comment(project: Path) -> None:
    """Only what is reported is silenced."""
    write_project(project, {"old.py": TWO})
    assert lint("--write-baseline", "known.json") == 0
    write_project(project, {"new.py": TWO})
    assert lint("--baseline", "known.json", "--add-noqa") == 0
    assert [(project / name).read_text(encoding="utf-8").count("noqa") for name in ("old.py", "new.py")] == [0, 2]


def test_a_file_that_cannot_be_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is named; the others are written."""
    write_project(project, {"a.py": TWO, "b.py": TWO})
    (project / "a.py").chmod(0o444)
    assert lint("--add-noqa") == 2
    assert re.search(r"--add-noqa: .*a\.py is read-only\n", capsys.readouterr().err)
    assert "noqa" not in (project / "a.py").read_text(encoding="utf-8")
    assert "noqa" in (project / "b.py").read_text(encoding="utf-8")


def test_what_gets_no_comment_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And fails."""
    write_project(project, {"main.py": f"{TWO}\n    x = 1  # noqa: FAL103\n"})
    assert lint("--add-noqa") == 1
    assert capsys.readouterr().out.startswith("main.py:9:8: FAL902")


def test_a_file_that_cannot_be_read_keeps_its_entries(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody can say whether they are of use: they are neither told as gone nor left out of a new baseline."""
    write_project(project, {"main.py": TWO})
    assert lint("--write-baseline", "known.json") == 0
    text = (project / "known.json").read_text(encoding="utf-8")
    write_project(project, {"main.py": f"{TWO}\ndef (\n"})
    capsys.readouterr()
    assert lint("--baseline", "known.json") == 1
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines() if ": FAL" in line] == ["FAL901"]
    assert lint("--write-baseline", "known.json") == 1
    assert "2 findings in known.json: 0 new, 0 gone." in capsys.readouterr().err
    assert (project / "known.json").read_text(encoding="utf-8") == text


def test_a_link_to_a_baseline_is_the_baseline(project: Path) -> None:
    """Paths in it are relative to where it really stands, whichever way it is reached."""
    (project / "known").mkdir()
    (project / "link.json").symlink_to(project / "known" / "known.json")
    write_project(project, {"main.py": TWO})
    assert lint("--write-baseline", "link.json") == 0
    assert (project / "link.json").is_symlink()
    for name in ("link.json", "known/known.json"):
        assert lint("--baseline", name) == 0


# --------------------------------------------------------------------------------------------------------------- changes


def test_only_changed_lines(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A function that becomes `async` counts with all that it calls."""
    write_project(project, {"main.py": TWO.replace("async def second", "def second")})
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "a")
    assert lint("--since", "HEAD") == 0
    write_project(project, {"main.py": TWO, "new.py": TWO})
    assert lint("--since", "HEAD") == 1
    assert [line.split(" ")[0] for line in capsys.readouterr().out.splitlines() if "FAL" in line] == [
        "main.py:7:5:",
        "new.py:4:5:",
        "new.py:7:5:",
    ]
    write_project(project, {"new.py": "x = 1"})
    write_project(project, {"main.py": f"def (:\n{TWO}"})
    assert lint("--since", "HEAD", "-q") == 1
    assert capsys.readouterr().out.startswith("main.py:1:5: FAL901")
    assert lint("--since", "nonsense") == 2
    assert "--since: git knows no revision 'nonsense' in " in capsys.readouterr().err
