"""A Python and requirements -> a virtual environment of their own, and what the check says in it.

Everything is a process with a time limit, and nothing that happens in one is an exception here: it is a sentence that says what failed.
"""

import contextlib
import importlib.metadata
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from tools.checking.needs import needs
from tools.checking.record import Looked

ROOT = Path(__file__).resolve().parent.parent.parent
OWN_NEEDS = ("msgspec",)
"""What reading the catalogue needs."""


class Limits(NamedTuple):
    """Seconds that a process may take."""

    install: float = 900
    check: float = 300


class Environment(NamedTuple):
    """A virtual environment. `failed` says why it is of no use; empty if it is."""

    folder: Path
    limits: Limits
    failed: str = ""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def version(self, distribution: str) -> str:
        """The version that is installed in it; empty if none is."""
        folders = [str(folder) for folder in self.folder.glob("lib/python*/site-packages")]
        found = importlib.metadata.distributions(name=distribution, path=folders)
        return next((item.version for item in found), "")


@contextlib.contextmanager
def environment(below: Path, python: Path, limits: Limits, *, keep: bool = False) -> Iterator[Environment]:
    """An environment with the check's own needs, below that folder; removed at the end unless `keep`."""
    below.mkdir(parents=True, exist_ok=True)
    made = Environment(Path(tempfile.mkdtemp(prefix="check-", dir=below)), limits)
    try:
        failed = _run([str(python), "-m", "venv", "--without-pip", str(made.folder)], made, limits.install)
        yield made._replace(failed=failed or install(made, OWN_NEEDS))
    finally:
        if not keep:
            shutil.rmtree(made.folder, ignore_errors=True)


def install(into: Environment, requirements: Sequence[str]) -> str:
    """Installs them together; what is there already and satisfies them stays. Returns why that failed, or nothing."""
    command = [sys.executable, "-m", "pip", "--python", str(into.python), "install", "--quiet", "--disable-pip-version-check"]
    return _run([*command, "--no-input", "--no-compile", *requirements], into, into.limits.install)


def look_inside(within: Environment, library: str, distribution: str) -> Looked:
    """What the check of one catalogue file finds in the environment."""
    failed, answer = _inside(within, ["library", distribution, library], needs(distribution).variables)
    return msgspec.json.decode(answer, type=Looked) if answer else Looked("", unchecked=failed)


def twins_inside(within: Environment, paths: Sequence[str], distribution: str) -> dict[str, Looked]:
    """What is said of async twins in the environment, by path."""
    failed, answer = _inside(within, ["twins", distribution, *paths], needs(distribution).variables)
    return msgspec.json.decode(answer, type=dict[str, Looked]) if answer else {path: Looked("", unchecked=failed) for path in paths}


def _inside(within: Environment, arguments: list[str], needed: Mapping[str, str]) -> tuple[str, bytes]:
    """What went wrong, and the answer; one of them is empty."""
    output = within.folder / "answer.json"
    output.unlink(missing_ok=True)
    variables = dict(needed) | {
        "HOME": str(within.folder),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "PYTHONPYCACHEPREFIX": str(within.folder / "pycache"),
    }
    command = [str(within.python), "-m", "tools.checking.inside", str(output), *arguments]
    failed = _run(command, within, within.limits.check, variables)
    return failed or (
        "" if output.is_file() else "the check gave no answer"
    ), b"" if failed or not output.is_file() else output.read_bytes()


def _run(command: list[str], within: Environment, limit: float, variables: Mapping[str, str] = MappingProxyType({})) -> str:
    """Runs the command in the environment's folder. Returns what went wrong, in a line without paths, or nothing."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=within.folder,
        env=kept | dict(variables),
        start_new_session=True,  # so that what it starts ends with it
    ) as process:
        try:
            _, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return f"took more than {limit:.0f} seconds"
    return failure(process.returncode, errors.decode(errors="replace"))


def failure(code: int, errors: str) -> str:
    """Why a process failed: pip's last error, or the last line; without what differs between machines. Empty if it did not fail."""
    if code == 0:
        return ""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    if code < 0 or not lines:
        return f"ended by signal {-code}" if code < 0 else f"ended with code {code}"
    told = [line[len("error: ") :] for line in lines if line.lower().startswith("error: ")]
    return without_paths((told or lines)[-1])


def without_paths(text: str) -> str:
    """The text in one line of bounded length, the same on every machine."""
    return re.sub(r"\S*[/\\]\S*", "...", re.sub(r"\s+", " ", text))[:200]
