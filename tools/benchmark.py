"""Times this linter beside flake8-async and ruff on the same files: wall clock, processor time and peak memory.

    python tools/benchmark.py REPOSITORY [--runs 3]
    python tools/benchmark.py REPOSITORY --flake8 PLAIN [--runs 3]

The second form times flake8 with its default checks instead: the program PLAIN, which must not have the plugin, against the one beside this
Python, which must have it and no other; in one process and in two.

Every tool is a process of its own, started the same number of times in turn; the best run of each counts. The others are asked only for
their rules about blocking calls (ASYNC2). Programs are looked for beside this Python first. A tool that is not installed is named and left
out. "Cold" means that nothing is remembered, "warm" that all files were read before and the report is derived anew, "nothing changed" that the
last report is replayed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BLOCKING_RULES = "ASYNC2"


@dataclass(frozen=True, slots=True)
class Tool:
    """A command to time. `warm` runs it once before, with a cache that stays; `forget` is removed before each run."""

    name: str
    command: tuple[str, ...]
    warm: bool = False
    forget: Path | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took: seconds, seconds of all cores, bytes at the peak (of its largest process), and how it ended."""

    wall: float
    processor: float
    memory: int
    status: int
    lines: int


def program(name: str) -> str | None:
    """The path of an installed program: beside this Python, else on PATH."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def tools(repository: str, cache: str) -> tuple[list[Tool], list[str]]:
    """The tools that are installed, and the names of those that are not."""
    own = ("--isolated", "--exit-zero", "--output-format", "concise")
    wanted = [
        ("fastapi-async-lint", "fastapi-async-lint, cold", (*own, "--no-cache", repository), False, None),
        ("fastapi-async-lint", "fastapi-async-lint, warm", (*own, "--cache-dir", cache, repository), True, Path(cache, "reports")),
        ("fastapi-async-lint", "fastapi-async-lint, nothing changed", (*own, "--cache-dir", cache, repository), True, None),
        ("flake8", "flake8-async", ("--isolated", "--select", BLOCKING_RULES, "--exit-zero", repository), False, None),
        (
            "ruff",
            "ruff",
            ("check", "--isolated", "--no-cache", "--select", BLOCKING_RULES, "--exit-zero", "--output-format", "concise", repository),
            False,
            None,
        ),
    ]
    found: list[Tool] = []
    missing: list[str] = []
    for name, shown, arguments, warm, forget in wanted:
        path = program(name)
        plugged = name != "flake8" or (path is not None and "flake8-async" in _text_of([path, "--version"]))
        if path is not None and plugged:
            found.append(Tool(shown, (path, *arguments), warm, forget))
        elif shown not in missing:
            missing.append(shown)
    return found, missing


def flake8s(repository: str, plain: str, settings: Path) -> list[Tool]:
    """flake8 without and with the plugin: cold, warm and with nothing changed."""
    cache = settings.parent / "cache"
    settings.write_text(f"cache-dir = {json.dumps(str(cache))}\n", encoding="utf-8")
    found = []
    for jobs in ("1", "2"):
        common = ("--isolated", "--exit-zero", "--jobs", jobs)
        plugged = (str(program("flake8")), *common, "--fal-config", str(settings), repository)
        found += [
            Tool(f"flake8, jobs {jobs}", (plain, *common, repository)),
            Tool(f"with the plugin, cold, jobs {jobs}", plugged, forget=cache),
            Tool(f"with the plugin, warm, jobs {jobs}", plugged, warm=True, forget=cache / "reports"),
            Tool(f"with the plugin, nothing changed, jobs {jobs}", plugged, warm=True),
        ]
    return found


def measure(command: Sequence[str]) -> Run:
    """Run the command to its end and return what it took."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().count(b"\n")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, process.returncode, lines)


def best(tool: Tool, runs: int) -> Run:
    """The fastest of several runs."""
    if tool.warm:
        measure(tool.command)
    taken = []
    for _ in range(runs):
        if tool.forget is not None:
            shutil.rmtree(tool.forget, ignore_errors=True)
        taken.append(measure(tool.command))
    return min(taken, key=lambda run: run.wall)


def table(results: Sequence[tuple[Tool, Run]]) -> str:
    """A line for each tool; the ratio is to the first one's wall clock."""
    reference = results[0][1].wall
    width = max(len(tool.name) for tool, _ in results)
    lines = [f"{'':<{width}}  {'wall s':>8}  {'cpu s':>8}  {'peak MB':>8}  {'times':>7}  {'lines out':>9}"]
    for tool, run in results:
        failed = "" if run.status == 0 else f"  exit {run.status}"
        lines.append(
            f"{tool.name:<{width}}  {run.wall:>8.2f}  {run.processor:>8.2f}  {run.memory / 1e6:>8.0f}  "
            f"{run.wall / reference:>6.2f}x  {run.lines:>9}{failed}"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 1 if a tool failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path, help="the folder to check")
    parser.add_argument("--runs", type=int, default=3, help="runs of each tool, the best of which counts (default: 3)")
    parser.add_argument("--flake8", metavar="PLAIN", help="time flake8 without the plugin, which is this program, and with it")
    arguments = parser.parse_args()
    if not arguments.repository.is_dir():
        parser.error(f"{arguments.repository} is no folder")
    with tempfile.TemporaryDirectory() as cache:
        if arguments.flake8:
            found = flake8s(str(arguments.repository), arguments.flake8, Path(cache) / "settings.toml")
            missing: list[str] = []
        else:
            found, missing = tools(str(arguments.repository), cache)
        for name in missing:
            print(f"not installed, left out: {name}", file=sys.stderr)
        if not found:
            return 1
        results = [(tool, best(tool, max(1, arguments.runs))) for tool in found]
    files = [path for path in arguments.repository.rglob("*.py") if path.is_file()]
    count = sum(path.read_bytes().count(b"\n") for path in files)
    print(f"{arguments.repository}: {len(files)} Python files, {count} lines; best of {max(1, arguments.runs)}")
    print(table(results))
    return int(any(run.status for _, run in results))


def _text_of(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main())
