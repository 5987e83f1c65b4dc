"""Completion: what shells are told, and a real bash that is told it."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import MAIN_ENVIRONMENT

PROGRAM = "fastapi-async-lint"
VARIABLE = "_FASTAPI_ASYNC_LINT_COMPLETE"
BASH = shutil.which("bash")
COMPLETES_FROM = (4, 4)
"""The version of bash that the script asks for."""


def _bash_version() -> tuple[int, ...]:
    if BASH is None:
        return ()
    shown = subprocess.run([BASH, "-c", "echo ${BASH_VERSINFO[0]} ${BASH_VERSINFO[1]}"], capture_output=True, check=True, text=True).stdout
    return tuple(map(int, shown.split()))


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder for PATH with the program in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / PROGRAM
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m fastapi_async_lint "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return folder


def in_bash(line: str, commands: Path, cwd: Path) -> list[str]:
    """What bash would offer at the end of the line, after the words of the documentation were said to it."""
    assert BASH is not None
    words = line.split(" ")
    script = "\n".join(
        [
            f'eval "$({VARIABLE}=bash_source {PROGRAM})"',
            "compopt() { :; }",  # outside of a completion it is an error
            f"COMP_WORDS=({' '.join(map(shlex.quote, words))})",
            f"COMP_CWORD={len(words) - 1}",
            f'"$(complete -p {PROGRAM} | sed "s/.*-F \\([^ ]*\\).*/\\1/")" {PROGRAM}',
            'printf "%s\\n" "${COMPREPLY[@]}"',
        ]
    )
    environment = {**MAIN_ENVIRONMENT, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    process = subprocess.run([BASH, "--norc", "-c", script], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert (process.returncode, process.stderr) == (0, "")
    return process.stdout.split()


@pytest.mark.skipif(_bash_version() < COMPLETES_FROM, reason=f"bash {'.'.join(map(str, COMPLETES_FROM))} or later is needed for completion")
@pytest.mark.parametrize(
    ("line", "offered", "silent"),
    [
        (f"{PROGRAM} ", ["check", "explain", "rules"], ["FAL101"]),
        (f"{PROGRAM} ex", ["explain"], ["check"]),
        (f"{PROGRAM} --out", ["--output-format", "--output-file"], ["--select"]),
        (f"{PROGRAM} --vers", ["--version"], []),
        (f"{PROGRAM} check --sel", ["--select"], ["--output-format"]),
        (f"{PROGRAM} --select FAL10", ["FAL101", "FAL110"][:1], ["FAL201", "check"]),
        (f"{PROGRAM} --select fal1", ["FAL101", "FAL110"], ["FAL201"]),
        (f"{PROGRAM} --ignore FAL101,FAL90", ["FAL101,FAL901"], ["FAL901"]),
        (f"{PROGRAM} app --select blocking-s", ["blocking-sleep"], ["blocking-wait"]),
        (f"{PROGRAM} --output-format js", ["json", "jsonl"], ["sarif"]),
        (f"{PROGRAM} --min-confidence ", ["certain", "likely"], []),
        (f"{PROGRAM} catalogue redi", ["redis"], ["requests"]),
        (f"{PROGRAM} explain FAL20", ["FAL201", "FAL202"], ["FAL101"]),
    ],
)
def test_a_real_bash(tmp_path: Path, commands: Path, line: str, offered: list[str], silent: list[str]) -> None:
    """Commands and options as the first word, with the default command left out or named; codes, names and formats as values."""
    found = in_bash(line, commands, tmp_path)
    assert set(offered) <= set(found)
    assert not set(silent) & set(found)


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete -o nosort"), ("zsh", "#compdef fastapi-async-lint"), ("fish", "complete --no-files")]
)
def test_every_shell_is_told_how(shell: str, word: str) -> None:
    """The script names the program and the variable by which it is asked."""
    environment = {**MAIN_ENVIRONMENT, VARIABLE: f"{shell}_source"}
    process = subprocess.run([sys.executable, "-m", "fastapi_async_lint"], env=environment, capture_output=True, text=True, check=True)
    assert word in process.stdout
    assert f"{VARIABLE}={shell}_complete" in process.stdout
