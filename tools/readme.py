"""Puts the linter's real output into README.md.

    python tools/readme.py

Behind every line `<!-- output: ARGUMENTS -->` stands what `fastapi-async-lint ARGUMENTS` prints in the project's folder, as a code block.
A test holds the README against this.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_BLOCK = re.compile(r"^(<!-- output: ([^\n]+) -->\n)(?:\n```console\n.*?\n```\n)?", re.DOTALL | re.MULTILINE)


def output(arguments: str) -> str:
    """What the command prints, on a terminal or not, under no settings but its defaults."""
    command = [sys.executable, "-m", "fastapi_async_lint", *shlex.split(arguments), "--isolated", "--no-cache"]
    environment = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "COLUMNS"}}
    environment["PYTHONPATH"] = str(ROOT / "src")
    process = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if process.returncode not in {0, 1}:
        raise SystemExit(process.stderr)
    return process.stdout


def updated(text: str) -> str:
    """The text with every output as it is now."""

    def block(match: re.Match[str]) -> str:
        shown = match[2].removeprefix("check ")
        return f"{match[1]}\n```console\n$ fastapi-async-lint {shown}\n{output(match[2])}```\n"

    return _BLOCK.sub(block, text)


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
