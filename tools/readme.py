"""Puts the linter's real output into README.md and docs/output.md.

    python tools/readme.py

Behind every line `<!-- output: ARGUMENTS -->` stands what `fastapi-async-lint ARGUMENTS` prints in the project's folder, as a code block.
`<!-- output: ARGUMENTS | runs 0 results -->` shows only that part of what is JSON. The project's own path is shown as `/project`.
A test holds the documents against this.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCUMENTS = (README, ROOT / "docs" / "output.md")
_BLOCK = re.compile(r"^(<!-- output: ([^\n]+) -->\n)(?:\n```console\n.*?\n```\n)?", re.DOTALL | re.MULTILINE)


def output(arguments: str) -> str:
    """What the command prints, on a terminal or not, under no settings but its defaults."""
    command = [sys.executable, "-m", "fastapi_async_lint", *shlex.split(arguments), "--isolated", "--no-cache"]
    environment = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "COLUMNS"}}
    environment["PYTHONPATH"] = str(ROOT / "src")
    process = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if process.returncode not in {0, 1}:
        raise SystemExit(process.stderr)
    return process.stdout.replace(str(ROOT), "/project")


def part(text: str, keys: str) -> str:
    """What stands in a JSON text under these keys and numbers."""
    value = json.loads(text)
    for key in keys.split():
        value = value[int(key) if isinstance(value, list) else key]
    return json.dumps(value, indent=2) + "\n"


def updated(text: str) -> str:
    """The text with every output as it is now."""

    def block(match: re.Match[str]) -> str:
        arguments, _, keys = match[2].partition(" | ")
        text = part(output(arguments), keys) if keys else output(arguments)
        return f"{match[1]}\n```console\n$ fastapi-async-lint {arguments.removeprefix('check ')}\n{text}```\n"

    return _BLOCK.sub(block, text)


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(updated(document.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
