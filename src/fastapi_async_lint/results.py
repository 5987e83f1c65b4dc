"""What a run yields: findings, the texts they point into, and how much of the program was understood. Plain values, as findings are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fastapi_async_lint.findings import Edit, Finding


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much was read, how much of it was resolved, and where the analysis gave up."""

    files: int
    """Files that were checked."""
    lines: int
    functions: int
    loop_functions: int
    """Functions that run on the event loop."""
    calls: int
    """Calls in code on the loop and in what it runs."""
    unresolved_calls: int
    """Of those, the ones whose callee is unknown: they are silent."""
    first_party_imports: int
    unresolved_imports: tuple[str, ...]
    """First-party imports that lead nowhere; each may hide findings."""
    suppressed: int
    """Findings that a comment silenced."""
    bounds: tuple[str, ...]
    """Limits of the analysis that this program reached, one sentence each."""
    known: int = 0
    """Findings that the baseline knows."""


@dataclass(frozen=True, slots=True)
class RuleText:
    """What is to be said of the rule behind a code, for reports that carry their own explanations."""

    code: str
    name: str
    summary: str
    documentation: str
    """Markdown: its first sentence, then sections with headings of the second level."""


@dataclass(frozen=True, slots=True)
class Report:
    """The findings in order of path, row and column; `texts` holds every file that a finding or its chain mentions and that could be read."""

    findings: tuple[Finding, ...]
    statistics: Statistics
    root: Path
    texts: Mapping[Path, str]
    edits: Mapping[Finding, tuple[Edit, ...]] = field(default_factory=dict)
    """What each finding's fix would change, sorted by path and place; filled only where edits were asked for."""
    checked: tuple[Path, ...] = ()
    """The files that were checked, sorted."""
    suppressed: tuple[Finding, ...] = ()
    """The findings that a comment silenced, in the same order."""
    rules: tuple[RuleText, ...] = ()
    """Every rule's text, by code."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What fixing yields: the project's report after it, and the new texts, which nobody has written yet."""

    report: Report
    """On the new texts."""
    texts: Mapping[Path, str]
    """The new texts of the files that changed, sorted by path."""
    originals: Mapping[Path, str]
    """Their old texts."""
    fixed: tuple[Finding, ...]
    """The findings that were fixed, as each was in the text that its fix was applied to, in order of path and place."""
    refused: tuple[tuple[Finding, str], ...]
    """The findings whose fix was tried in vain, with the reason."""
