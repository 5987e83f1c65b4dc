"""What `--fix` and its kin ask for: the fixed texts on the disk, on standard output or as a diff, and words on what was done and what not."""

import difflib
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fastapi_async_lint.cli.output import say
from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Applicability, Finding
from fastapi_async_lint.reports.parts.places import place, shown
from fastapi_async_lint.wording import counted

if TYPE_CHECKING:
    from fastapi_async_lint.results import Repair, Report

_OPTIONS = {Applicability.SAFE: "--fix", Applicability.UNSAFE: "--unsafe-fixes"}
_UNPLAIN = re.compile(rb'[\x00-\x1f"\\\x7f]')
"""What patch and git want escaped in a file's name."""


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

    def verify(self, *, adopting: str, filing: str) -> None:
        """UsageError for options that do nothing, or contradict each other. `adopting` is the option that accepts findings, if one does,
        `filing` one that asks for a report in a file.
        """
        if self.exit_non_zero_on_fix and not self.is_asked:
            message = "--exit-non-zero-on-fix says how a run that fixes ends; --fix, --fix-only or --diff was expected with it"
            raise click.UsageError(message)
        if self.diff and adopting:
            raise click.UsageError(f"--diff writes nothing; {adopting} cannot be given with it")
        if filing and (self.diff or self.fix_only):
            what = "--diff shows a patch" if self.diff else "--fix-only says nothing of what is left"
            raise click.UsageError(f"{what}: there is no report, and no file for {filing}")
        if self.fix_only and adopting:
            raise click.UsageError(f"--fix-only leaves what it does not fix alone; {adopting} cannot be given with it, --fix can")


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the fixed texts."""

    fixed: tuple[Finding, ...]
    files: int
    complaints: tuple[str, ...] = ()
    """One sentence for each file that was to be written and was not."""


def write(repair: "Repair", base: Path) -> Stored:
    """Write the fixed files. Those that share a fix are written together or not at all."""
    from fastapi_async_lint.writing import NewText, WriteError, write_together

    written: set[Path] = set()
    complaints: list[str] = []
    for group in _groups(repair):
        try:
            write_together([NewText(path, repair.texts[path], repair.originals[path]) for path in group])
            written.update(group)
        except WriteError as error:
            name = shown(error.path, base)
            complaints.append(f"{name} {error.reason}; it was not fixed")
            others = (shown(path, base) for path in group if path != error.path)
            complaints += [f"{other} was not fixed: a fix changes it together with {name}" for other in others]
    fixed = tuple(one for one in repair.fixed if one.fix is None or {change.path for change in one.fix.changes} <= written)
    return Stored(fixed, len(written), tuple(complaints))


def _groups(repair: "Repair") -> list[tuple[Path, ...]]:
    """The changed files in the order of their paths, those that share a fix, directly or through others, together."""
    groups = {path: {path} for path in repair.texts}
    for finding in repair.fixed:
        shared = {change.path for change in finding.fix.changes} & groups.keys() if finding.fix is not None else set()
        merged = set().union(*(groups[path] for path in shared))
        groups |= dict.fromkeys(merged, merged)
    return list(dict.fromkeys(tuple(sorted(group)) for group in groups.values()))


def hand_out(repair: "Repair", path: Path, raw: bytes) -> None:
    """The fixed text of what stood on standard input, or what stood there itself, to standard output."""
    say(_new_bytes(repair, path, raw) if path in repair.texts else raw, sys.stdout)


def _new_bytes(repair: "Repair", path: Path, raw: bytes) -> bytes:
    from fastapi_async_lint.writing import encoded

    try:
        return encoded(repair.texts[path], raw)
    except UnicodeEncodeError as error:
        raise click.ClickException(f"the fixed text cannot be {error.encoding}: it has no {error.object[error.start]!r}") from error


def difference(repair: "Repair", base: Path, given: Mapping[Path, bytes]) -> tuple[bytes, tuple[str, ...]]:
    """What fixing changes, as a unified diff that `patch -p0` and `git apply -p0` understand, in the files' own encodings; and what cannot be
    shown, a sentence each. `given` holds the bytes of texts that do not come from the disk.
    """
    from fastapi_async_lint.writing import NewText, WriteError, old_and_new

    pieces: list[bytes] = []
    complaints: list[str] = []
    for path, text in repair.texts.items():
        try:
            raw = given.get(path)
            old, new = old_and_new(NewText(path, text, repair.originals[path])) if raw is None else (raw, _new_bytes(repair, path, raw))
        except WriteError as error:
            complaints.append(f"{shown(error.path, base)} {error.reason}; what would be fixed in it is not shown")
            continue
        name = _quoted(os.fsencode(shown(path, base)))
        lines = difflib.diff_bytes(difflib.unified_diff, _rows(old), _rows(new), name, name)
        pieces += [line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines]
    return b"".join(pieces), tuple(complaints)


def _rows(raw: bytes) -> list[bytes]:
    """The lines as patch and git count them: only a line feed ends one."""
    return [line for line in re.split(rb"(?<=\n)", raw) if line]


def _quoted(name: bytes) -> bytes:
    """The name as it stands in a patch: quoted as in C where it must be; one with blanks ends with a tab."""
    if _UNPLAIN.search(name):
        return b'"' + re.sub(rb'[\x00-\x1f"\\\x7f-\xff]', lambda found: b"\\%03o" % found[0][0], name) + b'"'
    return name + b"\t" if b" " in name else name


def headline(findings: Sequence[Finding], files: int, *, written: bool) -> str:
    """How much was fixed, or would be; empty if nothing."""
    if not findings:
        return ""
    return f"{'Fixed' if written else 'Would fix'} {counted(len(findings), 'finding')} in {counted(files, 'file')}."


def explained(report: "Report", fixed: Sequence[Finding], base: Path, *, verb: str) -> str:
    """Which findings were fixed and how, and why the others were not; ends with a line break unless it is empty.

    `verb` says what was done to the former, as in `fixed`; empty if nothing was tried.
    """
    lines = [*_fixed(fixed, base, verb), *_left(report, base, tried=bool(verb))]
    return "".join(f"{line}\n" for line in lines)


def _fixed(findings: Sequence[Finding], base: Path, verb: str) -> Iterator[str]:
    for path in dict.fromkeys(finding.path for finding in findings):
        yield f"{shown(path, base)}: {verb}"
        counted = Counter(
            (finding.code, finding.name, finding.fix.message if finding.fix else "") for finding in findings if finding.path == path
        )
        for (code, name, message), number in sorted(counted.items()):
            yield f"    {number} x {code} [{name}] {message}"


def _left(report: "Report", base: Path, *, tried: bool) -> Iterator[str]:
    """The findings that are still there, what could be done, and why it was not, in order of place."""
    for finding in report.findings:
        what = (
            f"{place(finding.path, finding.span, base)}: {'not fixed: ' if tried else ''}{finding.code} {finding.call or finding.message}"
        )
        plan = finding.fix
        if plan is None:
            yield f"{what}: no rewriting fits"
            continue
        option = _OPTIONS.get(plan.applicability)
        offer = f" ({plan.applicability.value}; {option})" if option else ""
        yield f"{what}: {plan.message}{offer}"
        yield from (f"    because {reason}" for reason in dict.fromkeys(plan.reasons))


def with_refusals(repair: "Repair") -> "Report":
    """The report after fixing, whose findings with a fix that was tried in vain say so."""
    tried = {finding.key: finding.fix for finding, _ in repair.refused}
    told = tuple(replace(finding, fix=tried.get(finding.key, finding.fix)) for finding in repair.report.findings)
    return replace(repair.report, findings=told)


def as_on_disk(repair: "Repair", report: "Report") -> "Report":
    """The report on the new texts with its findings where they stand in the old ones, as far as their lines are there."""
    from fastapi_async_lint.rows import lines_with_ends

    rows: dict[Path, dict[int, int]] = {}
    for path, text in repair.texts.items():
        blocks = difflib.SequenceMatcher(None, lines_with_ends(repair.originals[path]), lines_with_ends(text)).get_matching_blocks()
        rows[path] = {block.b + number: block.a + number for block in blocks for number in range(1, block.size + 1)}
    moved = []
    for finding in report.findings:
        span = finding.span
        offset = rows.get(finding.path, {}).get(span.row, span.row) - span.row
        moved.append(replace(finding, span=Span(span.row + offset, span.column, span.end_row + offset, span.end_column)))
    return replace(report, findings=tuple(moved))
