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


@dataclass(frozen=True, slots=True)
class Report:
    """The findings in order of path, row and column; `texts` holds every file that a finding or its chain mentions and that could be read."""

    findings: tuple[Finding, ...]
    statistics: Statistics
    root: Path
    texts: Mapping[Path, str]
    edits: Mapping[Finding, tuple[Edit, ...]] = field(default_factory=dict)
    """What each finding's fix would change, sorted by path and place; filled only where edits were asked for."""
