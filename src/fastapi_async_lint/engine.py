"""Drives the line: paths and settings -> a Report. The command line, the flake8 plugin and the language server are doors to this.

Findings are derived anew in each run from facts, which may come from the store; the same files give the same report whatever the
order, the number of processes or the state of the store.
"""

import gc
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from fastapi_async_lint import catalogue, reading, suppressions
from fastapi_async_lint.analysis import Analysis, analyse
from fastapi_async_lint.catalogue import CatalogueError
from fastapi_async_lint.facts import Call, Span
from fastapi_async_lint.findings import Confidence, Finding
from fastapi_async_lint.program import FunctionRef, Program
from fastapi_async_lint.results import Report, Statistics
from fastapi_async_lint.rules import all_rules
from fastapi_async_lint.settings import Settings, SettingsError, check_selectors, is_selected
from fastapi_async_lint.sources import Sources, UnreadableFile, find, read_text

_RECURSION = 20_000
"""Inference asks questions of its own questions; its depth is bounded, Python's limit of 1,000 frames is below that bound."""


def check(
    paths: Sequence[Path],
    settings: Settings,
    *,
    overlays: Mapping[Path, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """The report on the files under `paths`, seen in their whole project. `overlays` are texts that count instead of the disk's.

    Raises PathError for a missing path and SettingsError for wrong settings.
    """
    overlays = dict(overlays or {})
    check_selectors(settings, {code: rule.name for rule in all_rules() for code in rule.codes})
    sources = _sources(paths, settings, overlays)
    with _without_collection(), _deep():
        program = _program(sources, settings, overlays, progress)
        analysis = _analysis(program, settings)
        found = sorted({finding: None for rule in all_rules() for finding in rule.check(analysis)}, key=_order)
        kept, suppressed = _kept(found, analysis, settings)
        return Report(
            findings=tuple(kept),
            statistics=_statistics(analysis, suppressed),
            root=settings.root,
            texts=_texts(kept, overlays),
        )


def files(paths: Sequence[Path], settings: Settings) -> tuple[Path, ...]:
    """The files that a check of these paths reports on, sorted."""
    return tuple(source.path for source in _sources(paths, settings, {}).reported if settings.include_tests or not source.is_test)


def _sources(paths: Sequence[Path], settings: Settings, overlays: Mapping[Path, str]) -> Sources:
    return find(paths, settings, catalogue.available(), overlays)


def _program(sources: Sources, settings: Settings, overlays: Mapping[Path, str], progress: Callable[[int, int], None] | None) -> Program:
    """The application, without its tests, but with whatever of them (or of files named like tests) it imports."""
    wanted = [source for source in sources.sources if settings.include_tests or not source.is_test]
    modules = {module.source.path: module for module in reading.read(wanted, settings, overlays, progress=progress)}
    left_out = {source.path: source for source in sources.sources if source.path not in modules}
    program = _linked(modules, sources)
    while imported := [left_out.pop(path) for path in sorted(program.imported_paths() & left_out.keys())] if left_out else []:
        modules |= {module.source.path: module for module in reading.read(imported, settings, overlays)}
        program = _linked(modules, sources)
    return program


def _linked(modules: Mapping[Path, reading.Module], sources: Sources) -> Program:
    return Program([(modules[path].source, modules[path].facts) for path in sorted(modules)], sources.roots)


def _analysis(program: Program, settings: Settings) -> Analysis:
    where = f"{settings.config_file}: [tool.fastapi-async-lint.catalogue]"
    try:
        known = catalogue.load(program.imported_names(), settings.catalogue, where)
    except CatalogueError as error:
        raise SettingsError(str(error)) from error
    reported = frozenset(
        module.number for module in program.modules if module.source.reported and (settings.include_tests or not module.source.is_test)
    )
    counted = frozenset(module.number for module in program.modules)
    return analyse(program, known, reported, counted, settings.offloader)


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


def _order(finding: Finding) -> tuple[object, ...]:
    return (str(finding.path), *_place(finding), finding.code, finding.message)


def _place(finding: Finding) -> tuple[int, int, int, int]:
    span = finding.span
    return span.row, span.column, span.end_row, span.end_column


def _foremost(selected: Sequence[Finding]) -> list[Finding]:
    """One finding for each place where a call leads to blocking calls of several categories."""
    lowest: dict[tuple[Path, Span], int] = {}
    for finding in selected:
        place = (finding.path, finding.span)
        lowest[place] = min(finding.rank, lowest.get(place, finding.rank))
    return [finding for finding in selected if finding.rank == lowest[finding.path, finding.span]]


def _kept(found: Sequence[Finding], analysis: Analysis, settings: Settings) -> tuple[list[Finding], int]:
    """The findings that are selected and not suppressed, and how many comments and settings silenced."""
    indexes = {
        module.source.path: suppressions.index(module.facts.comments) for module in analysis.program.modules if module.facts.comments
    }
    kept, suppressed = [], 0
    for finding in _foremost([finding for finding in found if is_selected(finding.code, finding.name, settings, finding.path)]):
        if settings.min_confidence == Confidence.CERTAIN and finding.confidence is not Confidence.CERTAIN:
            continue
        index = indexes.get(finding.path)
        if index is not None and index.suppresses(finding.code, finding.name, finding.span.row, finding.span.end_row) is not None:
            suppressed += 1
            continue
        kept.append(finding)
    return kept, suppressed


def _statistics(analysis: Analysis, suppressed: int) -> Statistics:
    program = analysis.program
    reported = [module for module in program.modules if module.number in analysis.reported]
    calls = unresolved = 0
    for ref in {*analysis.contexts.loop, *analysis.contexts.reached}:
        if ref.module in analysis.reported:
            total, unknown = _calls(analysis, ref)
            calls, unresolved = calls + total, unresolved + unknown
    bounds = analysis.graph.inference.bounds_hit
    return Statistics(
        files=len(reported),
        lines=sum(module.facts.line_count for module in reported),
        functions=sum(len(module.facts.functions) for module in reported),
        loop_functions=sum(ref.module in analysis.reported for ref in analysis.contexts.loop),
        calls=calls,
        unresolved_calls=unresolved,
        first_party_imports=program.first_party_imports,
        unresolved_imports=program.unresolved_imports(),
        suppressed=suppressed,
        bounds=(f"{bounds} questions of inference were nested too deeply and stayed unanswered",) if bounds else (),
    )


def _calls(analysis: Analysis, ref: FunctionRef) -> tuple[int, int]:
    expressions = analysis.program.modules[ref.module].expressions
    calls = [operation for operation in analysis.graph.operations(ref) if type(expressions[operation.expression]) is Call]
    return len(calls), sum(not operation.resolved for operation in calls)


def _texts(kept: Sequence[Finding], overlays: Mapping[Path, str]) -> dict[Path, str]:
    texts = {}
    for path in sorted({finding.path for finding in kept} | {step.path for finding in kept for step in finding.chain}):
        try:
            texts[path] = overlays[path] if path in overlays else read_text(path)
        except UnreadableFile:
            continue
    return texts
