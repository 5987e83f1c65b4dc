"""What `--fix` and its kin ask for: the fixed texts on the disk, on standard output or as a diff, and words on what was done and what not."""

import difflib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fastapi_async_lint.cli.output import say
from fastapi_async_lint.findings import Applicability, Finding
from fastapi_async_lint.reports.parts.places import place, shown

if TYPE_CHECKING:
    from fastapi_async_lint.results import Repair, Report


@dataclass(frozen=True, slots=True)
class Fixing:
    """The options about fixes."""

    fix: bool
    unsafe_fixes: bool
    diff: bool
    fix_only: bool
    show_fixes: bool
    exit_non_zero_on_fix: bool

    @property
    def is_asked(self) -> bool:
        """Something is to be fixed, or shown as if it were."""
        return self.fix or self.fix_only or self.diff

    def verify(self, *, writes_elsewhere: bool) -> None:
        """UsageError for options that do nothing, or contradict each other."""
        for name, given in (("--exit-non-zero-on-fix", self.exit_non_zero_on_fix),):
            if given and not self.is_asked:
                message = f"{name} says how a run that fixes ends; --fix, --fix-only or --diff was expected with it"
                raise click.UsageError(message)
        if self.diff and writes_elsewhere:
            raise click.UsageError("--diff writes nothing; --write-baseline and --add-noqa cannot be given with it")


def write(repair: "Repair") -> list[str]:
    """Write the fixed files; for each that could not be written, a sentence that says so."""
    from fastapi_async_lint.writing import WriteError
    from fastapi_async_lint.writing import write as write_text

    complaints = []
    for path, text in repair.texts.items():
        try:
            write_text(path, text, expected=repair.originals[path])
        except WriteError as error:
            complaints.append(f"{error}; it was not fixed")
    return complaints


def hand_out(repair: "Repair", overlays: Mapping[Path, str]) -> None:
    """The fixed text of what stood on standard input, or its own text, to standard output."""
    for path, text in overlays.items():
        say(repair.texts.get(path.resolve(), repair.texts.get(path, text)), sys.stdout)


def difference(repair: "Repair", base: Path) -> str:
    """What fixing changes, as a unified diff that `patch` and `git apply` understand."""
    pieces = []
    for path, text in repair.texts.items():
        name = shown(path, base)
        old, new = repair.originals[path].splitlines(keepends=True), text.splitlines(keepends=True)
        lines = difflib.unified_diff(old, new, name, name)
        pieces += [line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(pieces)


def headline(repair: "Repair", *, written: bool) -> str:
    """How much was fixed, or would be; empty if nothing."""
    number = len(repair.fixed)
    if not number:
        return ""
    findings = "1 finding" if number == 1 else f"{number} findings"
    files = "1 file" if len(repair.texts) == 1 else f"{len(repair.texts)} files"
    return f"{'Fixed' if written else 'Would fix'} {findings} in {files}."


def explained(repair: "Repair", base: Path) -> str:
    """Which findings were fixed and how, and why the others were not; ends with a line break unless it is empty."""
    lines = [*_fixed(repair.fixed, base), *_left(repair, base)]
    return "".join(f"{line}\n" for line in lines)


def _fixed(findings: Sequence[Finding], base: Path) -> Iterator[str]:
    for path in dict.fromkeys(finding.path for finding in findings):
        yield f"{shown(path, base)}: fixed"
        counted = Counter(
            (finding.code, finding.name, finding.fix.message if finding.fix else "") for finding in findings if finding.path == path
        )
        for (code, name, message), number in sorted(counted.items()):
            yield f"    {number} x {code} [{name}] {message}"


def _left(repair: "Repair", base: Path) -> Iterator[str]:
    """The findings that are still there and why, in order of place."""
    tried = {(finding.path, finding.code, finding.function, finding.call): reason for finding, reason in repair.refused}
    for finding in repair.report.findings:
        plan = finding.fix
        reason = tried.get((finding.path, finding.code, finding.function, finding.call))
        if plan is None:
            yield f"{place(finding.path, finding.span, base)}: not fixed: {finding.code} {finding.call or finding.message}: no rewriting fits"
            continue
        is_offered = plan.applicability is Applicability.UNSAFE and reason is None
        offer = " (unsafe, --unsafe-fixes does it)" if is_offered else ""
        yield f"{place(finding.path, finding.span, base)}: not fixed: {finding.code} {finding.call}: {plan.message}{offer}"
        for text in dict.fromkeys([*([reason] if reason else []), *plan.reasons]):
            yield f"    because {text}"


def with_refusals(repair: "Repair") -> "Report":
    """The report after fixing, whose findings with a fix that was tried in vain say so."""
    from dataclasses import replace

    tried = {(one.path, one.code, one.function, one.call): one.fix for one, _ in repair.refused}
    told = tuple(
        replace(finding, fix=tried[key]) if (key := (finding.path, finding.code, finding.function, finding.call)) in tried else finding
        for finding in repair.report.findings
    )
    return replace(repair.report, findings=told)
