"""A case and its peers -> the account of each version: as it is written, and as the linter has fixed it.

Each version runs in a process of its own and in a playground of its own. Peers are reset before each. What must be silent is run again, from
the start, before it is called blocking: a busy machine is late now and then.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from fastapi_async_lint.results import Repair
from tests.runtime.fixes.cases import Case
from tests.runtime.fixes.effects import Effects, Peer, in_any_order, seen
from tests.runtime.fixes.serving import Account, Heard

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
"""Seconds after which a process is taken for deadlocked."""
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """What one version said and did: one request after the other, and with all of them in the end."""

    account: Account
    sequential: Effects
    all: Effects


def written(case: Case, folder: Path, repair: Repair | None = None) -> Path:
    """The case's project below the folder, with the repaired texts in place of its own."""
    shutil.copytree(case.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in (repair.texts if repair else {}).items():
        (folder / path.relative_to(case.folder)).write_text(text, encoding="utf-8")
    return folder


def run(case: Case, project: Path, playground: Path, peers: Sequence[Peer]) -> Run:
    """Serve the project in a process of its own. AssertionError with what it said if it fails."""
    for peer in peers:
        peer.reset()
    playground.mkdir()
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}", "PYTHONDONTWRITEBYTECODE": "1"}
    for peer in peers:
        environment |= peer.environment
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.runtime.fixes.serving", str(project)]
    errors = playground.with_suffix(".log")
    with errors.open("w") as log:
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=playground, env=environment, stdin=pipe, stdout=pipe, stderr=log, encoding="utf-8") as process:
            try:
                sequential, account = _converse(process, case, lambda: seen(peers, playground))
            finally:
                process.kill()
    assert account is not None, f"{project}: {errors.read_text()[-4000:] or 'it said nothing'}"
    return Run(account, sequential, in_any_order(seen(peers, playground)))


def _converse(process: "subprocess.Popen[str]", case: Case, look: Callable[[], Effects]) -> tuple[Effects, Account | None]:
    assert process.stdin is not None
    assert process.stdout is not None
    alarm = Timer(PATIENCE, process.kill)
    alarm.start()
    try:
        process.stdin.write(json.dumps(case.order) + "\n")
        process.stdin.flush()
        if process.stdout.readline() != "sequential\n":
            return {}, None
        sequential = look()
        process.stdin.write("\n")
        process.stdin.flush()
        last = process.stdout.readline()
        return sequential, json.loads(last) if last else None
    finally:
        alarm.cancel()


def run_silently(case: Case, project: Path, folder: Path, peers: Sequence[Peer]) -> Run:
    """The first run in which nothing blocked, else the last one of several."""
    result = run(case, project, folder / "after-1", peers)
    for attempt in range(2, ATTEMPTS + 1):
        if not any(heard["blocked"] for _, heard in observations(case, result.account)):
            break
        result = run(case, project, folder / f"after-{attempt}", peers)
    return result


def observations(case: Case, account: Account) -> list[tuple[str, Heard]]:
    """Every observation with the name of what was observed."""
    return [("start", account["start"]), *zip(case.names, account["heard"], strict=True), ("end", account["end"])]
