"""What Python programs may rely on, and what it costs to import it."""

import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import fields
from pathlib import Path

import pytest

import fastapi_async_lint
from fastapi_async_lint import Finding, PathError, Report, Settings, SettingsError, Statistics, Step, api, check, load_settings
from tests.support import write_project
from tools.docs import DOCS

BLOCKS = "import time\n\ndef pause():\n    time.sleep(1)\n\nasync def main():\n    pause()\n"
SOURCE = Path(fastapi_async_lint.__file__).parent.parent
TYPED = """
from pathlib import Path

import fastapi_async_lint
from fastapi_async_lint import Confidence, Finding, Report, Settings, check, load_settings

report: Report = check(["a.py", Path("b.py")], Settings(root=Path.cwd()), texts={"a.py": ""})
found: tuple[Finding, ...] = fastapi_async_lint.check().findings
likely: list[str] = [finding.message for finding in found if finding.confidence is Confidence.LIKELY]
reveal_type(report.statistics.files)
reveal_type(load_settings(isolated=True))
check(1)
Settings()
found.append(1)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project as working folder whose settings keep facts nowhere."""
    monkeypatch.chdir(tmp_path)
    settings = "[tool.fastapi-async-lint]\nuse-cache = false\njobs = 1\n"
    return write_project(tmp_path, {"pyproject.toml": settings, "src/app.py": BLOCKS})


def test_a_check(project: Path) -> None:
    """Of the working folder under the project's settings, if nothing else is said."""
    (finding,) = check().findings
    assert (finding.path, finding.span.row, finding.code) == (project.resolve() / "src" / "app.py", 7, "FAL201")
    assert [step.function for step in finding.chain] == ["src.app.main", "src.app.pause"]
    assert check(["src"]).findings == check([project / "src" / "app.py"], load_settings()).findings == (finding,)
    assert not check(settings=load_settings(ignore=["FAL2"])).findings


def test_settings_of_ones_own(project: Path) -> None:
    """`root` is all that they need."""
    assert len(check(["src"], Settings(root=project, use_cache=False, jobs=1)).findings) == 1
    assert not check(["src"], Settings(root=project, select=("FAL1",), use_cache=False, jobs=1)).findings
    assert not (project / ".fastapi_async_lint_cache").exists()


def test_texts_count_instead_of_the_disk(project: Path) -> None:
    """By paths as they are typed."""
    assert not check(texts={"src/app.py": "x = 1\n"}).findings
    assert len(check(texts={"src/new.py": BLOCKS}).findings) == 2


def test_errors(project: Path) -> None:
    """One line each; a path alone is no list of paths."""
    with pytest.raises(PathError, match="scr"):
        check(["scr"])
    with pytest.raises(SettingsError, match=r"^argument min_confidence: expected one of likely, certain, found \"sure\"$"):
        load_settings(min_confidence="sure")
    with pytest.raises(SettingsError, match=r"^argument selct: unknown argument; did you mean select\?$"):
        load_settings(["."], selct=["FAL1"])
    with pytest.raises(SettingsError, match=r"^argument per_file_ignore: unknown argument; did you mean per_file_ignores\?$"):
        load_settings(per_file_ignore={})
    with pytest.raises(SettingsError, match=r"^argument src\[0\]: expected a folder, found nothing at .*nosuch$"):
        load_settings(src=["nosuch"])
    with pytest.raises(SettingsError, match=r"^argument isolated: settings come from no file; config x\.toml was not expected with it$"):
        load_settings(config="x.toml", isolated=True)
    with pytest.raises(SettingsError, match=r"^min_confidence: expected one of likely, certain, found \"x\"$"):
        check(["src"], Settings(root=project, min_confidence="x"))
    with pytest.raises(SettingsError, match="FAL999"):
        check(settings=load_settings(select=["FAL999"]))
    with pytest.raises(SettingsError, match="there_is_none"):
        load_settings(config="there_is_none.toml")
    with pytest.raises(TypeError, match="'src'"):
        check("src")


def test_the_document_runs(project: Path) -> None:
    """Its program prints what it finds."""
    (program,) = re.findall(r"^```python\n(.*?)^```$", (DOCS / "api.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(program, "api.md", "exec"), {})
    assert printed.getvalue() == "src/app.py:7 FAL201 time.sleep certain\n  via src.app.pause 4\n1 files, 0 suppressed\n"


def test_the_document_names_everything() -> None:
    """Each public name."""
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    assert not [name for name in api.__all__ if not re.search(rf"\b{name}\b", text)]


@pytest.mark.parametrize("kind", [Report, Finding, Statistics, Step])
def test_the_document_has_every_field(kind: type) -> None:
    """In the table of that name; those of a step stand where a finding's chain is told."""
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    table = text.partition(f"\n| `{(Finding if kind is Step else kind).__name__}` | |\n")[2].partition("\n\n")[0]
    rows = [row for row in table.splitlines() if kind is not Step or row.startswith("| `chain`")]
    told = rows if kind is Step else [row.split("|")[1] for row in rows]
    assert not [field.name for field in fields(kind) if not any(f"`{field.name}`" in row for row in told)]


def test_the_package_has_the_same_names() -> None:
    """As attributes, in `dir`, and for `import *`; no others."""
    assert {*fastapi_async_lint.__all__} == {*api.__all__, "__version__"}
    assert {*api.__all__} <= {*dir(fastapi_async_lint)}
    assert all(getattr(fastapi_async_lint, name) is getattr(api, name) for name in api.__all__)
    with pytest.raises(AttributeError, match="module 'fastapi_async_lint' has no attribute 'chekc'"):
        fastapi_async_lint.chekc  # noqa: B018  what is asked for is the error


def test_importing_the_package_imports_nothing_else() -> None:
    """Not even the linter, until it is used."""
    code = "import sys, fastapi_async_lint; print(sorted(name for name in sys.modules if 'fastapi_async_lint' in name or name == 'libcst'))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "['fastapi_async_lint']\n"


@pytest.mark.slow
def test_its_users_are_type_checked(tmp_path: Path) -> None:
    """The installed package says that it is typed, and mypy --strict knows its types."""
    (tmp_path / "program.py").write_text(TYPED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path / "cache"), "program.py"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name not in {"MYPYPATH", "PYTHONPATH"}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line.partition(":")[2] for line in done.stdout.splitlines()[:-1]] == [
        '10: note: Revealed type is "int"',
        '11: note: Revealed type is "fastapi_async_lint.settings.model.Settings"',
        '12: error: Argument 1 to "check" has incompatible type "int"; expected "Iterable[str | PathLike[str]]"  [arg-type]',
        '13: error: Missing named argument "root" for "Settings"  [call-arg]',
        '14: error: "tuple[Finding, ...]" has no attribute "append"  [attr-defined]',
    ]
