"""Where reports go and how they look there: files, pipes, and real terminals."""

import io
import json
import os
import pty
import re
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fastapi_async_lint.cli import main, output
from fastapi_async_lint.cli.output import Meter, wants_links
from tests.support import write_project
from tests.test_cli import MAIN_ENVIRONMENT, SLEEPS

QUIET_ENVIRONMENT = {
    name: value
    for name, value in MAIN_ENVIRONMENT.items()
    if name
    not in {"CI", "COLUMNS", "FORCE_COLOR", "FORCE_HYPERLINK", "NO_COLOR", "STY", "TERM_PROGRAM", "TMUX", "VTE_VERSION", "WT_SESSION"}
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one blocking call, which is the working folder."""
    monkeypatch.chdir(write_project(tmp_path, {"main.py": SLEEPS}))
    for name in ("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


# ------------------------------------------------------------------------------------------------------------ destinations


def test_several_reports_at_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those with a file go there; standard output has what it would have without them."""
    assert main(["--isolated", "--no-cache"]) == 1
    alone = capsys.readouterr().out
    assert main(["--isolated", "--no-cache", "--output-format", "sarif:report.sarif", "--output-format", "json:out.json"]) == 1
    assert capsys.readouterr().out == alone
    assert json.loads(Path("report.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "FAL101"
    assert json.loads(Path("out.json").read_text())[0]["code"] == "FAL101"


def test_one_report_is_standard_outputs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The one without a file; --output-file gives it one."""
    arguments = ["--isolated", "--no-cache", "--output-format", "json", "--output-format", "concise:out.txt"]
    assert main(arguments) == 1
    assert len(json.loads(capsys.readouterr().out)) == 1
    assert main([*arguments, "--output-file", "out.json"]) == 1
    assert capsys.readouterr().out.startswith("Found 1 blocking call in 1 file (1 file checked).\n")
    assert len(json.loads(Path("out.json").read_text())) == 1
    assert Path("out.txt").read_text().startswith("main.py:10:5: FAL101 ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--output-format", "json", "--output-format", "sarif"], ["--output-format", "json and sarif", "sarif:FILE"]),
        (["--output-format", "sarf:report"], ["'sarf'", "did you mean 'sarif'?"]),
        (["--output-format", "sarif:"], ["'sarif:'", "sarif:FILE was expected"]),
        (["--output-format", "sarif:missing/report"], ["--output-format missing/report", "no folder missing"]),
        (["--output-format", "sarif:."], ["--output-format .", "a file was expected"]),
        (["--output-format", "sarif:a", "--output-format", "json:./a"], ["two reports cannot both go to", "/a"]),
        (["--output-format", "sarif:a", "--output-file", "a"], ["two reports cannot both go to", "/a"]),
    ],
)
def test_reports_that_cannot_go_anywhere(project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: list[str]) -> None:
    """One line that names the option, before anything is checked."""
    assert main(["--isolated", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    for word in words:
        assert word in err
    assert [path.name for path in Path().iterdir()] == ["main.py"]


def test_the_same_format_twice_is_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts add options to options."""
    assert main(["--isolated", "--no-cache", "-q", "--output-format", "jsonl", "--output-format", "jsonl"]) == 1
    assert capsys.readouterr().out.count("\n") == 1


def test_suppressed_findings_are_reported_if_asked_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In SARIF, and only as what they are: the run is clean."""
    write_project(project, {"main.py": SLEEPS.replace("sleep(1)", "sleep(1)  # noqa: FAL101")})
    arguments = ["--isolated", "--no-cache", "-q", "--output-format", "sarif"]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []
    assert main([*arguments, "--report-suppressed"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "inSource"}]


def test_verbose_shows_every_steps_source(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In place of the table of the chain."""
    text = "import time\n\ndef wait() -> None:\n    time.sleep(1)\n\nasync def load() -> None:\n    wait()\n"
    write_project(project, {"main.py": text})
    assert main(["--isolated", "--no-cache"]) == 1
    assert "= chain: load calls wait()" in capsys.readouterr().out
    assert main(["--isolated", "--no-cache", "-v"]) == 1
    out = capsys.readouterr().out
    assert "::: main.py:4:5 wait calls time.sleep(...)" in out
    assert "4 |     time.sleep(1)" in out
    assert "= chain" not in out


# --------------------------------------------------------------------------------------------------------------- terminals


def on_a_terminal(*arguments: str, cwd: Path, variables: Mapping[str, str], columns: int = 100) -> tuple[int, str]:
    """Exit code and all output of the command line as a process whose only streams are a real terminal."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (40, columns))
    process = subprocess.Popen(
        [sys.executable, "-m", "fastapi_async_lint", "--isolated", "--no-cache", *arguments],
        cwd=cwd,
        env={**QUIET_ENVIRONMENT, **variables},
        stdin=follower,
        stdout=follower,
        stderr=follower,
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # Linux ends a terminal whose last process has gone with an error
            break
        if not piece:
            break
        shown += piece
    os.close(leader)
    return process.wait(), shown.decode().replace("\r\n", "\n")


def test_a_terminal_has_colours_and_its_own_width(project: Path) -> None:
    """What is long is wrapped at its edge; quick runs show no progress."""
    code, shown = on_a_terminal(cwd=project, variables={"TERM": "xterm-256color"}, columns=60)
    assert code == 1
    assert shown.startswith("\x1b[1;31mFAL101\x1b[0m [blocking-sleep] ")
    notes = shown.partition("\x1b[1;34m=\x1b[0m")[2]
    assert max(len(re.sub(r"\x1b\[[\d;]*m", "", line)) for line in notes.split("\n")) <= 60
    assert "\r" not in shown
    assert "\x1b]8" not in shown


@pytest.mark.parametrize(
    ("variables", "coloured", "linked"),
    [
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, True, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "5000"}, True, False),
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "xterm-kitty", "TMUX": "socket,1,0"}, True, False),
        ({"TERM": "xterm-kitty", "CI": "true"}, True, False),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, False, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, True, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_HYPERLINK": "1"}, False, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, True, False),
    ],
)
def test_colours_and_links_are_what_the_terminal_can_do(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool, linked: bool
) -> None:
    """A link where it is known to be opened; the variables that others respect decide."""
    for name in MAIN_ENVIRONMENT.keys() - QUIET_ENVIRONMENT.keys():
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    leader, follower = pty.openpty()
    with os.fdopen(follower, "w") as terminal:
        assert output.wants_colour(terminal) is coloured
        assert wants_links(terminal) is linked
    os.close(leader)


def test_a_pipe_has_no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever terminal is behind it, unless they are forced."""
    monkeypatch.setenv("TERM", "xterm-kitty")
    monkeypatch.delenv("FORCE_HYPERLINK", raising=False)
    assert not wants_links(io.StringIO())
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    assert wants_links(io.StringIO())


def test_links_on_a_terminal(project: Path) -> None:
    """The code leads to its rule's page, the place to its file."""
    _, shown = on_a_terminal(cwd=project, variables={"TERM": "xterm-kitty", "NO_COLOR": ""})
    pages = re.findall(r"\x1b\]8;;([^\x1b]+)\x1b\\", shown)
    assert pages == [
        "https://fastapi-async-lint.readthedocs.io/en/stable/rules/FAL101-blocking-sleep/",
        (project / "main.py").as_uri(),
    ]


# ---------------------------------------------------------------------------------------------------------------- progress


class Terminal(io.StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def work(meter: Meter) -> None:
    """Three files are read, then something takes time."""
    for done in (1, 2, 3):
        meter(done, 3)


def fail(terminal: Terminal) -> None:
    """The work ends in an error."""
    with Meter(terminal) as meter:
        meter(1, 3)
        raise ZeroDivisionError


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is shown at once, and every time, by a terminal that can wipe."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(output, "PATIENCE", 0.0)
    monkeypatch.setattr(output, "REFRESH", 0.0)


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it holds; a quarter of a minute is a failure."""
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_progress_shows_reading_and_analysing(impatient: None) -> None:
    """Each in place of what stood there, and the line is wiped in the end, an error's too."""
    terminal = Terminal()
    with Meter(terminal) as meter:
        work(meter)
        wait_for(lambda: "analysing" in terminal.getvalue())
    wipe = "\r\x1b[K"
    assert terminal.getvalue() == f"{wipe}reading: 33%{wipe}reading: 66%{wipe}analysing{wipe}"
    with pytest.raises(ZeroDivisionError):
        fail(terminal)
    assert terminal.getvalue().endswith(f"{wipe}reading: 33%{wipe}")


def test_a_quick_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing comes after its end."""
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with Meter(terminal) as meter:
        work(meter)
    assert terminal.getvalue() == ""
    assert meter._later is not None
    meter._later.join(timeout=15)
    meter._show("too late")
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("stream", "quiet", "terminal"), [(io.StringIO(), False, "xterm"), (Terminal(), True, "xterm"), (Terminal(), False, "dumb")]
)
def test_pipes_quiet_runs_and_dumb_terminals_show_nothing(
    impatient: None, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, quiet: bool, terminal: str
) -> None:
    """Logs and what cannot wipe a line are no place for what is overwritten."""
    monkeypatch.setenv("TERM", terminal)
    with Meter(stream, quiet=quiet) as meter:
        work(meter)
    assert stream.getvalue() == ""
