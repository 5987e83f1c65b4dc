"""Catalogue files -> what in them contradicts the real packages.

    python -m tools.check_catalogue [LIBRARY ...]

holds files against the packages of this environment. A package that is not installed is named and passed over; what looking cannot decide
is counted as undecided, and shown with --verbose.

    python -m tools.check_catalogue --install [LIBRARY ...]

makes an environment for each distribution, installs its newest release there, checks the files in it, and writes what it finds to
docs/catalogue-checked.json. The standard library's files are checked under every supported Python of this machine. Files whose content was
already checked without a problem are passed over; --again repeats them. With --only-missing, those with problems or without a check are passed
over too, as long as they have not changed.
"""

import argparse
import importlib.metadata
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.catalogue.schema import Library
from tools.checking.campaign import Campaign, forget, line, plan, run
from tools.checking.claims import Context, Problem
from tools.checking.environments import Limits
from tools.checking.examination import check, examine
from tools.checking.pythons import pythons
from tools.checking.record import RECORD, read_record, write_record
from tools.installed import NotInstalled

__all__ = ["Context", "Problem", "check", "examine", "main", "report"]


def _version(library: Library) -> str:
    try:
        return importlib.metadata.version(library.distribution) if library.distribution else f"Python {sys.version.split()[0]}"
    except importlib.metadata.PackageNotFoundError:
        return "version unknown"


def report(names: Iterable[str], verbose: bool) -> int:
    """Prints a line for each library and for each problem. Returns the number of claims proven wrong."""
    wrong = 0
    for name in names:
        library = libraries([name])[name]
        try:
            problems = check(name)
        except NotInstalled as error:
            print(f"{name}: not installed ({error})")
            continue
        proven = [problem for problem in problems if problem.proven]
        wrong += len(proven)
        size = f"{sum(len(entry.names) for entry in library.functions)} functions, {len(library.classes)} classes"
        print(f"{name} ({_version(library)}): {size}, {len(proven)} wrong, {len(problems) - len(proven)} undecided")
        for problem in problems if verbose else proven:
            print(f"  {'' if problem.proven else 'undecided: '}{problem.subject}: {problem.text}")
    return wrong


def install_and_check(names: Iterable[str], options: argparse.Namespace) -> int:
    """Checks what is not yet checked, and prints what is known of those files then. Returns the number of files with problems."""
    chosen = sorted(names)
    known = forget(read_record(options.record))
    jobs = plan(chosen, known, again=options.again, only_missing=options.only_missing)
    write_record(known, options.record)
    print(f"{len(jobs)} environments for {sum(len(job.files) for job in jobs)} of {len(chosen)} files", flush=True)
    campaign = Campaign(
        options.record,
        options.environments,
        pythons(),
        Limits(options.install_limit, options.check_limit),
        options.keep,
        lambda text: print(text, flush=True),
    )
    run(jobs, campaign, options.jobs)
    return _summary(chosen, options.record)


def _summary(names: list[str], path: Path) -> int:
    record = read_record(path)
    rows = {name: record.libraries[name] for name in names}
    wrong = {name: row for name, row in rows.items() if row.problems}
    unchecked = {name: row for name, row in rows.items() if row.unchecked}
    twins = {path: row for path, row in record.twins.items() if row.problem}
    print(f"\n{len(rows) - len(unchecked)} of {len(rows)} files checked, {sum(row.proven for row in rows.values())} names proven,")
    print(f"{sum(row.unproven for row in rows.values())} claims undecided, {len(wrong)} files with problems, {len(unchecked)} unchecked")
    for name, row in [*wrong.items(), *unchecked.items()]:
        print(f"  {line(name, row)}")
    for checked in twins.values():
        print(f"  {checked.problem}")
    return len(wrong) + len(twins)


def main() -> int:
    """The command line. Returns 1 if a claim is wrong, 2 for a library that has no file."""
    parser = argparse.ArgumentParser(description="Hold catalogue files against the real packages.")
    parser.add_argument("libraries", nargs="*", help="import names; by default all, but without --install not the standard library's")
    parser.add_argument("--verbose", action="store_true", help="show what could not be decided, too")
    parser.add_argument("--install", action="store_true", help="in environments made for the purpose; records what it finds")
    parser.add_argument("--only-missing", action="store_true", help="pass over whatever has not changed, checked or not")
    parser.add_argument("--again", action="store_true", help="pass over nothing")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="environments at a time")
    parser.add_argument("--keep", action="store_true", help="do not remove the environments")
    default = Path(tempfile.gettempdir()) / "catalogue-environments"
    parser.add_argument("--environments", type=Path, default=default, metavar="FOLDER", help=f"where to make them (default: {default})")
    parser.add_argument("--record", type=Path, default=RECORD, metavar="FILE", help="default: docs/catalogue-checked.json")
    parser.add_argument("--install-limit", type=float, default=Limits().install, metavar="SECONDS", help="for one run of pip")
    parser.add_argument("--check-limit", type=float, default=Limits().check, metavar="SECONDS", help="for the check of one file")
    options = parser.parse_args()
    for name in options.libraries:
        if name not in available():
            parser.error(f"the catalogue has no file for {name!r}")
    if options.install:
        return 1 if install_and_check(options.libraries or available(), options) else 0
    packages = [name for name in sorted(available()) if libraries([name])[name].distribution]
    return 1 if report(options.libraries or packages, options.verbose) else 0


if __name__ == "__main__":
    raise SystemExit(main())
