"""Drives the line: paths and settings -> a Report. The command line, the Python API and the flake8 plugin are doors to this.

Findings are derived anew from facts, which may come from the store, unless nothing at all has changed: then the last report is replayed. The
same files give the same report whatever the order, the number of processes or the state of the stores.
"""

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi_async_lint import catalogue, offloaders, reading
from fastapi_async_lint.analysis import Analysis, analyse
from fastapi_async_lint.catalogue import Catalogue, CatalogueError
from fastapi_async_lint.facts import Span
from fastapi_async_lint.findings import Applicability, Edit, Finding, FixPlan
from fastapi_async_lint.fixes import Refusal, edits_of_each, is_judged_on_text
from fastapi_async_lint.program import FunctionRef, Program
from fastapi_async_lint.results import Report, RuleText
from fastapi_async_lint.revisions import Changes
from fastapi_async_lint.rules import all_rules
from fastapi_async_lint.settings import Settings, SettingsError, check_selectors, origin, place, validate
from fastapi_async_lint.sources import Source, Sources, UnreadableFile, find, read_text
from fastapi_async_lint.statistics import count
from fastapi_async_lint.stores.factstore import digest
from fastapi_async_lint.stores.reportstore import ReportStore, question_of, state_of
from fastapi_async_lint.telling import baseline
from fastapi_async_lint.telling.baseline import Baseline, BaselineError
from fastapi_async_lint.telling.gates import Terms, Unused, tell

_RECURSION = 20_000
"""Inference asks questions of its own questions; its depth is bounded, Python's limit of 1,000 frames is below that bound."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one check beside the settings."""

    noqa: bool = True
    """False: comments of that form silence nothing; ours do."""
    changes: Changes | None = None
    """Findings that do not concern them are left out."""
    edits: bool = False
    """The report says what each fix would change."""
    fixes: bool = True
    """False: nobody is told of fixes, so none has to be planned, or tried before it is promised."""
    with_tests: bool = False
    """Tests are looked through for calls of the application's functions, though nothing is reported in them."""


class Memory:
    """Keeps the facts of what was read, so that the next call with the same memory reads only what has changed."""

    def __init__(self) -> None:
        self._modules: dict[str, reading.Module] = {}

    def read(
        self,
        sources: Sequence[Source],
        settings: Settings,
        overlays: Mapping[Path, str],
        progress: Callable[[int, int], None] | None = None,
    ) -> tuple[reading.Module, ...]:
        """As `reading.read`."""
        modules = reading.read(sources, settings, overlays, self._modules.values(), progress)
        self._modules |= {module.text_digest: module for module in modules if module.text_digest}
        return modules

    def has_read(self, text: str) -> bool:
        """Whether the facts are of this very text; also if nothing was read because the last report held still."""
        return not self._modules or digest(text) in self._modules


def check(
    paths: Sequence[Path],
    settings: Settings,
    *,
    overlays: Mapping[Path, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    question: Question | None = None,
    memory: Memory | None = None,
) -> Report:
    """The report on the files under `paths`, seen in their whole project. `overlays` are texts that count instead of the disk's; `memory` keeps
    what was read for the next call. If nothing at all has changed since the last call, that one's report is given again.

    Raises PathError for a missing path and SettingsError for wrong settings.
    """
    question = question or Question()
    overlays = dict(overlays or {})
    verify(settings)
    known = read_baseline(settings.baseline) if settings.baseline is not None else None
    sources = _sources(paths, settings, overlays)
    store = ReportStore(settings.cache_dir if settings.use_cache and not overlays else None)
    asked = question_of(paths, settings, question.noqa, question.with_tests, question.fixes, question.changes is None)
    others = (known, sorted(_gone(known)), question.changes)
    state = state_of(sources, *others) if store.keeps else ""
    report = store.load(asked, state, settings.root)
    if report is None:
        with _without_collection(), _deep():
            program, counted = _program(sources, settings, overlays, progress, memory or Memory(), with_tests=question.with_tests)
            analysis = replace(_analysis(program, settings, counted), fixes=question.fixes)
            report = _report(analysis, settings, overlays, question, known)
        if question.fixes:
            report = with_tried_fixes(report, overlays)
        crashed = any(module.facts.problem == reading.CRASH for module in program.modules)
        if store.keeps and not crashed and state_of(sources, *others) == state:  # no file has changed under our hands
            store.save(asked, state, report)
    texts = _texts(report.findings, overlays)
    told, changed = _with_edits(report.findings, edits_of_each(_plans(report), texts)) if question.edits else (report.findings, {})
    rules = tuple(RuleText(code, rule.name, rule.summary, rule.documentation) for rule in all_rules() for code in rule.codes)
    return replace(report, findings=told, texts=texts, edits=changed, rules=rules)


def _report(analysis: Analysis, settings: Settings, overlays: Mapping[Path, str], question: Question, known: Baseline | None) -> Report:
    """What the rules find and what is told of it; without texts, which are not kept."""
    found = [finding for rule in all_rules() for finding in rule.check(analysis)]
    terms = _terms(analysis, settings, overlays, noqa=question.noqa)
    if question.changes is not None:
        terms = replace(terms, changes=question.changes, headers=_headers(analysis.program))
    telling = tell(found, replace(terms, baseline=known, gone=_gone(known)), _review)
    return Report(
        findings=telling.told,
        statistics=count(analysis, suppressed=len(telling.silenced), known=len(telling.absorbed)),
        root=settings.root,
        texts={},
        checked=tuple(sorted(terms.comments)),
        suppressed=telling.silenced,
    )


def verify(settings: Settings) -> None:
    """SettingsError if a field holds what it cannot, if they name a rule that does not exist or hold malformed tables of the catalogue."""
    validate(settings)
    check_selectors(settings, {code: rule.name for rule in all_rules() for code in rule.codes})
    if settings.catalogue:
        _catalogue((), settings)


def files(paths: Sequence[Path], settings: Settings) -> tuple[Path, ...]:
    """The files that a check of these paths reports on, sorted."""
    return tuple(source.path for source in _sources(paths, settings, {}).reported if settings.include_tests or not source.is_test)


def _sources(paths: Sequence[Path], settings: Settings, overlays: Mapping[Path, str]) -> Sources:
    return find(paths, settings, catalogue.available(), overlays)


def _program(
    sources: Sources,
    settings: Settings,
    overlays: Mapping[Path, str],
    progress: Callable[[int, int], None] | None,
    memory: Memory,
    *,
    with_tests: bool,
) -> tuple[Program, frozenset[Path]]:
    """The program, and the files of it whose code is the application's: without its tests, but with whatever of them (or of files named
    like tests) it imports. `with_tests` adds the tests to the program alone.
    """
    wanted = [source for source in sources.sources if settings.include_tests or not source.is_test]
    modules = {module.source.path: module for module in memory.read(wanted, settings, overlays, progress)}
    left_out = {source.path: source for source in sources.sources if source.path not in modules}
    program = _linked(modules, sources)
    while imported := [left_out.pop(path) for path in sorted(program.imported_paths() & left_out.keys())] if left_out else []:
        modules |= {module.source.path: module for module in memory.read(imported, settings, overlays)}
        program = _linked(modules, sources)
    counted = frozenset(modules)
    if with_tests and left_out:
        modules |= {module.source.path: module for module in memory.read(list(left_out.values()), settings, overlays)}
        program = _linked(modules, sources)
    return program, counted


def _linked(modules: Mapping[Path, reading.Module], sources: Sources) -> Program:
    return Program([(modules[path].source, modules[path].facts) for path in sorted(modules)], sources.roots)


def _catalogue(imported: Iterable[str], settings: Settings) -> Catalogue:
    try:
        return catalogue.load(imported, settings.catalogue)
    except CatalogueError as error:
        message = f"{place(settings.config_file, 'catalogue', *error.keys)}: {error.reason}"
        raise SettingsError(message) from error


def _analysis(program: Program, settings: Settings, counted_paths: frozenset[Path]) -> Analysis:
    known = _catalogue((*program.imported_names(), settings.offloader), settings)  # how that is called, before anybody imports it
    reported = frozenset(
        module.number for module in program.modules if module.source.reported and (settings.include_tests or not module.source.is_test)
    )
    counted = frozenset(module.number for module in program.modules if module.source.path in counted_paths)
    analysis = analyse(program, known, reported, counted, settings.offloader)
    if problem := offloaders.problem(analysis.graph.inference, settings.offloader):
        message = f"{origin(settings, 'offloader')}: {problem}"
        raise SettingsError(message)
    return analysis


@contextmanager
def _without_collection() -> Iterator[None]:
    """Facts hold no cycles: looking for some in millions of them costs a tenth of the run."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def read_baseline(file: Path) -> Baseline:
    """The baseline in a file, which stands where links to it lead: its paths are relative to that folder. Raises SettingsError."""
    try:
        return baseline.read(read_text(file), file.resolve())
    except UnreadableFile as error:
        hint = "" if file.exists() else f"; --write-baseline {file.name} writes one"
        message = f"baseline: {file}: {error.message}{hint}"
        raise SettingsError(message) from error
    except BaselineError as error:
        message = f"{file}:{error.row}: {error}"
        raise SettingsError(message) from error


def _gone(known: Baseline | None) -> frozenset[Path]:
    return frozenset(path for path in known.paths() if not path.exists()) if known is not None else frozenset()


def _headers(program: Program) -> dict[tuple[Path, str], Span]:
    """From each function's first decorator to its name."""
    return {
        (module.source.path, program.qualified(FunctionRef(module.number, number))): Span(function.span.row, 0, function.name_span.row, 0)
        for module in program.modules
        for number, function in enumerate(module.facts.functions)
    }


def _terms(analysis: Analysis, settings: Settings, overlays: Mapping[Path, str], *, noqa: bool) -> Terms:
    reported = [module for module in analysis.program.modules if module.number in analysis.reported]
    return Terms(
        settings,
        rules={code: rule.name for rule in all_rules() for code in rule.codes},
        comments={module.source.path: module.facts.comments for module in reported if module.facts.problem is None},
        text=lambda path: _text(path, overlays),
        noqa=noqa,
    )


def _review(unused: Sequence[Unused]) -> Iterator[Finding]:
    for rule in all_rules():
        yield from rule.review(unused)


def with_tried_fixes(report: Report, overlays: Mapping[Path, str]) -> Report:
    """The report without the promises that a text does not keep: plans that only a codemod can judge are tried."""
    plans = [plan for plan in _plans(report) if is_judged_on_text(plan)]
    results = edits_of_each(plans, _texts(report.findings, overlays)) if plans else {}
    return replace(report, findings=_with_edits(report.findings, results)[0])


def _plans(report: Report) -> list[FixPlan]:
    return [finding.fix for finding in report.findings if finding.fix is not None and finding.fix.changes]


def _with_edits(
    told: Sequence[Finding], results: Mapping[FixPlan, tuple[Edit, ...] | Refusal]
) -> tuple[tuple[Finding, ...], dict[Finding, tuple[Edit, ...]]]:
    """The findings with what their fixes change; a fix that a codemod refuses becomes none, with its reason."""
    found: list[Finding] = []
    edits: dict[Finding, tuple[Edit, ...]] = {}
    for finding in told:
        plan = finding.fix
        result = results.get(plan) if plan is not None else None
        if plan is not None and isinstance(result, Refusal):
            refused = replace(plan, applicability=Applicability.DISPLAY, changes=(), reasons=(result.reason, *plan.reasons))
            found.append(replace(finding, fix=refused))
            continue
        if isinstance(result, tuple):
            edits[finding] = result
        found.append(finding)
    return tuple(found), edits


def _texts(kept: Sequence[Finding], overlays: Mapping[Path, str]) -> dict[Path, str]:
    paths = {finding.path for finding in kept} | {step.path for finding in kept for step in finding.chain}
    paths |= {change.path for finding in kept if finding.fix is not None for change in finding.fix.changes}
    texts = ((path, _text(path, overlays)) for path in sorted(paths))
    return {path: text for path, text in texts if text is not None}


def _text(path: Path, overlays: Mapping[Path, str]) -> str | None:
    try:
        return overlays[path] if path in overlays else read_text(path)
    except UnreadableFile:
        return None
