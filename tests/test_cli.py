import errno
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import click
import pytest

import fastapi_async_lint
from fastapi_async_lint import __version__
from fastapi_async_lint.cli import main
from fastapi_async_lint.cli.output import write_file
from fastapi_async_lint.engine import Question
from fastapi_async_lint.findings import Finding
from fastapi_async_lint.reports import formats
from fastapi_async_lint.results import Report
from fastapi_async_lint.rules import all_rules
from fastapi_async_lint.settings import OUTPUT_FORMATS, Settings
from tests.reports.samples import THROUGH_HELPER, report
from tests.support import write_project

ONE = "Found 1 blocking call in 1 file (3 files checked).\n"
SLEEPS = """
    import time

    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/")
    async def root() -> None:
        time.sleep(1)
"""
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
MAIN_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(fastapi_async_lint.__file__).parent.parent)}


class Engine(ModuleType):
    """Stands in for the engine: says what it was asked, and answers with the findings it was given."""

    def __init__(self) -> None:
        super().__init__("fastapi_async_lint.engine")
        self.findings: tuple[Finding, ...] = ()
        self.error: BaseException | None = None
        self.paths: Sequence[Path] = ()
        self.settings: Settings | None = None
        self.overlays: Mapping[Path, str] = {}
        self.wants_edits = False
        self.Question = Question

    def check(
        self,
        paths: Sequence[Path],
        settings: Settings,
        *,
        overlays: Mapping[Path, str],
        progress: Callable[[int, int], None] | None,
        question: Question,
    ) -> Report:
        """As the engine's."""
        assert question.changes is None
        self.wants_edits = question.edits
        self.paths, self.settings, self.overlays = paths, settings, overlays
        if progress:
            for done in range(3):
                progress(done + 1, 3)
        if self.error:
            raise self.error
        return report(*self.findings)

    def files(self, paths: Sequence[Path], settings: Settings) -> tuple[Path, ...]:
        """As the engine's."""
        self.paths, self.settings = paths, settings
        return tuple(paths)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    """A stand-in for the engine, in an empty working folder."""
    stand_in = Engine()
    monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    monkeypatch.setattr(fastapi_async_lint, "engine", stand_in, raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return stand_in


def run(*arguments: str, cwd: Path, standard_input: str | None = None) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own, with the real engine."""
    return subprocess.run(
        [sys.executable, "-m", "fastapi_async_lint", *arguments],
        cwd=cwd,
        env=MAIN_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        input=standard_input,
    )


# ---------------------------------------------------------------------------------------------------------- exit codes


def test_nothing_found_is_zero(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """And says how many files that holds for."""
    assert main(["."]) == 0
    assert capsys.readouterr() == ("No blocking calls found (3 files checked).\n", "")


def test_findings_are_one(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """The report goes to stdout, the summary behind it."""
    engine.findings = (THROUGH_HELPER,)
    assert main(["--output-format", "concise"]) == 1
    out, err = capsys.readouterr()
    assert out.endswith(f"(route GET /price, via shop.rates.current_rate)\n{ONE}")
    assert err == ""


def test_exit_zero(engine: Engine) -> None:
    """Findings are shown all the same, and do not fail."""
    engine.findings = (THROUGH_HELPER,)
    assert main(["--exit-zero"]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--selct", "FAL1"], ["--selct", "--select"]),
        (["--output-format", "ful"], ["--output-format", "'ful'", "full", "json", "did you mean 'full'?"]),
        (["--output-format", "?"], ["--output-format", "'?'", "concise"]),
        (["--min-confidence", "sure"], ["--min-confidence", "'sure'", "certain"]),
        (["--jobs", "-1"], ["--jobs", "expected a number from 0, found '-1'"]),
        (["--jobs", "x"], ["--jobs", "expected a number from 0, found 'x'"]),
        (["--jobs", "1.5"], ["--jobs", "expected a number from 0, found '1.5'"]),
        (["--jobs", "="], ["--jobs", "expected a number from 0, found '='"]),
        (["-q", "-v"], ["--quiet and --verbose"]),
        (["-", "--stdin-filename", "."], ["--stdin-filename .", "a file was expected, this is a folder"]),
        (["--report-suppressed"], ["--report-suppressed", "--output-format sarif was expected"]),
        (["--report-suppressed", "--output-format", "json"], ["--report-suppressed", "--output-format sarif was expected"]),
        (["--per-file-ignores", "tests"], ["--per-file-ignores", "PATTERN:CODES"]),
        (["--select", ","], ["--select", "list of words"]),
        (["--select"], ["--select"]),
        (["--stdin-filename", "a.py"], ["--stdin-filename", "`-`"]),
        (["-", "a.py"], ["`-`"]),
        (["--output-file", "missing/report.txt"], ["--output-file", "no folder missing"]),
        (["--output-file", "."], ["--output-file", "a file was expected"]),
        (["--config", "missing.toml"], ["missing.toml"]),
        (["chek"], ["chek: no such file or folder", "did you mean the command check?"]),
        (["rule"], ["rule: no such file or folder", "did you mean the command rules?"]),
        (["explain"], ["a code or a rule's name was expected, such as FAL101"]),
    ],
)
def test_a_users_error_is_one_line_and_two(
    engine: Engine, capsys: pytest.CaptureFixture[str], arguments: list[str], words: list[str]
) -> None:
    """It names what was given and what was expected; nothing goes to stdout."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("fastapi-async-lint: error: ")
    assert err.count("\n") == 1
    for word in words:
        assert word in err


def test_an_internal_error_is_one_line_and_two(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """It asks for a report; the traceback comes only when asked for."""
    engine.error = ZeroDivisionError("oops")
    assert main(["."]) == 2
    assert capsys.readouterr().err == (
        "fastapi-async-lint: error: internal error: ZeroDivisionError: oops; "
        "this is a fault of the linter, please report it (-v shows the traceback)\n"
    )
    assert main([".", "-v"]) == 2
    assert "Traceback (most recent call last):" in capsys.readouterr().err


def test_an_interrupt_is_130(engine: Engine) -> None:
    """As shells expect of a program that ctrl-C ended."""
    engine.error = KeyboardInterrupt()
    assert main(["."]) == 130


# --------------------------------------------------------------------------------------------------- commands and help


@pytest.mark.parametrize("arguments", [["a", "b"], ["check", "a", "b"]])
def test_check_is_the_default_command(engine: Engine, arguments: list[str]) -> None:
    """Its name may be left out."""
    write_project(Path(), {"a/x.py": "", "b/y.py": ""})
    assert main(arguments) == 0
    assert list(engine.paths) == [Path("a"), Path("b")]


def test_a_path_of_a_commands_name(engine: Engine) -> None:
    """`./check` is the folder."""
    Path("check").mkdir()
    assert main(["./check"]) == 0
    assert list(engine.paths) == [Path("check")]


def test_a_path_that_is_nearly_a_command(engine: Engine) -> None:
    """Is a path if there is one of that name."""
    Path("rule").mkdir()
    assert main(["rule"]) == 0
    assert list(engine.paths) == [Path("rule")]


def test_without_paths_the_current_folder_is_checked(engine: Engine) -> None:
    """The shortest command does the usual thing."""
    assert main([]) == 0
    assert list(engine.paths) == [Path()]


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["check", "--help"], ["-q", "--help"]])
def test_help_fits_a_screen(
    arguments: list[str], columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every option in 50 lines."""
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 50
    assert max(map(len, lines)) <= columns
    for option in ("--select", "--output-format", "--extend-exclude", "--no-cache", "--help"):
        assert any(line.strip().startswith(option) or f", {option}" in line for line in lines)


def test_help_does_not_load_the_engine() -> None:
    """Help and version are immediate, whatever the analysis needs."""
    code = (
        "import sys; from fastapi_async_lint.cli import main; main(['--help']); "
        "sys.exit(bool({'libcst', 'pathspec', 'fastapi_async_lint.engine'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], env=MAIN_ENVIRONMENT, capture_output=True, check=False).returncode == 0


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """The program's name and its version."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fastapi-async-lint {__version__}\n"


# ------------------------------------------------------------------------------------------------------------- options


def test_options_become_settings(engine: Engine) -> None:
    """Lists take commas, and may be given several times."""
    arguments = ["--select", "FAL1,FAL2", "--select", "FAL901", "--ignore", "FAL104", "--extend-exclude", "old,*_pb2.py"]
    arguments += ["--min-confidence", "certain", "--include-tests", "--force-exclude", "--no-respect-gitignore", "--jobs", "3"]
    arguments += ["--no-cache", "--per-file-ignores", "scripts/*:FAL104,FAL105", "--output-format", "concise"]
    assert main(arguments) == 0
    chosen = engine.settings
    assert chosen is not None
    assert chosen.select == ("FAL1", "FAL2", "FAL901")
    assert chosen.ignore == ("FAL104",)
    assert chosen.extend_exclude == ("old", "*_pb2.py")
    assert chosen.min_confidence == "certain"
    assert chosen.include_tests
    assert chosen.force_exclude
    assert not chosen.respect_gitignore
    assert chosen.jobs == 3
    assert not chosen.use_cache
    assert chosen.per_file_ignores == (("scripts/*", ("FAL104", "FAL105")),)
    assert chosen.output_format == "concise"


def test_settings_come_from_the_project(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line wins over the file, and --isolated leaves the file out."""
    write_project(Path(), {"pyproject.toml": '[tool.fastapi-async-lint]\noutput-format = "json"\nselect = ["FAL1"]\n'})
    assert main(["-v"]) == 0
    assert engine.settings is not None
    assert engine.settings.select == ("FAL1",)
    assert "pyproject.toml" in capsys.readouterr().err
    assert main(["--select", "FAL2"]) == 0
    assert engine.settings.select == ("FAL2",)
    assert main(["--isolated"]) == 0
    assert engine.settings.select == ("FAL",)


def test_an_error_in_the_settings_file_names_file_and_line(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """And the nearest valid key."""
    write_project(Path(), {"pyproject.toml": '[tool.fastapi-async-lint]\nselct = ["FAL1"]\n'})
    assert main([]) == 2
    err = capsys.readouterr().err
    assert "pyproject.toml" in err
    assert "selct" in err
    assert "select" in err
    assert err.count("\n") == 1


def test_show_settings_and_show_files(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """Both answer and check nothing."""
    engine.error = AssertionError("checked")
    Path("a.py").touch()
    assert main(["--show-settings", "--select", "FAL103"]) == 0
    assert "FAL103" in capsys.readouterr().out
    assert main(["--show-files", "a.py"]) == 0
    assert capsys.readouterr().out == "a.py\n"


def test_what_is_shown_can_be_given_back(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """In a file of any name."""
    write_project(Path(), {"pyproject.toml": '[tool.fastapi-async-lint]\nselect = ["FAL103"]\n'})
    assert main(["--show-settings"]) == 0
    shown = capsys.readouterr().out
    Path("s.toml").write_text(shown, encoding="utf-8")
    assert main(["--show-settings", "--config", "s.toml"]) == 0
    assert capsys.readouterr().out == shown.replace("pyproject.toml", "s.toml")


def test_settings_that_do_not_count_are_told(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """On one line, unless one file is asked for, or quiet."""
    files = {f"{name}/pyproject.toml": "[tool.fastapi-async-lint]\njobs = 1\n" for name in "abcde"}
    write_project(Path(), files | {f"{name}/x.py": "" for name in "abcde"})
    assert main(["b/x.py", "a"]) == 0
    warning = "fastapi-async-lint: warning: the settings of b/pyproject.toml do not count: one run has one file of settings, here "
    assert capsys.readouterr().err == f"{warning}those of a/pyproject.toml\n"
    assert main(["e/x.py", "b/x.py", "a", "c", "d"]) == 0
    several = "the settings of b/pyproject.toml, c/pyproject.toml, d/pyproject.toml and 1 more do not count:"
    assert several in capsys.readouterr().err
    for quiet in (["-q"], ["--isolated"], ["--config", "a/pyproject.toml"]):
        assert main(["b/x.py", "a", *quiet]) == 0
        assert capsys.readouterr().err == ""


def test_isolated_and_a_file(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """Do not go together."""
    assert main(["--isolated", "--config", "x.toml"]) == 2
    expected = "command line: --isolated: settings come from no file; --config x.toml was not expected with it\n"
    assert capsys.readouterr().err == f"fastapi-async-lint: error: {expected}"


def test_a_cache_that_cannot_be_kept(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in its place is an error; of the usual place, -v says that nothing is remembered and why."""
    Path("file").touch()
    assert main(["--cache-dir", "file"]) == 2
    expected = f"command line: --cache-dir: expected a folder, found a file at {Path('file').resolve()}\n"
    assert capsys.readouterr().err == f"fastapi-async-lint: error: {expected}"
    assert main(["--cache-dir", "file", "--no-cache"]) == 0
    capsys.readouterr()
    assert main(["-v"]) == 0
    assert "remembered" not in capsys.readouterr().err
    usual = Path(".fastapi_async_lint_cache").resolve()
    usual.touch()
    assert main(["-v"]) == 0
    assert f"\nnothing is remembered in {usual}: {usual} is a file\n" in capsys.readouterr().err
    assert main([]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(IS_ROOT and not shutil.which("setpriv"), reason="nothing is forbidden to root, and setpriv is not there to change that")
def test_folders_that_may_not_be_looked_into(tmp_path: Path) -> None:
    """One line; -v says that nothing is remembered in a folder that may not be written."""
    write_project(tmp_path, {"app/main.py": SLEEPS, "locked/main.py": SLEEPS, "readonly/x": "", "pyproject.toml": ""})
    as_others = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if IS_ROOT else []

    def run_as_others(*arguments: str) -> tuple[int, str]:
        command = [*as_others, sys.executable, "-m", "fastapi_async_lint", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=MAIN_ENVIRONMENT, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    (tmp_path / "locked").chmod(0)
    (tmp_path / "readonly").chmod(0o555)
    try:
        for options in ([], ["--isolated"]):
            assert run_as_others("locked", *options) == (2, "fastapi-async-lint: error: locked: the folder cannot be read\n")
            assert run_as_others("app", "locked", *options) == (2, "fastapi-async-lint: error: locked: the folder cannot be read\n")
            code, err = run_as_others("locked/main.py", *options)
            assert (code, err) == (2, "fastapi-async-lint: error: locked/main.py: cannot be read: Permission denied\n")
        assert run_as_others(".")[0] == 1
        code, err = run_as_others("-v", "--cache-dir", "readonly", "app")
        folder = tmp_path / "readonly"
        assert code == 1
        assert f"\nnothing is remembered in {folder}: {folder} cannot be written\n" in err
    finally:
        (tmp_path / "locked").chmod(0o755)
        (tmp_path / "readonly").chmod(0o755)


def test_standard_input(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text stands for the named file, in the encoding that it declares."""
    text = "# coding: latin-1\nname = 'é'\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("latin-1"))))
    assert main(["-", "--stdin-filename", "app/main.py"]) == 0
    file = Path.cwd() / "app" / "main.py"
    assert list(engine.paths) == [file]
    assert engine.overlays == {file: text}


def test_standard_input_that_is_no_text(engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, exit code 2."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    assert main(["-"]) == 2
    assert "standard input is no Python text" in capsys.readouterr().err


# -------------------------------------------------------------------------------------------------------------- output


def test_programs_have_stdout_to_themselves(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """With JSON on stdout, what people are told goes to stderr."""
    engine.findings = (THROUGH_HELPER,)
    assert main(["--output-format", "json", "--statistics"]) == 1
    out, err = capsys.readouterr()
    assert len(json.loads(out)) == 1
    assert err.endswith(ONE)
    assert "FAL202 blocking-http-call" in err


def test_statistics(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """They stand between the findings and the summary."""
    assert main(["--statistics"]) == 0
    out = capsys.readouterr().out
    assert " 3  files checked, 120 lines\n" in out
    assert out.endswith("\nNo blocking calls found (3 files checked).\n")


def test_quiet(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings and nothing else."""
    assert main(["-q"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", formats())
def test_output_file(engine: Engine, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """The file has what stdout would have had, and the summary still tells how it went; nothing else is left in the folder."""
    engine.findings = (THROUGH_HELPER,)
    assert main(["-q", "--output-format", name]) == 1
    expected = capsys.readouterr().out
    assert main(["--output-format", name, "--output-file", "report.txt"]) == 1
    assert capsys.readouterr().out == ONE
    assert Path("report.txt").read_text() == expected
    assert [path.name for path in Path().iterdir()] == ["report.txt"]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], False),
        (["--output-format", "json"], True),
        (["--output-format", "sarif:out.sarif"], True),
        (["--output-format", "html"], False),
    ],
)
def test_edits_are_worked_out_if_a_report_shows_them(engine: Engine, arguments: list[str], wanted: bool) -> None:
    """They cost time: each plan is tried."""
    assert main(arguments) == 0
    assert engine.wants_edits is wanted


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file stays as it was, and no half of a new one is left."""
    target = tmp_path / "report.txt"
    target.write_text("old")

    def full(_: Path, __: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(click.ClickException, match=r"report\.txt cannot be written: No space left on device"):
        write_file(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_report_keeps_its_files_mode_and_link(tmp_path: Path) -> None:
    """What is replaced is the content."""
    target, link = tmp_path / "report.txt", tmp_path / "latest.txt"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_file(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_report_can_go_to_a_device() -> None:
    """What is no regular file is written to, not replaced."""
    write_file(Path(os.devnull), "text")
    assert not Path(os.devnull).is_file()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_permission(engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The error comes before the work."""
    engine.error = AssertionError("checked")
    tmp_path.chmod(0o500)
    assert main(["--output-file", "report.txt"]) == 2
    assert "no permission" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "0"}, False), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour(
    engine: Engine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    coloured: bool,
) -> None:
    """A stream that is no terminal has none unless it is forced; NO_COLOR wins."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    engine.findings = (THROUGH_HELPER,)
    main([])
    assert ("\x1b[" in capsys.readouterr().out) is coloured


def test_a_terminal_has_colour_unless_it_is_dumb(
    engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """TERM=dumb is what editors' consoles say."""
    engine.findings = (THROUGH_HELPER,)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    main([])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    main([])
    assert "\x1b[" not in capsys.readouterr().out


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    """`fastapi-async-lint | head` says nothing on stderr."""
    write_project(tmp_path, {"main.py": SLEEPS})
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [sys.executable, "-m", "fastapi_async_lint", "main.py"],
        cwd=tmp_path,
        env=MAIN_ENVIRONMENT,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    """Findings that could not be written are not findings shown."""
    write_project(tmp_path, {"main.py": SLEEPS})
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "fastapi_async_lint"],
            cwd=tmp_path,
            env=MAIN_ENVIRONMENT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert process.returncode == 2
    assert process.stderr == "fastapi-async-lint: error: the output cannot be written: No space left on device\n"


def test_what_a_stream_cannot_encode_is_escaped(tmp_path: Path) -> None:
    """A path or a source line in another alphabet does not end the run."""
    write_project(tmp_path, {"main.py": SLEEPS.replace("sleep(1)", "sleep(1)  # 値")})
    process = subprocess.run(
        [sys.executable, "-m", "fastapi_async_lint"],
        cwd=tmp_path,
        env={**MAIN_ENVIRONMENT, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert "\\u5024" in process.stdout


# ------------------------------------------------------------------------------------------------------- other commands


def test_rules(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each: codes, name, summary."""
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("FAL101 FAL201  blocking-sleep ")
    assert next(line for line in lines if line.startswith("FAL140")).endswith("(off unless selected by code or name)")
    assert len(lines) == len(all_rules())


@pytest.mark.parametrize("word", ["FAL103", "fal203", "blocking-database-call"])
def test_explain(capsys: pytest.CaptureFixture[str], word: str) -> None:
    """A rule's documentation, by either code or by name."""
    assert main(["explain", word]) == 0
    out = capsys.readouterr().out
    assert out.startswith("FAL103, FAL203 blocking-database-call\n")
    assert "## Instead" in out


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("FAL1O1", "FAL101"),
        ("fall0l", "FAL101"),
        ("FAL1I0", "FAL110"),
        ("FLA103", "FAL103"),
        ("blocking-slep", "blocking-sleep"),
    ],
)
def test_explain_an_unknown_rule(capsys: pytest.CaptureFixture[str], word: str, near: str) -> None:
    """The nearest one is named: letters that look like digits are meant as these."""
    assert main(["explain", word]) == 2
    err = capsys.readouterr().err
    assert f"unknown rule {word!r}; did you mean {near}?" in err


# ---------------------------------------------------------------------------------------------------------- whole runs


def test_a_project_from_end_to_end(tmp_path: Path) -> None:
    """The command finds what blocks, says so, and exits with 1."""
    process = run("--output-format", "concise", cwd=write_project(tmp_path, {"main.py": SLEEPS}))
    assert process.returncode == 1
    assert process.stdout.startswith("main.py:10:5: FAL101 [blocking-sleep] ")
    assert process.stdout.endswith("\nFound 1 blocking call in 1 file (1 file checked).\n1 fixable with --fix.\n")
    assert process.stderr == ""


def test_standard_input_from_end_to_end(tmp_path: Path) -> None:
    """What stands on disk under the name does not count."""
    write_project(tmp_path, {"main.py": "x = 1\n"})
    process = run(
        "--output-format",
        "json",
        "-q",
        "--stdin-filename",
        "main.py",
        "-",
        cwd=tmp_path,
        standard_input="import time\nasync def f():\n    time.sleep(1)\n",
    )
    assert process.returncode == 1
    (one,) = json.loads(process.stdout)
    assert (one["code"], one["filename"], one["location"]) == ("FAL101", str(tmp_path / "main.py"), {"row": 3, "column": 5})


def test_a_missing_path(tmp_path: Path) -> None:
    """It is named."""
    process = run("nowhere.py", cwd=tmp_path)
    assert process.returncode == 2
    assert process.stdout == ""
    assert "nowhere.py" in process.stderr
    assert process.stderr.count("\n") == 1


def test_an_unknown_rule(tmp_path: Path) -> None:
    """It is named, with the nearest known one."""
    process = run("--select", "FLA103", cwd=tmp_path)
    assert process.returncode == 2
    assert "FLA103" in process.stderr
    assert "FAL103" in process.stderr
    assert process.stderr.count("\n") == 1


def test_the_format_comes_from_the_project(tmp_path: Path) -> None:
    """Each format of the settings file is one that exists."""
    write_project(tmp_path, {"main.py": SLEEPS, "pyproject.toml": '[tool.fastapi-async-lint]\noutput-format = "json"\n'})
    assert len(json.loads(run(cwd=tmp_path).stdout)) == 1


def test_the_settings_know_every_output_format() -> None:
    """A format is one file; the settings, which stand below the reports, repeat the names."""
    assert formats() == OUTPUT_FORMATS
