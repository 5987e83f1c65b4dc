"""Catalogue files -> each checked in an environment of its distribution, and recorded as soon as it is.

A distribution's newest release is checked. Names that it lacks are looked for in the other releases that needs.toml names, and, for the
standard library, in the other Pythons of this machine: a name counts as real if one of them has it and bears out what the file says of it.
"""

import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fastapi_async_lint.catalogue.load import available, libraries
from tools.catalogue_data import digest
from tools.checking.environments import ROOT, Environment, Limits, environment, install, look_inside, twins_inside, without_paths
from tools.checking.needs import Needs, needs, needs_table
from tools.checking.pythons import Python
from tools.checking.record import Checked, CheckedTwin, Looked, Record, read_record, write_record
from tools.checking.twins import twins

ELSEWHERE = ROOT / "tests" / "catalogue" / "names_of_other_pythons.txt"


class Job(NamedTuple):
    """What one distribution's environment is for; the standard library's has no name."""

    distribution: str
    files: tuple[str, ...]
    twins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Campaign:
    """How the jobs are done: `pythons` newest first; `told` is called for each line of progress."""

    record: Path
    environments: Path
    pythons: tuple[Python, ...]
    limits: Limits
    keep: bool
    told: Callable[[str], None]


# ----------------------------------------------------------------------------------------------------------- what to do


def settled(name: str, record: Record, *, only_missing: bool) -> bool:
    """What is recorded is of the file as it is now, and was a success; with `only_missing` any outcome will do."""
    known = record.libraries.get(name)
    return known is not None and known.digest == digest(name) and (only_missing or not (known.problems or known.unchecked))


def plan(names: Iterable[str], record: Record, *, again: bool, only_missing: bool) -> list[Job]:
    """The jobs for those files, by distribution, with the async twins of other packages that they name."""
    chosen = sorted(set(names))
    files: dict[str, list[str]] = defaultdict(list)
    for name in chosen:
        if again or not settled(name, record, only_missing=only_missing):
            files[libraries([name])[name].distribution].append(name)
    paths: dict[str, list[str]] = defaultdict(list)
    for path in foreign_twins(chosen):
        known = record.twins.get(path)
        if again or known is None or (known.problem and not only_missing):
            paths[distribution_of(path)].append(path)
    return [Job(distribution, tuple(files[distribution]), tuple(paths[distribution])) for distribution in sorted({*files, *paths})]


def foreign_twins(names: Iterable[str]) -> list[str]:
    """The async twins that belong to another distribution than the files that name them."""
    found = set()
    for name in names:
        library = libraries([name])[name]
        found |= {twin.path for twin in twins(library) if distribution_of(twin.path) != library.distribution}
    return sorted(found)


def distribution_of(path: str) -> str:
    """The distribution of a dotted name: its catalogue file's, or what needs.toml says. Raises LookupError where neither knows."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in available():
            return libraries([name])[name].distribution
        if name in needs_table().twins:
            return needs_table().twins[name]
    raise LookupError(f"no catalogue file has {path}, and [twins] in needs.toml does not say which distribution does")


# -------------------------------------------------------------------------------------------------------------- doing it


def run(jobs: list[Job], campaign: Campaign, workers: int) -> None:
    """Does all jobs, each in environments of its own, `workers` at a time, and records each as it ends."""
    lock = threading.Lock()

    def do(job: Job) -> None:
        rows, paths = _done(job, campaign)
        with lock:
            known = read_record(campaign.record)
            write_record(Record({**known.libraries, **rows}, {**known.twins, **paths}), campaign.record)
            for name, row in rows.items():
                campaign.told(line(name, row))

    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(do, jobs):
            pass


def forget(record: Record) -> Record:
    """The record without files and twins that the catalogue no longer has."""
    paths = set(foreign_twins(available()))
    return Record(
        {name: row for name, row in record.libraries.items() if name in available()},
        {path: row for path, row in record.twins.items() if path in paths},
    )


def line(name: str, row: Checked) -> str:
    """One line about one file."""
    if row.unchecked:
        return f"{name}: unchecked: {row.unchecked}"
    wrong = "".join(f"\n    {problem}" for problem in row.problems)
    return f"{name} {row.version}: {row.proven} names proven, {row.unproven} undecided, {len(row.problems)} wrong{wrong}"


class _Release(NamedTuple):
    """One environment's worth: a Python, and what to install."""

    python: Python
    requirement: str
    needs: Needs


def _releases(job: Job, pythons: tuple[Python, ...]) -> Iterator[_Release]:
    if not job.distribution:
        yield from (_Release(python, "", Needs(why="")) for python in pythons)
        return
    needed = needs(job.distribution)
    usual = next(python for python in pythons if python.path == Path(sys.executable))
    python = next((python for python in pythons if python.minor == needed.python), usual)
    for requirement in (job.distribution, *needed.also):
        yield _Release(python, requirement, needed)


def _done(job: Job, campaign: Campaign) -> tuple[dict[str, Checked], dict[str, CheckedTwin]]:
    looks: dict[str, list[tuple[_Release, Looked]]] = {name: [] for name in job.files}
    found: dict[str, CheckedTwin] = {}
    open_files, open_twins = job.files, job.twins
    for release in _releases(job, campaign.pythons):
        if not open_files and not open_twins:
            break
        with environment(campaign.environments, release.python.path, campaign.limits, keep=campaign.keep) as made:
            failed = made.failed or _installed(made, release, job)
            for name in open_files:
                looked = Looked("", unchecked=failed) if failed else look_inside(made, name, job.distribution)
                looks[name].append((release, looked))
            found |= _twins(made, failed, open_twins, job.distribution)
        open_twins = ()
        open_files = tuple(name for name in open_files if _lacks(merged([look for _, look in looks[name]])))
    return {name: _row(name, job.distribution, looks[name]) for name in job.files}, found


def _twins(made: Environment, failed: str, paths: tuple[str, ...], distribution: str) -> dict[str, CheckedTwin]:
    if not paths:
        return {}
    looked = {path: Looked("", unchecked=failed) for path in paths} if failed else twins_inside(made, paths, distribution)
    return {
        path: CheckedTwin(
            distribution, look.version, "; ".join([look.unchecked] * bool(look.unchecked) + [text for _, text, _ in look.problems])
        )
        for path, look in looked.items()
    }


def _installed(made: Environment, release: _Release, job: Job) -> str:
    """Installs the release, then what it needs beside it without moving it. Returns why that failed, or nothing."""
    if not release.requirement:
        return ""
    failed = install(made, [release.requirement, *release.needs.companions])
    others = sorted(_required(job))
    if not failed and others:
        exact = f"{job.distribution}=={made.version(job.distribution)}"  # or pip might take an older one that agrees with them
        install(made, [exact, *others])  # without these, some claims are undecided, not wrong
    return failed


def _required(job: Job) -> set[str]:
    required = {name for file in job.files for name in libraries([file])[file].requires}
    return {libraries([name])[name].distribution for name in required & available()} - {"", job.distribution}


# ------------------------------------------------------------------------------------------------------------ what it says


class Outcome(NamedTuple):
    """What all environments of one file say together. `also` are the versions that have what the first one lacks."""

    version: str
    names: frozenset[str]
    behind_star: int
    problems: tuple[tuple[str, str, str], ...]
    also: tuple[str, ...]
    unchecked: str


def merged(looks: list[Looked]) -> Outcome:
    """The first that could look decides; what it lacks is excused by a later one that has it and finds nothing wrong with it."""
    able = [look for look in looks if not look.unchecked]
    if not able:
        return Outcome("", frozenset(), 0, (), (), looks[0].unchecked if looks else "never looked at")
    first, *others = able
    left, also, names = list(first.problems), [], set(first.names)
    for other in others:
        wrong_there = {subject for subject, _, kind in other.problems}
        held = [problem for problem in left if problem[2] in _OPEN and problem[0] not in wrong_there]
        if held:
            left = [problem for problem in left if problem not in held]
            also.append(other.version)
            names |= set(other.names) & {subject for subject, _, _ in held}
    return Outcome(first.version, frozenset(names), first.behind_star, tuple(left), tuple(also), "")


def _lacks(outcome: Outcome) -> bool:
    return bool(outcome.unchecked) or any(kind in _OPEN for _, _, kind in outcome.problems)


_OPEN = ("absent", "unproven")
"""What another release may have, or tell."""


def _row(name: str, distribution: str, looks: list[tuple[_Release, Looked]]) -> Checked:
    outcome = merged([look for _, look in looks])
    python = next((release.python.version for release, look in looks if not look.unchecked), "")
    elsewhere = names_elsewhere() if not distribution else frozenset()
    others = set(foreign_twins([name]))  # these are recorded by themselves
    told = [
        problem for problem in outcome.problems if problem[2] != "elsewhere" or not any(f"twin {path}:" in problem[1] for path in others)
    ]
    undecided = [problem for problem in told if problem[2] == "unproven" or (problem[2] == "absent" and problem[0] in elsewhere)]
    reason = outcome.unchecked and (needs(distribution).unchecked or without_paths(outcome.unchecked))
    return Checked(
        distribution=distribution,
        digest=digest(name),
        python=python,
        version=outcome.version,
        also=outcome.also,
        proven=len(outcome.names),
        behind_star=outcome.behind_star,
        unproven=len(undecided),
        problems=tuple(f"{subject}: {text}" for subject, text, kind in told if (subject, text, kind) not in undecided),
        unchecked=reason,
    )


@cache
def names_elsewhere() -> frozenset[str]:
    """Names that only Pythons or platforms have which may not be here."""
    return frozenset(ELSEWHERE.read_text(encoding="utf-8").split())
