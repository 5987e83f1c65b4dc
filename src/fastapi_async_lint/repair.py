"""Paths and settings -> the project's texts with their findings fixed, and what is left.

Fixing goes in rounds, because fixes that touch each other wait for the next one. After each round the whole project is checked with the new
texts: what was promised must be gone, and nothing new may have come. Fixes that break this are dropped, with their reason, and the round is
done again without them. Nothing is written: that is for who asked.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from fastapi_async_lint import engine, fixes
from fastapi_async_lint.findings import Applicability, Finding, FixPlan
from fastapi_async_lint.results import Repair, Report
from fastapi_async_lint.settings import Settings
from fastapi_async_lint.sources import UnreadableFile, read_text

ROUNDS = 10
"""Fixes that touch each other are nested calls; real code does not nest that deep."""
_RETRIES = 8
"""How often one round is done again without the fixes that broke it."""

_DECLARES = "declare_def"
"""The codemod that changes what a whole function is."""

Progress: TypeAlias = Callable[[int, int], None]


@dataclass(slots=True)
class _Work:
    """The state of one repair: what the texts are by now, and what became of the findings."""

    overlays: dict[Path, str]
    originals: dict[Path, str]
    """The texts of the files that were changed or tried, as they were read for that."""
    texts: dict[Path, str]
    fixed: list[Finding]
    refused: dict[tuple[object, ...], tuple[Finding, str]]


def fix(  # noqa: PLR0913  each is a question of its own, and named at the call
    paths: Sequence[Path],
    settings: Settings,
    *,
    unsafe: bool = False,
    overlays: Mapping[Path, str] | None = None,
    progress: Progress | None = None,
    question: engine.Question | None = None,
    within: Collection[Path] | None = None,
) -> Repair:
    """The findings in the files under `paths` fixed as far as their fixes are safe, or with `unsafe` as far as there are fixes.

    `overlays`, `progress` and `question` are as for `engine.check`, whose errors it raises. With `within`, fixes that change any other
    file are left out. Writes nothing.
    """
    work = _Work(dict(overlays or {}), {}, {}, [], {})
    memory = engine.Memory()
    question = replace(question or engine.Question(), with_tests=unsafe)

    def check(texts: Mapping[Path, str], *, edits: bool = False) -> Report:
        new = {**work.texts, **texts}
        changes = question.changes and question.changes.moved({path: (work.originals[path], text) for path, text in new.items()})
        asked = replace(question, edits=edits, changes=changes)
        return engine.check(paths, settings, overlays={**work.overlays, **texts}, progress=progress, question=asked, memory=memory)

    report = check({})
    for calls in (True, False):  # comments last: a fix may make one needless
        allowed = _Allowed(calls, unsafe, None if within is None else frozenset(within))
        for _ in range(ROUNDS):
            refused = len(work.refused)
            after = _round(work, report, check, allowed, memory)
            if after is None and len(work.refused) == refused:
                break
            report = after or report  # what was refused may have stood in the way of others
    if question.edits:
        report = check({}, edits=True)
    return Repair(
        report=report,
        texts={path: work.texts[path] for path in sorted(work.texts)},
        originals={path: work.originals[path] for path in sorted(work.texts)},
        fixed=tuple(sorted(work.fixed, key=_place)),
        refused=tuple(sorted(work.refused.values(), key=lambda pair: _place(pair[0]))),
    )


@dataclass(frozen=True, slots=True)
class _Allowed:
    """Which fixes are wanted: those of calls, or those of comments."""

    calls: bool
    unsafe: bool
    within: frozenset[Path] | None

    def allows(self, finding: Finding) -> bool:
        plan = finding.fix
        if plan is None or not plan.changes or (plan.applicability is Applicability.UNSAFE and not self.unsafe):
            return False
        if bool(finding.category) is not self.calls:
            return False
        return self.within is None or all(change.path in self.within for change in plan.changes)


def _round(
    work: _Work, report: Report, check: Callable[[Mapping[Path, str]], Report], allowed: _Allowed, memory: engine.Memory
) -> Report | None:
    """Apply what can be applied at once; the report on the new texts, None if nothing was applied."""
    wanted = [finding for finding in report.findings if allowed.allows(finding) and finding.key not in work.refused]
    possible = _unmoved(work, wanted, memory)
    for _ in range(_RETRIES):
        wanted = _foremost(possible)
        plans = list(dict.fromkeys(finding.fix for finding in wanted if finding.fix is not None))
        if not plans:
            return None
        outcome = fixes.apply(plans, {path: work.texts.get(path, work.originals[path]) for path in _paths(plans)})
        refused = dict(outcome.refused)
        _refuse(work, [(finding, refused[finding.fix]) for finding in wanted if finding.fix in refused])
        possible = [finding for finding in possible if finding.fix not in refused]
        if not outcome.applied:
            continue
        after = check(outcome.texts)
        applied = [finding for finding in wanted if finding.fix in outcome.applied]
        broken = _broken(report, after, applied)
        if not broken:
            work.overlays |= outcome.texts
            work.texts |= outcome.texts
            work.fixed += applied
            return after
        _refuse(work, broken)
        plans_broken = {finding.fix for finding, _ in broken}
        possible = [finding for finding in possible if finding.fix not in plans_broken]
    return None


def _unmoved(work: _Work, wanted: Sequence[Finding], memory: engine.Memory) -> list[Finding]:
    """The findings of whose files the texts were checked that are there now. Those texts are what the disk must still hold in the end."""
    for path in _paths(finding.fix for finding in wanted if finding.fix is not None):
        if path not in work.originals and (text := _text(path, work.overlays)) is not None and memory.has_read(text):
            work.originals[path] = text
    moved = [finding for finding in wanted if finding.fix is not None and not {*_paths([finding.fix])} <= work.originals.keys()]
    _refuse(work, [(finding, "a file that it would change has changed while it was checked") for finding in moved])
    return [finding for finding in wanted if finding not in moved]


def _foremost(wanted: Sequence[Finding]) -> list[Finding]:
    """Where a whole function is to be declared `def`, its other fixes are not needed, and would put an await into it."""
    functions = {(finding.path, finding.function) for finding in wanted if _declares(finding)}
    return [finding for finding in wanted if (finding.path, finding.function) not in functions or _declares(finding)]


def _declares(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.changes[0].codemod == _DECLARES


def _broken(before: Report, after: Report, applied: Sequence[Finding]) -> list[tuple[Finding, str]]:
    """The applied findings that are still there, or in whose files there are new ones now, with the reason."""
    was, now, promised = (Counter(finding.key for finding in findings) for findings in (before.findings, after.findings, applied))
    broken = [
        (finding, "the finding would still be there") for finding in applied if now[finding.key] > was[finding.key] - promised[finding.key]
    ]
    if broken:
        return broken
    blocking = [finding for finding in after.findings if finding.category]  # a comment or baseline entry may have become needless
    fresh = [finding for finding in blocking if now[finding.key] > was[finding.key]]
    for new in fresh:
        reason = f"the new code would have a finding of its own: {new.code} {new.message}"
        same_function = [one for one in applied if one.path == new.path and one.function == new.function]
        same_file = [one for one in applied if one.fix is not None and any(change.path == new.path for change in one.fix.changes)]
        broken += [(finding, reason) for finding in same_function or same_file or applied]
    return broken


def _refuse(work: _Work, pairs: Iterable[tuple[Finding, str]]) -> None:
    for finding, reason in pairs:
        work.refused.setdefault(finding.key, (_without_fix(finding, reason), reason))


def _without_fix(finding: Finding, reason: str) -> Finding:
    plan = finding.fix
    if plan is None:
        return finding
    return replace(finding, fix=FixPlan(Applicability.DISPLAY, plan.message, (), (reason, *plan.reasons)))


def _place(finding: Finding) -> tuple[object, ...]:
    return str(finding.path), finding.span.row, finding.span.column, finding.code


def _paths(plans: Iterable[FixPlan]) -> list[Path]:
    return sorted({change.path for plan in plans for change in plan.changes})


def _text(path: Path, overlays: Mapping[Path, str]) -> str | None:
    if path in overlays:
        return overlays[path]
    try:
        return read_text(path)
    except UnreadableFile:
        return None
