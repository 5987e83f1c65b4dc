import re
from pathlib import Path

import pytest

from fastapi_async_lint.reports import formats
from tests.test_cli import run
from tools.readme import DOCUMENTS, README, ROOT, updated

TEXT = README.read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_the_output_in_the_documents_is_real(document: Path) -> None:
    """`python tools/readme.py` would change nothing."""
    text = document.read_text(encoding="utf-8")
    assert text.count("<!-- output: ") >= 2
    assert updated(text) == text


def test_every_format_is_shown() -> None:
    """With its output; the page, which is long, with its command."""
    text = (ROOT / "docs" / "output.md").read_text(encoding="utf-8")
    assert re.findall(r"^## ([a-z]+)$", text, re.MULTILINE) == sorted(formats(), key=lambda name: text.index(f"\n## {name}\n"))
    for name in formats():
        section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert f"--output-format {name}" in section
        assert ("<!-- output: " in section) is (name != "html")


def test_every_option_is_in_the_readme() -> None:
    """The options of --help and the output formats."""
    shown = run("--help", cwd=ROOT).stdout
    options = {word.rstrip(",") for line in shown.splitlines() for word in line.split() if line.startswith("  -") and word.startswith("--")}
    assert options
    assert {option for option in options if option not in TEXT} <= {
        "--help",
        "--version",
        "--quiet",
        "--verbose",
        "--[no-]respect-gitignore",
    }
    for name in formats():
        assert name in TEXT
