from fastapi_async_lint.reports import formats
from tests.test_cli import run
from tools.readme import README, ROOT, updated

TEXT = README.read_text(encoding="utf-8")


def test_the_output_in_the_readme_is_real() -> None:
    """`python tools/readme.py` would change nothing."""
    assert TEXT.count("<!-- output: ") == 2
    assert updated(TEXT) == TEXT


def test_every_option_is_in_the_readme() -> None:
    """The options of --help and the output formats."""
    shown = run("--help", cwd=ROOT).stdout
    options = {word.rstrip(",") for line in shown.splitlines() for word in line.split() if line.startswith("  -") and word.startswith("--")}
    assert options
    assert {option for option in options if option not in TEXT} <= {"--help", "--version", "--quiet", "--verbose", "--respect-gitignore"}
    for name in formats():
        assert name in TEXT
