"""The engine on input that is wrong, empty or odd, and its promise never to run what it reads."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fastapi_async_lint import engine, settings
from fastapi_async_lint.settings import Settings, SettingsError
from fastapi_async_lint.sources import PathError
from tests.support import assert_project, check, own_settings, write_project

BLOCKS = """
import time

async def main():
    time.sleep(1)  # expect: FAL101
"""


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    """It names the path."""
    with pytest.raises(PathError, match="missing"):
        check(tmp_path / "missing")


def test_an_empty_project_has_an_empty_report(tmp_path: Path) -> None:
    """No files, no findings, no numbers."""
    report = check(tmp_path)
    assert not report.findings
    assert (report.statistics.files, report.statistics.lines, report.statistics.calls) == (0, 0, 0)


def test_empty_files_are_files(tmp_path: Path) -> None:
    """Nothing but white space, nothing but a comment, no line end."""
    report = check(write_project(tmp_path, {"a.py": "", "b.py": "\n\n", "c.py": "# only this"}))
    assert not report.findings
    assert report.statistics.files == 3


def test_bad_files_among_good_ones(tmp_path: Path) -> None:
    """Each is one FAL901; what stands in the others is found, also where they import from the bad ones."""
    write_project(
        tmp_path,
        {
            "good.py": "import time\nfrom bad import f\nfrom latin import g\n\nasync def main():\n    f()\n    g()\n    time.sleep(1)\n",
            "bad.py": "def f(:\n    pass\n",
            "deep.py": "x = " + "(" * 5_000 + ")" * 5_000 + "\n",
        },
    )
    (tmp_path / "latin.py").write_bytes(b"# caf\xe9\ndef g():\n    pass\n")
    (tmp_path / "null.py").write_bytes(b"x = 1\0\n")
    found = [(finding.path.name, finding.code, finding.span.row) for finding in check(tmp_path).findings]
    assert found == [
        ("bad.py", "FAL901", 1),
        ("deep.py", "FAL901", 1),
        ("good.py", "FAL101", 8),
        ("latin.py", "FAL901", 1),
        ("null.py", "FAL901", 1),
    ]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    """A folder that contains itself, a link to nowhere."""
    write_project(tmp_path, {"app/main.py": BLOCKS})
    (tmp_path / "app" / "again").symlink_to(tmp_path / "app", target_is_directory=True)
    (tmp_path / "app" / "nowhere.py").symlink_to(tmp_path / "nothing.py")
    assert [finding.code for finding in check(tmp_path).findings].count("FAL101") == 1


def test_unknown_settings_and_codes_are_errors(tmp_path: Path) -> None:
    """The message names the word and the nearest known one."""
    write_project(tmp_path, {"main.py": BLOCKS, "pyproject.toml": "[tool.fastapi-async-lint]\nselekt = ['FAL']\n"})
    with pytest.raises(SettingsError, match=r"selekt.*select"):
        check(tmp_path)
    write_project(tmp_path, {"pyproject.toml": '[tool.fastapi-async-lint]\nselect = ["FAL999"]\n'})
    with pytest.raises(SettingsError, match="FAL999"):
        check(tmp_path)


def test_a_catalogue_of_ones_own(tmp_path: Path) -> None:
    """Users' tables are merged with the shipped ones; a malformed one is an error that names the file."""
    files = {
        "main.py": """
        import warehouse

        async def main():
            warehouse.load()  # expect: FAL108 warehouse.load
        """,
        "pyproject.toml": """
        [[tool.fastapi-async-lint.catalogue.functions]]
        names = ["warehouse.load"]
        blocks = "certain"
        category = "service"
        """,
    }
    assert_project(tmp_path, files)
    write_project(tmp_path, {"pyproject.toml": '[[tool.fastapi-async-lint.catalogue.functions]]\nnames = ["a.b"]\nbloks = "certain"\n'})
    with pytest.raises(SettingsError, match=r"pyproject\.toml.*bloks"):
        check(tmp_path)


def test_overlays_count_instead_of_the_disk(tmp_path: Path) -> None:
    """For a file that exists and for one that does not yet; their texts are the report's texts."""
    write_project(tmp_path, {"main.py": "x = 1\n"})
    chosen = replace(settings.load([tmp_path], isolated=True, overrides={"jobs": 1, "use_cache": False}), root=tmp_path)
    overlays = {tmp_path / "main.py": BLOCKS, tmp_path / "new.py": BLOCKS}
    report = engine.check([tmp_path], chosen, overlays=overlays)
    assert [finding.path.name for finding in report.findings] == ["main.py", "new.py"]
    assert report.texts == overlays


def test_selection_confidence_and_comments_choose_what_is_kept(tmp_path: Path) -> None:
    """What a comment silences is counted; what is not selected is not."""
    write_project(tmp_path, {"main.py": BLOCKS + "\nasync def other():\n    time.sleep(2)  # noqa: FAL101\n    input()\n"})
    report = check(tmp_path, ignore=("FAL110",))
    assert [finding.code for finding in report.findings] == ["FAL101"]
    assert report.statistics.suppressed == 1
    text = "import time\n\ndef calm():\n    pass\n\nasync def main(flag):\n    f = time.sleep if flag else calm\n    f(1)\n"
    folder = write_project(tmp_path / "likely", {"main.py": text})
    assert [finding.confidence for finding in check(folder).findings] == ["likely"]
    assert not check(folder, min_confidence="certain").findings


def test_only_what_is_asked_for_is_reported(tmp_path: Path) -> None:
    """The rest is read: a chain may run through it. Progress is told for each text."""
    write_project(
        tmp_path,
        {
            "app/main.py": "from lib.tools import f\n\nasync def main():\n    f()\n",
            "lib/tools.py": "import time\n\ndef f():\n    time.sleep(1)\n\nasync def g():\n    f()\n",
        },
    )
    told: list[tuple[int, int]] = []
    chosen = Settings(root=tmp_path, use_cache=False, jobs=1)
    report = engine.check([tmp_path / "app"], chosen, progress=lambda done, of: told.append((done, of)))
    assert [(finding.path.name, finding.chain[-1].path.name) for finding in report.findings] == [("main.py", "tools.py")]
    assert told == [(1, 2), (2, 2)]
    assert engine.files([tmp_path / "app"], chosen) == (tmp_path / "app" / "main.py",)


def test_the_recursion_limit_is_as_it_was(tmp_path: Path) -> None:
    """Also after an error."""
    before = sys.getrecursionlimit()
    check(write_project(tmp_path, {"main.py": BLOCKS}))
    with pytest.raises(PathError):
        check(tmp_path / "missing")
    assert sys.getrecursionlimit() == before


WATCHED = """
import sys
from pathlib import Path

seen = []
folder = sys.argv[1]

def watch(event, arguments):
    if event in ("import", "exec", "compile", "subprocess.Popen", "os.system", "socket.connect"):
        text = repr(arguments) + str(getattr(arguments[0], "co_filename", ""))
        if folder in text or "dangerous" in text or event in ("subprocess.Popen", "os.system", "socket.connect"):
            seen.append((event, text))
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        seen.append((event, str(arguments[0])))

from fastapi_async_lint import engine
from fastapi_async_lint.settings import Settings

sys.addaudithook(watch)
report = engine.check([Path(folder)], Settings(root=Path(folder), use_cache=False, jobs=1))
print([finding.code for finding in report.findings], seen, "dangerous" in sys.modules)
"""


def test_what_is_read_is_never_run(tmp_path: Path) -> None:
    """No module of the project is imported, compiled or executed; no process is started, no connection made, no file written."""
    written = "from pathlib import Path\nPath(__file__).with_name('written').touch()\n"
    write_project(
        tmp_path,
        {
            "dangerous.py": f"{written}import time\n\nasync def main():\n    time.sleep(1)\n",
            "conftest.py": written,
            "setup.py": written,
            "sitecustomize.py": written,
            "libcst.py": written,
            "app/__init__.py": f"{written}from dangerous import *\n",
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "dangerous"\nbackend-path = ["."]\n',
        },
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, str(tmp_path)],
        cwd=tmp_path.parent,
        env={**os.environ, "PYTHONPATH": str(Path(engine.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['FAL101'] [] False"
    assert not list(tmp_path.rglob("written"))


def test_nobody_pays_for_fixes_that_nobody_sees(tmp_path: Path) -> None:
    """The findings are the same without them."""
    folder = write_project(tmp_path, {"main.py": "import time\n\nasync def wait():\n    time.sleep(1)\n"})
    with_fixes, without = (engine.check([folder], own_settings(folder), question=engine.Question(fixes=fixes)) for fixes in (True, False))
    assert [finding.fix is None for finding in with_fixes.findings] == [False]
    assert [replace(finding, fix=None) for finding in with_fixes.findings] == list(without.findings)
