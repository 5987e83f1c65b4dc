"""tools/check_catalogue.py --install, on distributions made for the test: what it records, repeats and survives. No network is needed."""

import base64
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tools.checking.campaign import Job, line, merged, plan, settled
from tools.checking.environments import Limits, environment, failure, install
from tools.checking.pythons import pythons
from tools.checking.record import Checked, Looked, Record, read_record, write_record

ROOT = Path(__file__).resolve().parent.parent.parent

CODE = """
import asyncio

def fetch(url, timeout=None): ...

async def fetch_async(url): ...

class Client:
    def get(self, key) -> bytes: ...
    def put(self, key, value) -> bool: ...

class AsyncClient:
    async def get(self, key): ...
"""

TABLES = """
distribution = "made-for-tests"
category = "http"

[[functions]]
names = ["made.fetch"]
blocks = "certain"
instead = "made.fetch_async"
unless = [{ name = "timeout", position = 1, equals = 0 }]

[[functions]]
names = ["made.fetch_async"]
coroutine = true

[[classes]]
name = "made.Client"
certain = ["*"]
instead = "made.AsyncClient"

[[classes]]
name = "made.AsyncClient"
coroutines = ["*"]
"""


def build_wheel(into: Path, distribution: str, version: str, files: Mapping[str, bytes]) -> None:
    """A wheel of those files, which pip installs without building anything."""
    stem = f"{distribution.replace('-', '_')}-{version}"
    information = {
        f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n".encode(),
        f"{stem}.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    with zipfile.ZipFile(into / f"{stem}-py3-none-any.whl", "w") as wheel:
        for name, content in {**files, **information}.items():
            wheel.writestr(name, content)
            sum256 = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.append(f"{name},sha256={sum256},{len(content)}")
        wheel.writestr(f"{stem}.dist-info/RECORD", "\n".join([*rows, f"{stem}.dist-info/RECORD,,"]) + "\n")


def build_wheel_of_installed(into: Path, distribution: str) -> None:
    """A wheel of a distribution of this environment; compiled parts fit this Python."""
    found = importlib.metadata.distribution(distribution)
    paths = [path for path in found.files or () if path.suffix != ".pyc" and ".dist-info" not in str(path)]
    build_wheel(into, distribution, found.version, {str(path): Path(str(path.locate())).read_bytes() for path in paths})


class Place(NamedTuple):
    """A copy of the linter and its tools, in which catalogue files can be written; a folder of wheels, and where things go."""

    root: Path
    wheels: Path

    @property
    def record(self) -> Path:
        """What the tool writes."""
        return self.root / "checked.json"

    def write(self, name: str, tables: str) -> None:
        """A catalogue file."""
        (self.root / "src" / "fastapi_async_lint" / "catalogue" / f"{name}.toml").write_text(tables, encoding="utf-8")

    def check(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs the tool, with the wheels as the only source of packages."""
        variables = {"PYTHONPATH": f"{self.root / 'src'}{os.pathsep}{self.root}", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        folders = ["--environments", str(self.root / "environments"), "--record", str(self.record)]
        return subprocess.run(
            [sys.executable, "-m", "tools.check_catalogue", "--install", *folders, *arguments],
            cwd=self.root,
            env=os.environ | variables | {"PIP_CONFIG_FILE": os.devnull},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def row(self, name: str) -> dict[str, Any]:
        """What is recorded of a file, without its digest."""
        row: dict[str, Any] = json.loads(self.record.read_text(encoding="utf-8"))["libraries"][name]
        assert len(row.pop("digest")) == 16
        return row


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place with a wheel of what the check itself needs, and of the package that is made for tests."""
    for folder in ("src/fastapi_async_lint", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests" / "catalogue").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "catalogue" / "names_of_other_pythons.txt", tmp_path / "tests" / "catalogue")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    build_wheel_of_installed(wheels, "msgspec")
    build_wheel(wheels, "made-for-tests", "2.0", {"made.py": CODE.encode()})
    made = Place(tmp_path, wheels)
    made.write("made", TABLES)
    return made


PYTHON = ".".join(str(part) for part in sys.version_info[:3])


@pytest.mark.slow
def test_a_true_file_is_recorded_and_not_checked_again(place: Place) -> None:
    """The version, what was proved, and no problem; the second run has nothing to do, and no environment is left."""
    first = place.check("made")
    assert first.returncode == 0, first.stdout + first.stderr
    expected = {"distribution": "made-for-tests", "python": PYTHON, "version": "2.0", "proven": 4, "behind_star": 3}
    assert place.row("made") == expected
    assert "made 2.0: 4 names proven, 0 undecided, 0 wrong" in first.stdout
    before = place.record.read_bytes()
    second = place.check("made")
    assert second.stdout.splitlines()[0] == "0 environments for 0 of 1 files"
    assert place.check("made", "--only-missing").stdout.splitlines()[0] == "0 environments for 0 of 1 files"
    assert place.record.read_bytes() == before
    assert list((place.root / "environments").iterdir()) == []


@pytest.mark.slow
def test_a_false_file_is_recorded_until_it_is_mended(place: Place) -> None:
    """Each contradiction is a problem, and the status 1; a comment changes nothing, an edit is checked anew, alone."""
    wrong = TABLES.replace('names = ["made.fetch_async"]', 'names = ["made.fetch_async", "made.gone"]')
    wrong = wrong.replace('certain = ["*"]', 'certain = ["get", "delete"]').replace("made.AsyncClient", "made.Client", 1)
    place.write("made", wrong)
    ended = place.check("made", "--keep")
    assert ended.returncode == 1
    assert place.row("made")["problems"] == [
        "made.gone: does not exist (no made.gone)",
        "made.Client.delete: does not exist",
        "made.Client: twin made.Client is not asynchronous",
    ]
    assert len(list((place.root / "environments").iterdir())) == 1
    assert place.check("made").stdout.startswith("1 environments for 1 of 1 files")
    place.write("made", wrong + "# only a comment\n")
    assert place.check("made", "--only-missing").stdout.startswith("0 environments for 0 of 1 files")
    place.write("made", TABLES)
    assert place.check("made", "--only-missing").returncode == 0
    assert "problems" not in place.row("made")


@pytest.mark.slow
def test_one_failure_does_not_stop_the_others(place: Place) -> None:
    """What cannot be installed, or dies while it is imported, is unchecked with the reason; the files beside it are checked."""
    place.write("absent", TABLES.replace("made", "absent"))
    build_wheel(place.wheels, "dies-for-tests", "1.0", {"dies.py": b"import os\nos.abort()\n"})
    place.write("dies", 'distribution = "dies-for-tests"\n\n[[functions]]\nnames = ["dies.at_once"]\n')
    ended = place.check("absent", "dies", "made", "--jobs", "2")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert place.row("absent")["unchecked"] == "No matching distribution found for absent-for-tests"
    assert place.row("dies")["unchecked"] == "ended by signal 6"
    assert place.row("made")["proven"] == 4
    assert "1 of 3 files checked" in ended.stdout


@pytest.mark.slow
def test_names_of_older_releases_are_looked_for_there(place: Place) -> None:
    """A name that the newest release lacks is real if an older one that the needs name has it; another stays a problem."""
    build_wheel(place.wheels, "made-for-tests", "1.0", {"made.py": b"def old(url): ...\n"})
    place.write("made", TABLES + '\n[[functions]]\nnames = ["made.old", "made.older"]\n')
    needs = place.root / "tools" / "checking" / "needs.toml"
    own = '[distributions.made-for-tests]\nwhy = "tests"\nalso = ["made-for-tests==1.0"]\n\n'
    needs.write_text(own + needs.read_text(encoding="utf-8"), encoding="utf-8")
    assert place.check("made").returncode == 1
    row = place.row("made")
    assert (row["version"], row["also"], row["proven"]) == ("2.0", ["1.0"], 5)
    assert row["problems"] == ["made.older: does not exist (no made.older)"]


def test_pip_has_a_time_limit(tmp_path: Path) -> None:
    """What takes too long is ended, with all that it started, and said so."""
    with environment(tmp_path, Path(sys.executable), Limits(install=0.01)) as made:
        assert made.failed == "took more than 0 seconds"
        assert install(made, ["anything"]) == "took more than 0 seconds"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "errors", "reason"),
    [
        (0, "WARNING: all is well", ""),
        (-11, "", "ended by signal 11"),
        (3, "\n", "ended with code 3"),
        (1, "Traceback (most recent call last):\n  File x\nTypeError: no", "TypeError: no"),
        (1, "ERROR: No match for x\n\nhint: see above", "No match for x"),
        (1, "OSError: cannot open /var/lib/some.so here", "OSError: cannot open ... here"),
    ],
)
def test_why_a_process_failed(code: int, errors: str, reason: str) -> None:
    """The last error in one line, without what differs between machines."""
    assert failure(code, errors) == reason


def test_what_several_releases_say_together() -> None:
    """The first that can be looked at decides; others only supply what it lacks or cannot tell, where they find it as the file says."""
    newest = Looked(
        "3.0", ("a.b",), 2, (("a.old", "does not exist", "absent"), ("a.lost", "does not exist", "absent"), ("a.c", "x", "unlike"))
    )
    broken = Looked("", unchecked="cannot be imported")
    older = Looked("1.0", ("a.old", "a.c", "a.other"), 9, (("a.lost", "does not exist", "absent"),))
    outcome = merged([broken, newest, older])
    assert (outcome.version, outcome.names, outcome.behind_star) == ("3.0", frozenset({"a.b", "a.old"}), 2)
    assert [subject for subject, _, _ in outcome.problems] == ["a.lost", "a.c"]
    assert outcome.also == ("1.0",)
    assert merged([broken]).unchecked == "cannot be imported"


def test_what_is_settled() -> None:
    """A success of the present content; with only_missing any outcome of it."""
    from tools.catalogue_data import digest

    def record(**changes: Any) -> Record:
        return Record({"yaml": Checked(**{"distribution": "PyYAML", "digest": digest("yaml")} | changes)})

    assert settled("yaml", record(), only_missing=False)
    assert not settled("yaml", Record(), only_missing=True)
    assert not settled("yaml", record(digest="0" * 16), only_missing=True)
    for outcome in ({"problems": ("p",)}, {"unchecked": "why"}):
        assert not settled("yaml", record(**outcome), only_missing=False)
        assert settled("yaml", record(**outcome), only_missing=True)
    assert plan(["yaml"], record(), again=False, only_missing=False) == []
    assert plan(["yaml"], record(), again=True, only_missing=False) == [Job("PyYAML", ("yaml",), ())]


def test_files_of_one_distribution_share_an_environment() -> None:
    """So do the twins that other files name in it."""
    jobs = plan(["pymongo", "gridfs", "boto3"], Record(), again=False, only_missing=False)
    assert [(job.distribution, job.files) for job in jobs] == [
        ("aioboto3", ()),
        ("boto3", ("boto3",)),
        ("pymongo", ("gridfs", "pymongo")),
    ]
    assert "aioboto3.Session" in jobs[0].twins


def test_record_survives_a_round_trip(tmp_path: Path) -> None:
    """What is written is read; what is empty is not written."""
    rows = {"b": Checked("B", "0" * 16, problems=("x: y",)), "a": Checked("A", "1" * 16, unchecked="a long story")}
    write_record(Record(rows), tmp_path / "record.json")
    assert read_record(tmp_path / "record.json") == Record(rows)
    assert (tmp_path / "record.json").read_text(encoding="utf-8").splitlines()[2] == (
        '  "a": {"distribution": "A", "digest": "1111111111111111", "unchecked": "a long story"},'
    )
    assert read_record(tmp_path / "none.json") == Record()
    assert line("a", rows["a"]) == "a: unchecked: a long story"
    assert line("b", rows["b"]) == "b : 0 names proven, 0 undecided, 1 wrong\n    x: y"


def test_the_running_python_is_among_the_pythons() -> None:
    """One of each minor version, newest first, none that the linter does not support."""
    found = pythons()
    assert Path(sys.executable) in [python.path for python in found]
    numbers = [tuple(int(part) for part in python.minor.split(".")) for python in found]
    assert numbers == sorted(set(numbers), reverse=True)
    assert min(numbers) >= (3, 11)
