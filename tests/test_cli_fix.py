"""`--fix` and its kin: what is written, shown, said and returned. That files survive whatever happens is tests/test_writing.py's business."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from fastapi_async_lint.cli import main
from fastapi_async_lint.reports import formats
from tests.support import write_project
from tests.test_adoption import git
from tests.test_cli import MAIN_ENVIRONMENT

HEAD = "import asyncio\nimport time\n\nimport requests\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
SAFE = '\n\n@app.get("/safe")\nasync def safe():\n    time.sleep(1)\n'
SAFE_FIXED = SAFE.replace("time.sleep", "await asyncio.sleep")
UNSAFE = '\n\n@app.get("/unsafe")\nasync def unsafe():\n    global total\n    await asyncio.sleep(0)\n    total += requests.get("x").status_code\n'
NEVER = '\n\n@app.get("/never")\nasync def never():\n    await asyncio.sleep(0)\n    return [(lambda: requests.get(x))() for x in "ab"]\n'
ALL = HEAD + SAFE + UNSAFE + NEVER
FIXED = HEAD + SAFE_FIXED + UNSAFE + NEVER
CLEAN = HEAD + SAFE_FIXED


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lint(*arguments: str) -> int:
    """Run the command line here, without anybody's settings."""
    return main(["--isolated", "--no-cache", "--output-format", "concise", *arguments])


def process(*arguments: str, cwd: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command line as a process of its own, with streams of bytes."""
    return subprocess.run(
        [sys.executable, "-m", "fastapi_async_lint", "--isolated", "--no-cache", *arguments],
        cwd=cwd,
        env=MAIN_ENVIRONMENT,
        input=given,
        capture_output=True,
        check=False,
    )


def words_of(value: object) -> str | None:
    """The name of a test by its options."""
    return " ".join(value) if isinstance(value, list) else None


def text(name: str = "main.py") -> str:
    """A file's text, line ends as they are."""
    return Path(name).read_bytes().decode()


# ------------------------------------------------------------------------------------------------------------- what is fixed


@pytest.mark.parametrize(
    ("arguments", "expected", "code"),
    [
        ([], ALL, 1),
        (["--unsafe-fixes"], ALL, 1),
        (["--show-fixes"], ALL, 1),
        (["--fix"], FIXED, 1),
        (["--fix", "--exit-zero"], FIXED, 0),
        (["--fix-only"], FIXED, 0),
        (["--fix-only", "--fix"], FIXED, 0),
        (["--fix-only", "--exit-non-zero-on-fix"], FIXED, 1),
        (["--fix-only", "--exit-non-zero-on-fix", "--exit-zero"], FIXED, 0),
        (["--diff"], ALL, 1),
        (["--diff", "--fix"], ALL, 1),
        (["--diff", "--fix-only", "--unsafe-fixes"], ALL, 1),
        (["--diff", "--exit-zero"], ALL, 0),
        (["--fix", "--select", "FAL102"], ALL, 1),
        (["--fix", "--ignore", "blocking-sleep"], ALL, 1),
        (["--fix", "--select", "FAL101"], FIXED, 0),
        (["--fix", "--select", "FAL101", "--exit-non-zero-on-fix"], FIXED, 1),
        (["--fix", "--select", "FAL104"], ALL, 0),
        (["--diff", "--select", "FAL104"], ALL, 0),
        (["--fix", "--select", "FAL104", "--exit-non-zero-on-fix"], ALL, 0),
    ],
    ids=words_of,
)
def test_what_is_written_and_returned(project: Path, arguments: list[str], expected: str, code: int) -> None:
    """Only what was asked for is written, only selected rules are fixed, and the exit code says what is left."""
    write_project(project, {"main.py": ALL})
    assert lint(*arguments) == code
    assert text() == expected


def test_unsafe_fixes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are done if asked for, together with the safe ones."""
    write_project(project, {"main.py": ALL})
    assert lint("--fix", "--unsafe-fixes") == 1
    assert "await asyncio.sleep(1)" in text()
    assert 'run_in_threadpool(requests.get, "x")' in text()
    assert NEVER in text()
    captured = capsys.readouterr()
    assert captured.err == "Fixed 2 findings in 1 file.\n"
    assert captured.out.endswith("Found 1 blocking call in 1 file (1 file checked).\n")


def test_a_fixed_file_is_left_alone_by_the_next_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even its time of modification changes."""
    write_project(project, {"main.py": HEAD + SAFE})
    assert lint("--fix") == 0
    assert text() == CLEAN
    before = Path("main.py").stat()
    capsys.readouterr()
    assert lint("--fix", "--exit-non-zero-on-fix") == 0
    after = Path("main.py").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert capsys.readouterr() == ("No blocking calls found (1 file checked).\n", "")


def test_only_the_given_paths_are_fixed(project: Path) -> None:
    """The rest of the project is read, not written."""
    write_project(project, {"a.py": HEAD + SAFE, "b.py": HEAD + SAFE})
    assert lint("--fix", "a.py") == 0
    assert (text("a.py"), text("b.py")) == (CLEAN, HEAD + SAFE)


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: FAL101", "# fastapi-async-lint: ignore[FAL101] measured"])
def test_what_a_comment_silences_is_not_fixed(project: Path, comment: str) -> None:
    """Somebody has decided that it stays."""
    silenced = HEAD + SAFE.replace("sleep(1)", f"sleep(1)  {comment}")
    write_project(project, {"main.py": silenced})
    assert lint("--fix") == 0
    assert text() == silenced


def test_what_the_baseline_knows_is_not_fixed(project: Path) -> None:
    """It is for those who accept no more of it."""
    write_project(project, {"main.py": HEAD + SAFE})
    assert lint("--write-baseline", "known.json") == 0
    assert lint("--fix", "--baseline", "known.json") == 0
    assert text() == HEAD + SAFE


def test_only_what_concerns_changes_is_fixed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows move when imports are put in above; what was old stays old, and what is new is still seen."""
    old, new = SAFE.replace("safe", "old"), SAFE.replace("safe", "new")
    head = HEAD.removeprefix("import asyncio\n")
    write_project(project, {"main.py": head + old})
    git(project, "init")
    git(project, "add", ".")
    git(project, "commit", "-m", "a")
    write_project(
        project,
        {
            "main.py": head
            + new
            + old
            + new.replace("new", "never").replace("time.sleep(1)", "await asyncio.sleep(0)\n    [lambda: time.sleep(1)][0]()")
        },
    )
    assert lint("--fix", "--since", "HEAD") == 1
    fixed = new.replace("time.sleep", "await asyncio.sleep")
    assert text().startswith(HEAD + fixed + old)
    captured = capsys.readouterr()
    assert captured.err == "Fixed 1 finding in 1 file.\n"
    assert [line.split(" ")[0] for line in captured.out.splitlines()][:-1] == ["main.py:23:14:"]


# --------------------------------------------------------------------------------------------------------------- what is said


def test_fixes_are_listed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was done, and for what is left what could be done and why it was not."""
    write_project(project, {"main.py": ALL})
    assert lint("--fix-only", "--show-fixes") == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "main.py: fixed",
        "    1 x FAL101 [blocking-sleep] await asyncio.sleep instead of time.sleep",
        "main.py:19:14: not fixed: FAL102 requests.get(...): run requests.get in a worker thread (unsafe; --unsafe-fixes)",
        "    because total is read before it and changed behind it: other tasks could change it in between",
        "main.py:25:22: not fixed: FAL102 requests.get(...): run requests.get in a worker thread",
        "    because it stands in a lambda, which cannot await",
        "Fixed 1 finding in 1 file.",
    ]


def test_fixes_are_listed_without_being_done(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was tried, so nothing is called `not fixed`."""
    write_project(project, {"main.py": ALL})
    assert lint("--show-fixes", "-q") == 1
    assert [line for line in capsys.readouterr().err.splitlines() if not line.startswith(" ")] == [
        "main.py:12:5: FAL101 time.sleep(...): await asyncio.sleep instead of time.sleep (safe; --fix)",
        "main.py:19:14: FAL102 requests.get(...): run requests.get in a worker thread (unsafe; --unsafe-fixes)",
        "main.py:25:22: FAL102 requests.get(...): run requests.get in a worker thread",
    ]
    assert text() == ALL


def test_a_patch_is_listed_with_the_rows_of_the_disk(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was written: rows are those of what is there."""
    write_project(project, {"main.py": ALL.removeprefix("import asyncio\n").replace("await asyncio.sleep(0)", "await safe()")})
    assert lint("--diff", "--show-fixes") == 1
    captured = capsys.readouterr()
    assert "+import asyncio\n" in captured.out
    lines = [line for line in captured.err.splitlines() if not line.startswith(" ")]
    assert lines[0] == "main.py: would be fixed"
    assert [line.partition(": ")[0] for line in lines[1:-1]] == ["main.py:18:14", "main.py:24:22"]
    assert lines[-1] == "Would fix 1 finding in 1 file."


def test_nothing_to_fix(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty patch; people are told, unless they want quiet."""
    write_project(project, {"main.py": CLEAN})
    assert lint("--diff") == 0
    assert capsys.readouterr() == ("", "Nothing to fix.\n")
    assert lint("--diff", "-q") == 0
    assert lint("--fix-only") == 0
    assert lint("--fix-only", "--show-fixes") == 0
    assert lint("--fix", "-q") == 0
    assert capsys.readouterr() == ("", "")


def test_quiet(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings only."""
    write_project(project, {"main.py": ALL})
    assert lint("--fix", "-q") == 1
    captured = capsys.readouterr()
    assert captured.err == ""
    assert [line.partition(": ")[0] for line in captured.out.splitlines()] == ["main.py:19:14", "main.py:25:22"]


@pytest.mark.parametrize("name", sorted(formats()))
def test_every_format_tells_what_is_left(project: Path, name: str) -> None:
    """Of the text after fixing; words on fixes do not get in a program's way."""
    write_project(project, {"main.py": ALL})
    done = process("--fix", "--output-format", name, cwd=project)
    assert done.returncode == 1
    assert text() == FIXED
    assert b"time.sleep" not in done.stdout.replace(FIXED.encode(), b"")
    assert b"requests.get" in done.stdout
    assert b"Fixed 1 finding in 1 file.\n" in done.stderr


def test_json_has_places_and_edits_of_the_new_text(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Places fit what is on the disk now, and a fix that is left has its edits."""
    write_project(project, {"main.py": ALL.removeprefix("import asyncio\n").replace("await asyncio.sleep(0)", "await safe()")})
    assert main(["--isolated", "--no-cache", "--fix", "--output-format", "json"]) == 1
    first = json.loads(capsys.readouterr().out)[0]
    assert text().split("\n")[first["location"]["row"] - 1].strip() == 'total += requests.get("x").status_code'
    assert first["fix"]["applicability"] == "unsafe"
    assert first["fix"]["edits"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--exit-non-zero-on-fix"], "--fix, --fix-only or --diff was expected with it"),
        (["--diff", "--write-baseline", "known.json"], "--diff writes nothing; --write-baseline cannot be given with it"),
        (["--diff", "--add-noqa"], "--diff writes nothing; --add-noqa cannot be given with it"),
        (["--fix-only", "--add-noqa"], "--fix-only leaves what it does not fix alone; --add-noqa cannot be given with it"),
        (["--diff", "--output-file", "a.txt"], "--diff shows a patch: there is no report, and no file for --output-file"),
        (
            ["--fix-only", "--output-format", "json:a.json"],
            "--fix-only says nothing of what is left: there is no report, and no file for --output-format",
        ),
        (["--fixes"], "--fix"),
        (["--unsafe-fix"], "--unsafe-fixes"),
        (["--dif"], "--diff"),
        (["--fix", "mian.py"], "did you mean main.py?"),
        (["--fix", "--select", "FAL999"], "FAL999"),
    ],
    ids=words_of,
)
def test_wrong_use_is_one_line(project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """It names what was expected, and nothing is written."""
    write_project(project, {"main.py": ALL})
    assert lint(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("fastapi-async-lint: error: ")
    assert captured.err.count("\n") == 1
    assert words in captured.err
    assert text() == ALL
    assert [path.name for path in project.iterdir()] == ["main.py"]


# ----------------------------------------------------------------------------------------------------------- standard input


def test_standard_input_is_fixed_on_standard_output(project: Path) -> None:
    """The text goes through, findings go to standard error, the disk is left alone."""
    write_project(project, {"app/main.py": "old = 1\n"})
    done = process("--fix", "--output-format", "concise", "--stdin-filename", "app/main.py", "-", cwd=project, given=ALL.encode())
    assert done.stdout.decode() == FIXED
    assert done.stderr.decode().splitlines()[0].startswith("app/main.py:19:14: FAL102")
    assert "Fixed 1 finding in 1 file." in done.stderr.decode()
    assert done.returncode == 1
    assert text("app/main.py") == "old = 1\n"
    assert [path.name for path in (project / "app").iterdir()] == ["main.py"]


def test_standard_input_is_seen_in_its_project(project: Path) -> None:
    """A helper in another file is known to block; a fix that would change that file is left out."""
    write_project(project, {"helpers.py": "import time\n\n\ndef work():\n    time.sleep(1)\n"})
    given = 'from fastapi import FastAPI\nfrom helpers import work\n\napp = FastAPI()\n\n\n@app.get("/")\nasync def f():\n    work()\n'
    done = process("--fix-only", "--stdin-filename", "main.py", "-", cwd=project, given=given.encode())
    assert "    await run_in_threadpool(work)\n" in done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"Fixed 1 finding in 1 file.\n")
    assert not Path("main.py").exists()


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"\xef\xbb\xbfx = 1\n",
        b"x = 1\r\ny = 2\r\n",
        b"x = 1\ry = 2\n\n\r\n",
        b"# coding: latin-1\nx = '\xe9'",
        b"def f(:\n",
        b"x = 1\n\x0c\ny = 2",
    ],
    ids=["empty", "mark", "CRLF", "mixed", "latin-1", "syntax error", "form feed"],
)
@pytest.mark.parametrize("options", [["--fix"], ["--fix-only", "-q"]], ids=words_of)
def test_what_needs_no_fix_goes_through_byte_for_byte(project: Path, given: bytes, options: list[str]) -> None:
    """So that an editor can always take what comes out."""
    assert process(*options, "-", cwd=project, given=given).stdout == given


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf" + (HEAD + SAFE).encode(), b"\xef\xbb\xbf" + CLEAN.encode()),
        ((HEAD + SAFE).replace("\n", "\r\n").encode(), CLEAN.replace("\n", "\r\n").encode()),
        (b"# coding: latin-1\n# \xe9\n" + (HEAD + SAFE).encode(), b"# coding: latin-1\n# \xe9\n" + CLEAN.encode()),
    ],
    ids=["mark", "CRLF", "latin-1"],
)
def test_standard_input_keeps_its_encoding_and_line_ends(project: Path, before: bytes, after: bytes) -> None:
    """What comes out is in the encoding of what came in."""
    done = process("--fix", "-", cwd=project, given=before)
    assert (done.returncode, done.stdout) == (0, after)


def test_standard_input_as_a_patch(project: Path) -> None:
    """Between what stands there and what would."""
    write_project(project, {"main.py": HEAD + SAFE})
    given = ALL.replace("\n", "\r\n").encode()
    done = process("--diff", "--stdin-filename", "main.py", "-", cwd=project, given=given)
    assert done.returncode == 1
    assert b"-    time.sleep(1)\r\n+    await asyncio.sleep(1)\r\n" in done.stdout
    assert text() == HEAD + SAFE


def test_an_excluded_file_on_standard_input_goes_through(project: Path) -> None:
    """As editors call it for every file."""
    done = process("--fix", "--force-exclude", "--exclude", "main.py", "--stdin-filename", "main.py", "-", cwd=project, given=ALL.encode())
    assert (done.returncode, done.stdout.decode()) == (0, ALL)


def test_a_program_has_standard_error_to_itself(project: Path) -> None:
    """Where the text takes standard output, the report stands alone on the other stream."""
    done = process("--fix", "--output-format", "json", "--show-fixes", "--statistics", "-", cwd=project, given=ALL.encode())
    assert done.stdout.decode() == FIXED
    assert len(json.loads(done.stderr)) == 2


def test_a_linked_name_on_standard_input(project: Path) -> None:
    """The text stands for the file behind the link."""
    write_project(project, {"real/main.py": ALL})
    Path("link").symlink_to("real")
    done = process("--fix-only", "--stdin-filename", "link/main.py", "-", cwd=project, given=ALL.encode())
    assert done.stdout.decode() == FIXED
    assert text("real/main.py") == ALL


# -------------------------------------------------------------------------------------------------------------- adoption


def test_what_is_not_fixed_goes_to_the_baseline(project: Path) -> None:
    """So the next run is silent."""
    write_project(project, {"main.py": ALL})
    assert lint("--fix", "--write-baseline", "known.json") == 0
    assert text() == FIXED
    assert lint("--baseline", "known.json") == 0
    assert len(json.loads(text("known.json"))["findings"]) == 2


def test_what_is_not_fixed_gets_a_comment(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the rows of the new text."""
    write_project(project, {"main.py": ALL})
    assert lint("--fix", "--add-noqa=later") == 0
    assert text().count("# noqa: FAL102  later") == 2
    assert "await asyncio.sleep(1)\n" in text()
    assert capsys.readouterr().err.splitlines() == [
        "Silenced 2 findings in 2 lines of 1 file.",
        "Fixed 1 finding in 1 file.",
    ]


# ----------------------------------------------------------------------------------------------------------------- patches

FILES: Mapping[str, bytes] = {
    "plain.py": ALL.encode(),
    "open end.py": ALL.removesuffix("\n").encode(),
    "only.py": (HEAD + SAFE).removesuffix("\n").encode(),
    "crlf.py": ALL.replace("\n", "\r\n").encode(),
    "crlf_open.py": (HEAD + SAFE).removesuffix("\n").replace("\n", "\r\n").encode(),
    "cr.py": (HEAD + SAFE).replace("\n", "\r").encode(),
    "mixed.py": (HEAD.replace("\n", "\r\n") + SAFE).encode(),
    "feed.py": (HEAD + "\x0c\nx = '\x1c\u2028'\n" + SAFE).encode(),
    "mark.py": b"\xef\xbb\xbf" + (HEAD.removeprefix("import asyncio\n") + SAFE).encode(),
    "latin.py": b"# coding: latin-1\n" + HEAD.encode() + b"x = '\xe9\xff'\n" + SAFE.encode() + b"    return '\xe9'\n",
    "kurs/größe ✓.py": ALL.encode(),
    "with blanks/a b.py": ALL.encode(),
    'odd"na\\me\t.py': ALL.encode(),
}


def write_bytes(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write the files below the folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("tool", [["patch", "-p0", "--binary"], ["patch", "-p0"], ["git", "apply", "-p0"]], ids=words_of)
def test_the_patch_gives_the_bytes_of_fix(tmp_path: Path, tool: list[str]) -> None:
    """Whatever the line ends, the encoding, and the name."""
    fixed, patched = write_bytes(tmp_path / "fixed", FILES), write_bytes(tmp_path / "patched", FILES)
    shown = process("--diff", cwd=fixed)
    assert (shown.returncode, shown.stderr) == (1, b"Would fix %d findings in %d files.\n" % (len(FILES), len(FILES)))
    assert process("--fix-only", cwd=fixed).returncode == 0
    applied = subprocess.run(tool, cwd=patched, input=shown.stdout, capture_output=True, check=False)
    assert applied.returncode == 0, applied.stdout + applied.stderr
    for name, before in FILES.items():
        after = (fixed / name).read_bytes()
        assert after != before
        assert (patched / name).read_bytes() == after, name


def test_the_patch_is_the_same_every_time(tmp_path: Path) -> None:
    """Whatever the number of processes."""
    write_bytes(tmp_path, FILES)
    shown = {process("--diff", "--jobs", jobs, cwd=tmp_path).stdout for jobs in ("1", "2")}
    assert len(shown) == 1
