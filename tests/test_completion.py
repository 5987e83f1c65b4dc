"""Completion: real shells are told the words of the documentation, get a line to complete, and show what they offer at its end."""

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from fastapi_async_lint.cli.completion import SHELLS
from tests.test_cli import MAIN_ENVIRONMENT

PROGRAM = "fastapi-async-lint"
VARIABLE = "_FASTAPI_ASYNC_LINT_COMPLETE"
COMPLETES_FROM = (4, 4)
"""The version of bash that the script asks for."""
PATIENCE = 60
"""Seconds until a shell that does not answer is a failure."""

LINES: dict[str, tuple[list[str], list[str]]] = {
    "": (["check", "explain", "rules", "app"], ["FAL101"]),
    "ex": (["explain"], ["check"]),
    "ap": (["app"], ["check"]),
    "ru": (["rules", "runner"], ["app"]),
    "--out": (["--output-format", "--output-file"], ["--select"]),
    "--vers": (["--version"], []),
    "check --sel": (["--select"], ["--output-format"]),
    "check a": (["a.py", "app"], ["runner"]),
    "--fix a": (["a.py", "app"], ["runner"]),
    "-q a": (["a.py", "app"], ["check"]),
    "app a": (["a.py", "app"], ["runner"]),
    "-- a": (["a.py", "app"], ["runner"]),
    "app/": (["app/main.py"], ["a.py"]),
    "--add-noqa a": (["a.py", "app"], ["runner"]),
    "--select FAL10": (["FAL101", "FAL109"], ["FAL201", "check", "app"]),
    "--select fal1": (["FAL101", "FAL110"], ["FAL201"]),
    "--select FAL101,FAL20": (["FAL101,FAL201", "FAL101,FAL209"], ["FAL201", "FAL101"]),
    "--select=FAL101,FAL90": (["--select=FAL101,FAL901", "--select=FAL101,FAL902"], ["FAL901", "--select=FAL901"]),
    "app --select blocking-s": (["blocking-sleep"], ["blocking-wait"]),
    "--output-format js": (["json", "jsonl"], ["sarif", "app"]),
    "--output-format=js": (["--output-format=json", "--output-format=jsonl"], ["--output-format=sarif", "json"]),
    "--output-format json:a": (["json:a.py", "json:app"], ["a.py", "json:runner"]),
    "--output-format=json:a": (["--output-format=json:a.py", "--output-format=json:app"], ["a.py", "json:a.py"]),
    "--output-format=json:": (["--output-format=json:a.py", "--output-format=json:app"], []),
    "--output-file=a": (["--output-file=a.py", "--output-file=app"], ["a.py"]),
    "--output-file a": (["a.py", "app"], ["--output-file=a.py"]),
    "--min-confidence ": (["certain", "likely"], ["app"]),
    "catalogue redi": (["redis"], ["requests"]),
    "explain FAL20": (["FAL201", "FAL202"], ["FAL101"]),
}
"""What is typed behind the program's name, what is then offered in its last word's place, and what is not."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with files, and beside it `bin` with the program in it."""
    project = tmp_path / "project"
    (project / "app").mkdir(parents=True)
    (project / "runner").mkdir()
    (project / "app" / "main.py").touch()
    (project / "a.py").touch()
    command = tmp_path / "bin" / PROGRAM
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m fastapi_async_lint "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return project


def environment_at(project: Path) -> dict[str, str]:
    """One with the program on its path, and without anybody's settings of shells."""
    path = f"{project.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**MAIN_ENVIRONMENT, "PATH": path, "HOME": str(project.parent), "TERM": "dumb", "PS1": "$ "}


# --------------------------------------------------------------------------------------------------------------- the shells


def in_bash(line: str, project: Path) -> list[str]:
    """What bash puts in when it is asked to insert all that it would offer. It replaces what stands behind the last `=` or `:`."""
    setup = 'bind "set enable-bracketed-paste off"; ' + f'eval "$({VARIABLE}=bash_source {PROGRAM})"'
    words = typed(["bash", "--norc", "--noprofile", "-i"], setup, line, "\x1b*", project)
    last = line.rpartition(" ")[2]
    before = last[: max(last.rfind("="), last.rfind(":")) + 1]
    return [word if word.startswith(before) else before + word for word in words]


def in_zsh(line: str, project: Path) -> list[str]:
    """What zsh puts in when it is asked to insert all that it would offer."""
    setup = "; ".join(
        [
            "unsetopt zle_bracketed_paste",
            "autoload -Uz compinit",
            "compinit -u -D",
            "zle -C all-matches complete-word _generic",
            "bindkey '^Xa' all-matches",
            "zstyle ':completion:all-matches:*' completer _all_matches _complete",
            "zstyle ':completion:all-matches:*' insert true",
            f'eval "$({VARIABLE}=zsh_source {PROGRAM})"',
        ]
    )
    return typed(["zsh", "-f", "-i"], setup, line, "\x18a", project)


def in_fish(line: str, project: Path) -> list[str]:
    """What fish says that it would offer."""
    script = f"{VARIABLE}=fish_source {PROGRAM} | source; complete --do-complete {shlex.quote(f'{PROGRAM} {line}')}"
    process = subprocess.run(
        ["fish", "--no-config", "-c", script], cwd=project, env=environment_at(project), capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stderr) == (0, "")
    return [offer.partition("\t")[0].removesuffix("/") for offer in process.stdout.splitlines()]


def typed(shell: list[str], setup: str, line: str, keys: str, project: Path) -> list[str]:
    """Say `setup` to a shell that somebody types to, then type the line and the keys: what stands in its last word's place."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (50, 2000))
    started = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", started, *shell],
        cwd=project,
        env=environment_at(project),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    try:
        os.write(leader, f"{setup}; echo REA''DY\n".encode())
        heard(leader, "READY\r\n")
        os.write(leader, f"{PROGRAM} {line}{keys}\x01printf '<%s>\\n' \x05 'THE END'\n".encode())
        shown = heard(leader, "<THE END>\r\n")
    finally:
        process.kill()
        process.wait()
        os.close(leader)
    words = re.findall(r"^<(.*)>\r$", shown, re.MULTILINE)
    assert (words[0], words[-1]) == (PROGRAM, "THE END")
    before = line.split(" ")[:-1]
    assert words[1 : len(before) + 1] == before
    return words[len(before) + 1 : -1]


def heard(leader: int, end: str) -> str:
    """What the terminal shows up to `end`."""
    shown = b""
    deadline = time.monotonic() + PATIENCE
    while end.encode() not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([leader], [], [], 0.1)[0]:
            shown += os.read(leader, 65536)
    return shown.decode()


def bash_version() -> tuple[int, ...]:
    """That of the shell on the path; empty if there is none."""
    if shutil.which("bash") is None:
        return ()
    shown = subprocess.run(
        ["bash", "-c", "echo ${BASH_VERSINFO[0]} ${BASH_VERSINFO[1]}"], capture_output=True, check=True, text=True
    ).stdout
    return tuple(map(int, shown.split()))


INSTALLED = [
    pytest.param(
        in_bash, id="bash", marks=pytest.mark.skipif(bash_version() < COMPLETES_FROM, reason="bash 4.4 or later is not installed")
    ),
    pytest.param(in_zsh, id="zsh", marks=pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")),
    pytest.param(in_fish, id="fish", marks=pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")),
]


# ---------------------------------------------------------------------------------------------------------------- the tests


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("shell", INSTALLED)
def test_a_real_shell(shell: Callable[[str, Path], list[str]], line: str, project: Path) -> None:
    """Commands, options and files as the first word, files as any later one; codes, names, formats and files as values."""
    offered, silent = LINES[line]
    found = set(shell(line, project))
    assert set(offered) <= found
    assert not set(silent) & found


@pytest.mark.parametrize("shell", INSTALLED)
def test_names_with_blanks(shell: Callable[[str, Path], list[str]], project: Path) -> None:
    """They are one word, behind a format, too."""
    (project / "old code.py").touch()
    assert shell("check ol", project) == ["old code.py"]
    assert shell("--output-format json:ol", project) == ["json:old code.py"]


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_every_shell_is_told_how(shell: type[ShellComplete]) -> None:
    """The script names the program and the variable by which it is asked."""
    environment = {**MAIN_ENVIRONMENT, VARIABLE: f"{shell.name}_source"}
    process = subprocess.run([sys.executable, "-m", "fastapi_async_lint"], env=environment, capture_output=True, text=True, check=True)
    assert f"{VARIABLE}={shell.name}_complete" in process.stdout
    assert f"_fastapi_async_lint_completion {PROGRAM}" in process.stdout or f"--command {PROGRAM}" in process.stdout
